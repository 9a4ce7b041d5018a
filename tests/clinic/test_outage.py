import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import OperationalError, connection

from articles.actions import withdraw_what_is_due
from articles.models import Article
from foundation.outage import TRUSTED_SECONDS, content
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


def test_the_job_that_withdraws_what_is_due_forgets_no_page_where_nothing_is() -> None:
    path = Article.objects.published().order_by("slug")[0].get_absolute_url()
    assert get(path).status == 200
    assert withdraw_what_is_due() == 0
    # Any page that is made anew hears of what moved.
    get("/about/")
    with outage():
        assert get(path).status == 200


def test_a_withdrawn_article_does_not_come_back_while_postgres_is_away() -> None:
    get(ADDRESS)
    Article.objects.filter(slug=SLUG).update(state="withdrawn")
    assert get(ADDRESS).status == 410
    with outage():
        assert get(ADDRESS).status == 503


@pytest.mark.parametrize("address", [ADDRESS, f"{ADDRESS}?utm_source=letter", "/research/?q=x", "/research/"])
def test_who_has_heard_that_the_content_moved_gives_nothing_older(address: str) -> None:
    path = address.partition("?")[0]
    get(path)
    Article.objects.filter(slug=SLUG).update(state="withdrawn")
    # As a form that was posted meanwhile asks, or a page of staff.
    content()
    with outage():
        assert get(address).status == 503


def test_who_heard_nothing_for_long_before_it_went_away_gives_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    get(ADDRESS)
    Article.objects.filter(slug=SLUG).update(state="withdrawn")
    monkeypatch.setattr("foundation.outage._heard_at", time.monotonic() - 2 * TRUSTED_SECONDS)
    with outage():
        assert get(ADDRESS).status == 503
        assert get(f"{ADDRESS}?utm_source=letter").status == 503


def test_a_look_at_readiness_is_enough_to_have_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    get(ADDRESS)
    monkeypatch.setattr("foundation.outage._heard_at", time.monotonic() - 2 * TRUSTED_SECONDS)
    assert get("/readyz").status == 200
    with outage():
        assert get(ADDRESS).status == 200


@pytest.mark.parametrize(("path", "looks"), [("/healthz", 0), ("/about/", 1)])
def test_whether_the_process_lives_is_no_question_to_postgres(path: str, looks: int) -> None:
    asked = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        assert get(path).status == 200
    assert min(1, len(asked)) == looks


def test_only_the_plain_page_decides_what_is_held() -> None:
    get(ADDRESS)
    assert get(ADDRESS, "POST").status == 405
    assert get(f"{ADDRESS}?utm_source=letter").status == 200
    with outage():
        assert get(ADDRESS).status == 200
