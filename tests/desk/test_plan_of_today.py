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


@pytest.mark.parametrize("came_by_a_list", [True, False])
def test_who_came_by_a_list_is_told_apart_without_reading_each_lead(many: None, came_by_a_list: bool) -> None:
    """Whom somebody lives on in is found by the index of those who are merged, who are few."""
    wanted = imported() if came_by_a_list else ~imported()
    newest = Lists(lambda: {"newest": Lead.objects.filter(wanted).order_by("-created_at", "-pk")}, first=4)
    plan = json.dumps(plan_of(newest, most=51))
    assert '"enquiries_lead_merged_into_id_bac66c37"' in plan
    assert '"Seq Scan", "Parallel Aware": false, "Async Capable": false, "Relation Name": "enquiries_lead"' not in plan
