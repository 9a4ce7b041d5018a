"""The people of the clinic, from the form that a manager fills in to what visitors and machines read."""

import json
import re
from typing import Any

import pytest
from django.db import connection
from django.db.models import ProtectedError
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles.actions import add_image, approve, publish, save_revision
from articles.images.apart import EncodedFile
from articles.models import Article, Image, Reviewer
from clinic import pages
from tests.articles.shown import shown
from tests.browser_posts import untouched
from tests.clinic.test_pages_in_memory import get
from tests.conftest import AWKWARD_NAME

ADD = "/admin/articles/reviewer/add/"
ZOE = {
    "name": AWKWARD_NAME,
    "slug": "zoe",
    "credentials": "MD, hepatologist",
    "role": "Reads your records & sees you",
    "languages": "English, Polish",
    "registration": "Board of Examples, no. 12345",
    "register_url": "https://register.example.org/?no=12345",
}


def add(desk: Client, **fields: Any) -> Any:
    return desk.post(ADD, {**untouched(desk.get(ADD), "reviewer_form"), **ZOE, **fields})


def nodes(client: Client, path: str, kind: str) -> list[dict[str, Any]]:
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', client.get(path).text, re.DOTALL)
    return [node for text in found for node in json.loads(text)["@graph"] if node["@type"] == kind]


@pytest.fixture
def photo(staff: Any) -> Image:
    image = Image(name="zoe-photo", alt="Zoë at her desk", credit="A colleague", licence="own")
    files = [EncodedFile("webp", 800, 960, b"RIFF"), EncodedFile("jpeg", 800, 960, b"\xff\xd8")]
    return add_image(image=image, files=files, by=staff)


def test_a_person_typed_once_is_read_on_about_with_all_that_was_said(
    desk: Client, client: Client, photo: Image
) -> None:
    assert add(desk, photo=str(photo.pk)).status_code == 302
    page = client.get("/about/").text
    for words in (
        "Zoë O&#x27;Brien &amp; Sons",
        "MD, hepatologist",
        "Reads your records &amp; sees you",
        "English, Polish",
        "Board of Examples, no. 12345",
        'href="https://register.example.org/?no=12345" rel="noopener external"',
        'alt="Zoë at her desk"',
    ):
        assert words in page
    for address in re.findall(r'(?:src|srcset)="(/images/[^"]+)"', page):
        assert client.get(address).status_code == 200


def test_a_new_site_names_nobody_and_shows_no_empty_heading(client: Client, first_content: None) -> None:
    page = client.get("/about/").text
    assert "The people of the clinic" not in page
    assert "ld+json" not in page


def test_what_was_not_said_of_a_person_leaves_nothing_behind(desk: Client, client: Client) -> None:
    add(desk, **dict.fromkeys(("credentials", "role", "languages", "registration", "register_url"), ""))
    for path in ("/about/", "/reviewers/zoe/"):
        page = client.get(path).text
        assert "Zoë O&#x27;Brien" in page
        for words in ("Speaks", "Languages", "Registration", "Conflicts", "Articles reviewed", "portrait", "<dl"):
            assert words not in page, path
    [person] = nodes(client, "/about/", "Person")
    assert person.keys() == {"@type", "@id", "name", "url", "worksFor"}


def test_people_stand_in_the_order_that_was_chosen_and_who_left_not_at_all(desk: Client, client: Client) -> None:
    add(desk, slug="a", name="Ana", position="2")
    add(desk, slug="b", name="Bo", position="1")
    gone = untouched(desk.get(ADD), "reviewer_form")
    desk.post(ADD, {name: value for name, value in {**gone, **ZOE, "slug": "c"}.items() if name != "is_of_the_clinic"})
    assert Reviewer.objects.count() == 3
    assert [person["name"] for person in nodes(client, "/about/", "Person")] == ["Bo", "Ana"]


