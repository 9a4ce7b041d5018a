from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import OperationalError, connection

from articles.models import Article
from tests.front_door import Answer

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


def get(path: str, method: str = "GET") -> Answer:
    path, _, query = path.partition("?")
    return Answer(method, path, kind="", HTTP_HOST="testserver", QUERY_STRING=query)


def test_a_page_that_was_read_before_can_be_read_on() -> None:
    before = get(ADDRESS)
    with outage():
        during = get(ADDRESS)
    assert during.status == 200
    assert during.body == before.body


def test_a_withdrawn_article_does_not_come_back_while_postgres_is_away() -> None:
    get(ADDRESS)
    Article.objects.filter(slug=SLUG).update(state="withdrawn")
    assert get(ADDRESS).status == 410
    with outage():
        assert get(ADDRESS).status == 503


def test_only_the_plain_page_decides_what_is_held() -> None:
    get(ADDRESS)
    assert get(ADDRESS, "POST").status == 405
    assert get(f"{ADDRESS}?utm_source=letter").status == 200
    with outage():
        assert get(ADDRESS).status == 200
