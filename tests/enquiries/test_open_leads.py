from itertools import product
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from enquiries.models import Lead
from tests.enquiries.test_pipeline_rules import sql


@pytest.fixture
def no_rules(db: None) -> None:
    """Of moves and erasures: here each lead stands where the test wants it."""
    sql("ALTER TABLE enquiries_lead DISABLE TRIGGER USER")
    sql("ALTER TABLE enquiries_lead DROP CONSTRAINT lead_erased_holds_nothing")


@pytest.mark.parametrize("stage", Lead.Stage.values)
def test_a_lead_calls_itself_open_just_when_the_lists_do(no_rules: None, stage: str) -> None:
    plan = {"next_action": "Call", "next_action_on": "2026-01-31", "closed_reason": "asked"}
    survivor = Lead.objects.create(phone="1", **plan)
    for merged_into, erased_at in product([None, survivor], [None, timezone.now()]):
        lead = Lead.objects.create(phone="2", stage=stage, merged_into=merged_into, erased_at=erased_at, **plan)
        assert lead.is_open == Lead.objects.open().filter(pk=lead.pk).exists()


def definitions() -> dict[str, Any]:
    """Of the indexes and rules of leads, as Postgres keeps them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'enquiries_lead'"
            " UNION SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = 'enquiries_lead'::regclass"
        )
        return dict(cursor.fetchall())


def test_the_rules_in_postgres_name_the_closed_stages_of_the_model(db: None) -> None:
    found = definitions()
    for name, closed in {
        "lead_newest_open": Lead.CLOSED,
        "lead_open_has_next_action": Lead.CLOSED,
        "lead_closed_has_reason": Lead.CLOSED_WITH_REASON,
    }.items():
        assert {stage for stage in Lead.Stage.values if f"'{stage}'" in found[name]} == set(closed), name