def test_the_address_of_a_person_stays_whatever_they_are_called(desk: Client, client: Client) -> None:
    assert add(desk).status_code == 302
    change = f"/admin/articles/reviewer/{Reviewer.objects.get().pk}/change/"
    form = untouched(desk.get(change), "reviewer_form")
    assert desk.post(change, {**form, "name": "Zoë Smith", "slug": "zoe-smith"}).status_code == 302
    assert "Zoë Smith" in client.get("/reviewers/zoe/").text


def test_machines_are_told_the_person_as_readers_are(desk: Client, client: Client, settings: Any) -> None:
    settings.SITE_URL = "https://clinic.example"
    add(desk, languages="English </script>")
    [person] = nodes(client, "/about/", "Person")
    assert person["name"] == AWKWARD_NAME
    assert person["knowsLanguage"] == "English </script>"
    assert person["worksFor"] == {"@id": "https://clinic.example/#clinic"}
    assert person["hasCredential"]["url"] == "https://register.example.org/?no=12345"
    assert nodes(client, "/reviewers/zoe/", "Person") == [person]


def test_an_article_says_who_reviewed_it_in_the_words_of_their_page(
    client: Client, article: Article, reviewer: Reviewer, staff: Any
) -> None:
    Reviewer.objects.filter(pk=reviewer.pk).update(register_url=ZOE["register_url"])
    revision = save_revision(article=article, content={**article.content, "title": "Read by Zoë"}, by=staff)
    approve(revision=revision, by=reviewer.account)
    publish(revision=revision, by=staff)
    page = client.get(article.get_absolute_url()).text
    assert "Board of Examples, no. 12345" in page
    assert 'href="https://register.example.org/?no=12345"' in page
    [about] = nodes(client, article.get_absolute_url(), "MedicalWebPage")
    assert about["reviewedBy"]["name"] == AWKWARD_NAME


def test_what_nobody_reviewed_names_no_person_to_machines(client: Client, article: Article, staff: Any) -> None:
    shown(article, staff)
    [about] = nodes(client, article.get_absolute_url(), "MedicalWebPage")
    assert "reviewedBy" not in about


@pytest.mark.parametrize("address", ["javascript:alert(1)", "ftp://register.example.org/", "no address"])
def test_a_register_is_a_page_that_a_browser_opens(desk: Client, address: str) -> None:
    assert add(desk, register_url=address).status_code == 200
    assert not Reviewer.objects.exists()


def test_who_reviews_says_by_what_right_and_for_whom(desk: Client, staff: Any) -> None:
    refused = add(desk, account=str(staff.pk), conflicts=" ")
    # Beside its field, and above all fields with a link to it.
    assert refused.text.count("Readers are told this of whoever reviews articles.") == 2
    assert add(desk, account=str(staff.pk), conflicts="None.").status_code == 302


def test_a_photograph_that_is_shown_stays(desk: Client, photo: Image) -> None:
    add(desk, photo=str(photo.pk))
    assert desk.post(f"/admin/articles/image/{photo.pk}/delete/", {"post": "yes"}).status_code == 403
    with pytest.raises(ProtectedError):
        photo.delete()


def test_other_words_for_the_photograph_are_read_at_once(desk: Client, client: Client, photo: Image) -> None:
    add(desk, photo=str(photo.pk))
    pages.forget()
    assert "Zoë at her desk" in get("/about/").body.decode()
    url = f"/admin/articles/image/{photo.pk}/change/"
    desk.post(url, {**untouched(desk.get(url), "image_form"), "alt": "Zoë in the garden"})
    assert "Zoë in the garden" in get("/about/").body.decode()


def test_a_page_of_many_people_asks_no_more_than_one_of_one(desk: Client, client: Client, photo: Image) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/about/", headers={"cookie": "a=b"})
        return len(queries)

    add(desk, photo=str(photo.pk))
    # The first reads what stands on every page.
    asked()
    one = asked()
    Reviewer.objects.bulk_create(Reviewer(slug=f"p{n}", name=f"P {n}", photo=photo) for n in range(20))
    assert asked() == one
