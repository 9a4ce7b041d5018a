"""Whoever was erased or forgotten opens an old link, or presses a button twice."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from foundation.tokens import make_token
from newsletters.actions import forget_old_subscribers
from newsletters.models import Subscriber
from tests.browser_posts import untouched
from tests.newsletters.readers import new_reader, path_of

GONE, UNKNOWN = "This subscription is no more", "We do not know this link"


@pytest.fixture
def reader(first_content: None) -> Subscriber:
    return new_reader("zoe@example.com")


def links_of(reader: Subscriber) -> list[str]:
    page = path_of("preferences", reader)
    return [*(f"{page}{verb}" for verb in ("", "pause/", "resume/", "what-we-hold/", "erase/")), leave_of(reader)]


def leave_of(reader: Subscriber) -> str:
    return path_of("unsubscribe", reader)


def test_who_presses_erase_twice_is_not_told_that_the_link_lost_a_piece(client: Client, reader: Subscriber) -> None:
    page = path_of("preferences", reader) + "erase/"
    form = untouched(client.get(page), "erase-form")
    assert "You are erased" in client.post(page, form).text
    again = client.post(page, form).text
    assert GONE in again
    assert UNKNOWN not in again


@pytest.mark.parametrize("method", ["get", "post"])
def test_every_old_link_of_theirs_says_that_nothing_is_sent(client: Client, reader: Subscriber, method: str) -> None:
    links = links_of(reader)
    client.post(path_of("preferences", reader) + "erase/")
    for link in links:
        answer: Any = getattr(client, method)(link)
        assert (answer.status_code, GONE in answer.text) == (404, True), link


def test_so_it_does_to_who_left_so_long_ago_that_they_are_forgotten(client: Client, reader: Subscriber) -> None:
    client.post(leave_of(reader))
    assert forget_old_subscribers(before=timezone.now() + timedelta(days=1)) == 1
    assert GONE in client.get(leave_of(reader)).text


def test_their_link_to_confirm_is_out_of_date(client: Client, reader: Subscriber) -> None:
    assert reader.confirmation
    confirm = f"/newsletter/confirm/{make_token('confirm', reader.confirmation.uuid)}/"
    client.post(path_of("preferences", reader) + "erase/")
    for answer in (client.get(confirm), client.post(confirm)):
        assert "This link is out of date" in answer.text
    assert UNKNOWN in client.get("/newsletter/confirm/x/").text
