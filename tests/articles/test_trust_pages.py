import pytest
from django.test import Client

from articles.trust_pages import PAGES
from foundation.models import ClinicProfile, ProcessStep

ARTICLE = "/research/neural-progenitors-progressive-ms/"
ADDRESSES = [f"/{page.name}/" for page in PAGES]
LINKING = ["/", ARTICLE, "/newsletter/"]


@pytest.fixture(autouse=True)
def _content(first_content: None) -> None: ...


def page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("path", LINKING)
def test_home_articles_and_the_foot_of_any_page_lead_to_what_earns_trust(client: Client, path: str) -> None:
    shown = page(client, path)
    main, _, foot = shown.partition('<footer class="site-foot">')
    assert [address for address in ADDRESSES if f'href="{address}"' not in foot] == []
    if path != "/newsletter/":
        assert [address for address in ADDRESSES if f'href="{address}"' not in main] == []


def test_what_is_not_known_comes_before_what_is(client: Client) -> None:
    ClinicProfile.objects.update(known="Some **cells** are known.", unknown="Whether they help.")
    shown = page(client, "/what-is-known/")
    assert shown.index("Whether they help.") < shown.index("Some <strong>cells</strong> are known.")


def test_what_is_known_is_not_said_without_what_is_not(client: Client) -> None:
    ClinicProfile.objects.update(unknown=" \n")
    assert client.get("/what-is-known/").status_code == 404
    ClinicProfile.objects.update(unknown="Much.", known="")
    shown = page(client, "/what-is-known/")
    assert "Much." in shown
    assert ">What is known<" not in shown


@pytest.mark.parametrize("trust", PAGES, ids=lambda trust: trust.name)
def test_without_its_text_a_page_is_nowhere(client: Client, trust) -> None:
    if trust.needs == "process_steps":
        ProcessStep.objects.all().delete()
    else:
        ClinicProfile.objects.update(**{trust.needs: ""})
    address = f"/{trust.name}/"
    assert client.get(address).status_code == 404
    others = [other for other in ADDRESSES if other != address]
    assert [path for path in [*LINKING, *others, "/sitemap.xml"] if f"{address}" in page(client, path)] == []


def test_each_step_is_told_in_order(client: Client) -> None:
    shown = page(client, "/how-it-works/")
    titles = list(ProcessStep.objects.values_list("title", flat=True))
    places = [shown.index(f"<h2>{title}</h2>") for title in titles]
    assert places == sorted(places)


@pytest.mark.parametrize("trust", PAGES, ids=lambda trust: trust.name)
def test_machines_find_each_page_and_what_it_is_about(client: Client, settings, trust) -> None:
    settings.SITE_URL = "https://clinic.example"
    shown = page(client, f"/{trust.name}/")
    assert f'<meta name="description" content="{trust.description}">' in shown
    assert f'<link rel="canonical" href="https://clinic.example/{trust.name}/">' in shown
    assert f"/{trust.name}/</loc>" in page(client, "/sitemap.xml")


def test_a_changed_text_is_on_its_page_at_once(client: Client) -> None:
    assert "Zoë O'Brien" not in page(client, "/costs/")
    ClinicProfile.objects.update(costs="Ask Zoë O'Brien & Sons.")
    assert "Zoë O'Brien" in page(client, "/costs/").replace("&#x27;", "'")
