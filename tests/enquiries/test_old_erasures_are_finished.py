from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.db import connection

from enquiries.actions import erase_person
from enquiries.models import Enquiry, Lead, LeadEvent
from tests.conftest import ADDRESS
from tests.enquiries.test_erasure import tables_with

MIGRATION = import_module("enquiries.migrations.0030_erased_leads_hold_nothing")
RULE = "lead_erased_holds_nothing"


def run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.fixture
def erased(lead: Lead) -> Lead:
    """Erased at a time when nothing kept words from being put back."""
    erase_person(address=ADDRESS)
    run("SET CONSTRAINTS ALL IMMEDIATE", MIGRATION.NO_TRIGGERS, f"ALTER TABLE enquiries_lead DROP CONSTRAINT {RULE}")
    return lead


def finish() -> None:
    run(MIGRATION.MEND)
    rule = next(rule for rule in Lead._meta.constraints if rule.name == RULE)
    with connection.schema_editor() as editor:
        editor.add_constraint(Lead, rule)
    run(MIGRATION.TRIGGERS)


def test_words_that_an_erasure_left_go(erased: Lead) -> None:
    Lead.objects.update(name="Canary", phone="canary", next_action="canary", email="canary@example.com")
    LeadEvent.objects.create(lead=erased, kind="note", text="canary")
    LeadEvent.objects.create(lead=erased, kind="details", data={"after": {"name": "canary"}})
    before = erased.events.count(), Enquiry.objects.count()
    assert tables_with("canary")
    finish()
    assert tables_with("canary") == []
    assert (erased.events.count(), Enquiry.objects.count()) == before


def test_who_wrote_again_from_an_address_that_was_put_back_is_answered(erased: Lead, ask: Callable[..., Any]) -> None:
    Lead.objects.update(email="other@example.org")
    ask(email="other@example.org", message="Is anybody there?")
    assert not Lead.objects.open().exists()
    finish()
    found = Lead.objects.open().get()
    assert (found.pk, found.email, found.plan) == (erased.pk, "other@example.org", "Answer the new enquiry")
    assert found.enquiries.get(email=found.email).fields["message"] == "Is anybody there?"


def test_an_erasure_that_left_nothing_stays_as_it_is(erased: Lead) -> None:
    before = Lead.objects.values().get(), list(LeadEvent.objects.values()), Enquiry.objects.values().get()
    finish()
    assert (Lead.objects.values().get(), list(LeadEvent.objects.values()), Enquiry.objects.values().get()) == before
