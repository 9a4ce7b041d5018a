"""The second request of a double click comes while the first is not through yet."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from articles.models import Article
from tests.articles.test_pressed_twice_on_an_article import BUTTONS, LIST, written
from tests.browser_posts import untouched
from tests.concurrency.test_codes import waiting


def click_twice(browser: Client, action: str, fields: dict[str, Any]) -> tuple[Any, Any]:
    again = Client(raise_request_exception=False)
    again.cookies = browser.cookies

    def second() -> Any:
        try:
            return again.post(action, fields)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            first = browser.post(action, fields)
            answer = other.submit(second)
            while not (waiting() or answer.done()):
                time.sleep(0.01)
        return first, answer.result()


@pytest.fixture
def article(first_content: None) -> Article:
    return Article.objects.published().order_by("slug")[0]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["restore", "address", "keep", "override"])
def test_of_a_button_both_clicks_lead_back_to_the_page_and_write_once(
    desk: Client, article: Article, staff: Any, name: str
) -> None:
    prepare, typed, _told = BUTTONS[name]
    prepare(article, staff)
    page, action = f"{LIST}{article.pk}/change/", f"{LIST}{article.pk}/{name}/"
    before = sum(written().values())
    answers = click_twice(desk, action, {**untouched(desk.get(page), action), **typed})
    assert [(answer.status_code, answer.headers.get("Location")) for answer in answers] == [(302, page)] * 2
    assert sum(written().values()) - before == (0 if name == "keep" else 1)
