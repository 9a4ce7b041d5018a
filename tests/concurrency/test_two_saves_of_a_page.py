"""Two people press "Save" of one page at the same moment, each having changed something else."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from articles.models import GlossaryTerm
from tests.browser_posts import untouched

pytestmark = pytest.mark.django_db(transaction=True)

WAITS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def wait_for(count: int) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            # Within a transaction Postgres tells what it told before.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(WAITS)
            if cursor.fetchone() == (count,):
                return
        time.sleep(0.02)
    raise AssertionError(f"fewer than {count} waited")


def test_what_each_of_two_saves_at_one_moment_changed_is_kept(desk: Client, staff: Any) -> None:
    term = GlossaryTerm.objects.create(term="unused", slug="unused", meaning="Not used.")
    url = f"/admin/articles/glossaryterm/{term.pk}/change/"

    def save(fields: dict[str, Any]) -> int:
        client = Client()
        client.force_login(staff)
        status = client.post(url, fields).status_code
        connection.close()
        return status

    shown = untouched(desk.get(url), "glossaryterm_form")
    posts = [{**shown, "meaning": "One."}, {**shown, "synonyms": "another"}]
    with ThreadPoolExecutor(2) as both:
        with transaction.atomic():
            GlossaryTerm.objects.select_for_update().get(pk=term.pk)
            answers = [both.submit(save, post) for post in posts]
            wait_for(2)
        assert [answer.result(20) for answer in answers] == [302, 302]
    term.refresh_from_db()
    assert (term.meaning, term.synonyms) == ("One.", "another")
