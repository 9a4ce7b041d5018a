"""An upgrade writes the index of the search anew while people publish: what they did is what is found."""

import time
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction

from articles.actions import withdraw
from articles.models import Article, SearchEntry
from tests.concurrency.test_words_during_erasure import somebody_waits

index_each = import_module("articles.migrations.0060_search_by_the_newest").index_each


def index_all() -> None:
    try:
        with connection.schema_editor(atomic=False) as editor:
            index_each(apps, editor)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_what_is_withdrawn_while_an_upgrade_indexes_it_is_not_found(first_content: None, staff: Any) -> None:
    article = Article.objects.published().earliest("pk")
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            withdraw(article=article, by=staff, reason="It was wrong.")
            indexing = pool.submit(index_all)
            while not (somebody_waits() or indexing.done()):
                time.sleep(0.01)
        indexing.result(60)
    assert not SearchEntry.objects.filter(article=article).exists()
    assert SearchEntry.objects.count() == Article.objects.filter(state="published").count()
