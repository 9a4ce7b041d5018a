"""A topic gets another name while an article with it is published or withdrawn: both are found as they are at last."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction

from articles.actions import publish, withdraw
from articles.models import Article, SearchEntry, Topic
from articles.search.finding import Narrowed, find
from tests.concurrency.test_words_during_erasure import somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)
LIVER = "cord-cells-advanced-liver-cirrhosis"
NAME = "Shrunken organ"


def rename(slug: str = "cirrhosis") -> None:
    topic = Topic.objects.get(slug=slug)
    topic.name = NAME
    topic.save()


def alone(does: Callable[[], Any]) -> None:
    try:
        does()
    finally:
        connection.close()


def beside(first: Callable[[], Any], second: Callable[[], Any]) -> None:
    """The second begins while what the first did is not committed, and has come as far as it can."""
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            other = pool.submit(alone, second)
            while not (somebody_waits() or other.done()):
                time.sleep(0.01)
        other.result(60)


def publish_again(article: Article, staff: Any) -> Callable[[], Any]:
    return lambda: publish(revision=article.live_revision, by=staff)


@pytest.fixture
def liver(first_content: None) -> Article:
    return Article.objects.get(slug=LIVER)


def found() -> list[int]:
    return find(NAME, Narrowed()).articles


def test_published_while_its_topic_is_renamed(liver: Article, staff: Any) -> None:
    beside(rename, publish_again(liver, staff))
    assert found() == [liver.pk]


def test_given_a_topic_while_that_is_renamed(liver: Article) -> None:
    beside(lambda: rename("lupus"), lambda: liver.topics.add(Topic.objects.get(slug="lupus")))
    assert liver.pk in found()


def test_its_topic_renamed_while_it_is_published(liver: Article, staff: Any) -> None:
    beside(publish_again(liver, staff), rename)
    assert found() == [liver.pk]


def test_its_topic_renamed_while_it_is_given_that(liver: Article) -> None:
    beside(lambda: liver.topics.add(Topic.objects.get(slug="lupus")), lambda: rename("lupus"))
    assert liver.pk in found()


def test_its_topic_renamed_while_it_is_withdrawn(liver: Article, staff: Any) -> None:
    beside(lambda: withdraw(article=liver, by=staff, reason="It was wrong."), rename)
    assert not SearchEntry.objects.filter(article=liver).exists()
