import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from articles.models import Article
from enquiries.actions import erase_person, note_download
from enquiries.models import Lead, LeadEvent, PacketDelivery
from mailings.actions import write_off
from mailings.models import OutgoingEmail, Suppression


@pytest.fixture
def links(ask: Callable[..., Any], deliver: Callable[[], None], mailoutbox: Any) -> dict[str, str]:
    ask()
    deliver()
    paths = re.findall(r"http://127\.0\.0\.1:\d+(/(packet|not-me)/[^\s]+/)", mailoutbox[0].body)
    return {name: path for path, name in paths}


def test_opening_the_link_changes_nothing(client: Client, links: dict[str, str]) -> None:
    for method in (client.get, client.head):
        assert method(links["packet"]).status_code == 200
    assert PacketDelivery.objects.get().first_downloaded_at is None
    assert not LeadEvent.objects.filter(kind=LeadEvent.Kind.PACKET_DOWNLOADED).exists()


def test_the_page_behind_the_link_says_nothing_of_the_condition_that_somebody_read_about(
    client: Client, first_content: None, ask: Callable[..., Any], deliver: Callable[[], None], mailoutbox: Any
) -> None:
    article = Article.objects.published()[0]
    ask(source_path=f"{article.get_absolute_url()}?utm_source=x")
    deliver()
    path = re.findall(r"http://127\.0\.0\.1:\d+(/packet/[^\s]+/)", mailoutbox[0].body)[0]
    shown = client.get(path).content.decode()
    assert article.get_absolute_url() not in shown
    assert escape(str(article)) not in shown


def test_the_button_gives_the_pdf_and_the_first_download_is_noted(client: Client, links: dict[str, str]) -> None:
    for _twice in range(2):
        response = client.post(links["packet"])
        assert response["Content-Type"] == "application/pdf"
        assert response.content.startswith(b"%PDF")
    assert LeadEvent.objects.filter(kind=LeadEvent.Kind.PACKET_DOWNLOADED).count() == 1


def test_pages_behind_a_link_are_kept_by_no_cache_and_no_search_engine(client: Client, links: dict[str, str]) -> None:
    for path in links.values():
        response = client.get(path)
        assert "no-store" in response["Cache-Control"]
        assert "noindex" in response["X-Robots-Tag"]


@pytest.mark.parametrize("token", ["x", "0" * 32, "0" * 32 + "-" + "A" * 43, "é" * 40])
def test_a_made_up_link_gets_a_page_that_explains(client: Client, first_content: None, token: str) -> None:
    for path in (f"/packet/{token}/", f"/not-me/{token}/", f"/newsletter/confirm/{token}/"):
        response = client.get(path)
        assert response.status_code == 404
        assert "link" in response.content.decode()


def test_a_token_for_one_purpose_opens_no_other(client: Client, links: dict[str, str]) -> None:
    token = links["not-me"].split("/")[2]
    assert client.get(f"/packet/{token}/").status_code == 404


def test_not_me_asks_first_and_then_stops_all_mail(
    client: Client, links: dict[str, str], ask: Any, deliver: Any
) -> None:
    client.get(links["not-me"])
    assert Suppression.objects.count() == 0
    for _twice in range(2):
        assert client.post(links["not-me"]).status_code == 200
    assert LeadEvent.objects.filter(kind=LeadEvent.Kind.DISOWNED).count() == 1
    OutgoingEmail.objects.update(state=OutgoingEmail.State.CANCELLED)
    ask(message="again")
    deliver()
    assert not OutgoingEmail.objects.filter(state=OutgoingEmail.State.SENT).exists()
    assert LeadEvent.objects.first().kind == LeadEvent.Kind.PACKET_NOT_SENT


def test_who_said_that_it_was_not_them_is_not_asked_again(client: Client, links: dict[str, str]) -> None:
    assert "<form" in body_of(client.get(links["not-me"]))
    pressed = client.post(links["not-me"])
    before = list(Suppression.objects.values())
    opened = client.get(links["not-me"])
    assert opened.status_code == 200
    assert body_of(opened) == body_of(pressed)
    assert "<form" not in body_of(opened)
    assert list(Suppression.objects.values()) == before


def test_a_dead_address_may_still_say_that_it_was_not_them(client: Client, links: dict[str, str]) -> None:
    write_off(address="zoe@example.com", reason="hard_bounce")
    assert "<form" in body_of(client.get(links["not-me"]))


def body_of(response: Any) -> str:
    return response.text.partition("<main")[2].partition("</main>")[0]


def test_the_link_of_an_erased_person_gives_nothing_and_leaves_no_trace(client: Client, links: dict[str, str]) -> None:
    path, delivery, lead = links["packet"], PacketDelivery.objects.get(), Lead.objects.get()
    erase_person(lead=lead)
    events = lead.events.count()
    assert [client.get(path).status_code, client.post(path).status_code] == [404, 404]
    # Who pressed the button a moment before the erasure.
    assert note_download(delivery=delivery) is False
    assert lead.events.count() == events
    assert PacketDelivery.objects.get().first_downloaded_at is None
