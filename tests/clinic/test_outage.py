from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client

from articles.models import Article

SLUG = "harms-of-cells-in-spinal-fluid"
ADDRESS = f"/research/{SLUG}/"


@pytest.fixture(autouse=True)
def _content(first_content: None) -> None: ...


def away(*_: Any) -> None:
    raise OperationalError("the server closed the connection")


@contextmanager
def outage() -> Iterator[None]:
    with connection.execute_wrapper(away):
        yield


def test_a_page_that_was_read_before_can_be_read_on(client: Client) -> None:
    before = client.get(ADDRESS)
    with outage():
        during = client.get(ADDRESS)
    assert during.status_code == 200
    assert during.content == before.content


def test_a_withdrawn_article_does_not_come_back_while_postgres_is_away(client: Client) -> None:
    client.get(ADDRESS)
    Article.objects.filter(slug=SLUG).update(state="withdrawn")
    assert client.get(ADDRESS).status_code == 404
    with outage():
        assert client.get(ADDRESS).status_code == 503


def test_only_the_plain_page_decides_what_is_held(client: Client) -> None:
    client.get(ADDRESS)
    assert client.post(ADDRESS).status_code == 405
    assert client.get(f"{ADDRESS}?utm_source=letter").status_code == 200
    with outage():
        assert client.get(ADDRESS).status_code == 200
