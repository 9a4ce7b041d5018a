import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection

from desk.queue_lists import lists
from enquiries.models import Lead, imported
from foundation.prepared import Lists


def plan_of(lists_asked: Any, **given: Any) -> Any:
    with connection.cursor() as cursor:
        sql, values = lists_asked.text.filled_in(given)
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", values)
        return cursor.fetchone()[0][0]["Plan"]


@pytest.fixture
def many(first_content: None, django_user_model: Any) -> None:
    owners = [django_user_model.objects.create_user(f"zoe{n}@clinic.example", name="Zoë") for n in range(8)]
    for owner in owners:
        owner.groups.set(Group.objects.filter(name="coordinator"))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        # New files: what earlier tests rolled back still lies in the old ones, and Postgres plans by their size.
        cursor.execute("TRUNCATE enquiries_lead CASCADE")
        cursor.execute(
            """INSERT INTO enquiries_lead (name, email, phone, country, stage, closed_reason, owner_id, next_action,
            next_action_on, created_at) SELECT 'Zoë', 'zoe' || i || '@example.com', '', '', 'contacted', '',
            %s + i %% 8, 'call', date '2026-11-29' + i %% 60, now() FROM generate_series(1, 30000) AS i""",
            [owners[0].pk],
        )
        cursor.execute("ANALYZE enquiries_lead")
        cursor.execute("ANALYZE clinic_staffuser")


def test_while_nobody_has_left_today_does_not_look_at_each_open_lead(many: None) -> None:
    left = Lists(lambda: {"left": lists()["left_behind"]}, first=4)
    assert plan_of(left, most=1001)["Shared Hit Blocks"] < 3_000


@pytest.mark.parametrize("name", ["overdue", "today"])
def test_what_is_due_is_counted_by_its_index_alone_in_its_order(many: None, name: str) -> None:
    asked = Lists(lambda: {name: lists()[name]}, first=4)
    given = {"today": date(2026, 12, 9), "now": datetime(2026, 12, 9, 12, tzinfo=UTC)}
    plan = json.dumps(plan_of(asked, most=1001, **given))
    assert '"Index Only Scan"' in plan
    assert '"Sort"' not in plan


@pytest.fixture
def some_by_a_list(many: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE enquiries_lead SET merged_into_id = id + 1 WHERE id % 1000 = 0")
        cursor.execute(
            """INSERT INTO enquiries_leadevent (lead_id, kind, at, text, data)
            SELECT id, 'imported', now(), '', '{}' FROM enquiries_lead WHERE id % 4 = 1"""
        )
        cursor.execute("ANALYZE enquiries_lead")
        cursor.execute("ANALYZE enquiries_leadevent")


def test_who_is_merged_is_found_by_an_index(some_by_a_list: None) -> None:
    newest = Lists(lambda: {"newest": Lead.objects.filter(~imported()).order_by("-created_at", "-pk")}, first=4)
    assert '"enquiries_lead_merged_into' in json.dumps(plan_of(newest, most=51))
