import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from clinic.models import StaffUser
from newsletters.models import Newsletter, Subscriber
from tests.foundation.test_logo import LOGO, post
from tests.newsletters.readers import path_of
from tests.newsletters.test_issue_pages import HOME, browser_of

OFF = "With pictures switched off"


@pytest.fixture
def logo(desk: Client) -> None:
    assert post(desk, LOGO).status_code == 302


def test_without_a_logo_it_has_no_picture(draft: Newsletter, writer: StaffUser) -> None:
    page = browser_of(writer).get(f"{HOME}{draft.pk}/preview/").text
    assert "The mail has no pictures" in page
    assert OFF not in page


@pytest.mark.usefixtures("logo")
def test_the_preview_shows_the_logo_and_how_it_looks_where_pictures_are_switched_off(
    draft: Newsletter, writer: StaffUser, settings: Any
) -> None:
    author = browser_of(writer)
    page = author.get(f"{HOME}{draft.pk}/preview/").text
    assert "The mail has no pictures" not in page
    assert OFF in page
    shown, hidden = (author.get(f"{HOME}{draft.pk}/mail/{scheme}/") for scheme in ("light", "no-pictures"))
    assert f"img-src {settings.SITE_URL}" in shown["Content-Security-Policy"]
    [picture], [words] = (re.findall(r"<img[^>]*>", answer.text) for answer in (shown, hidden))
    assert f'src="{settings.SITE_URL}/images/logo/' in picture
    assert "src=" not in words
    assert 'alt="' in words


@pytest.mark.usefixtures("logo")
def test_whoever_reads_mail_in_a_browser_sees_the_logo(draft: Newsletter, writer: StaffUser, client: Client) -> None:
    html = browser_of(writer).get(f"{HOME}{draft.pk}/mail/light/").text
    [address] = re.findall(r'/images/logo/[^"]+', html)
    assert client.get(address)["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert client.get(address.replace("mail.png", "header.png"))["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.usefixtures("logo")
def test_no_picture_and_no_link_but_those_to_leave_and_to_choose_knows_who_reads_it(
    under_way: Callable[[], Newsletter], join: Callable[..., Subscriber], deliver: Callable[[], None], mailoutbox: Any
) -> None:
    readers = {who.email: who for who in map(join, ("anna@example.org", "bob@example.org"))}
    under_way()
    deliver()
    assert len(mailoutbox) == 2
    found = []
    for mail in mailoutbox:
        html = mail.alternatives[0].content
        own = [path_of(name, readers[mail.to[0]]) for name in ("unsubscribe", "preferences")]
        addresses = re.findall(r'(?:href|src)="([^"]*)"', html)
        found.append([address for address in addresses if not address.endswith(tuple(own))])
        assert len(addresses) == len(found[-1]) + 2
    assert found[0] == found[1]
    assert len([address for address in found[0] if "/images/" in address]) == 1
