from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from enquiries import tasks
from enquiries.actions import add_note
from enquiries.models import Enquiry, Lead
from mailings.models import Consent, OutgoingEmail, Subscriber

YEARS = timedelta(days=731)


def tables_with(text: str) -> list[str]:
    with connection.cursor() as cursor:
        found = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT count(*) FROM "{table}" AS t WHERE t::text ILIKE %s', [f"%{text}%"])
            found += [table] if cursor.fetchone()[0] else []
        return found


@pytest.fixture
def canary(ask: Any, staff: Any) -> Lead:
    ask(name="Canaryname", email="canary@example.com", message="Canary writes", consent_newsletter="on")
    lead = Lead.objects.get()
    add_note(lead=lead, text="Canary called", by=staff)
    return lead


def test_an_erased_person_is_nowhere_and_the_proof_of_consent_stays(canary: Lead) -> None:
    assert len(tables_with("canary")) > 5
    call_command("erase_person", "Canary@Example.com")
    assert tables_with("canary") == []
    assert Consent.objects.exclude(address_hash="").count() == 2
    assert Subscriber.objects.count() == 0
    assert OutgoingEmail.objects.get(kind="packet").state == OutgoingEmail.State.CANCELLED
    assert canary.events.count() >= 5


def test_a_person_without_an_address_is_erased_by_lead(db: None) -> None:
    lead = Lead.objects.create(name="Canary", phone="555 0100", next_action="x", next_action_on="2026-01-01")
    call_command("erase_person", "--lead", str(lead.pk))
    assert tables_with("canary") == []
    with pytest.raises(CommandError):
        call_command("erase_person", "--lead", "999999")


def test_an_erased_person_may_write_again(canary: Lead, ask: Any) -> None:
    call_command("erase_person", "canary@example.com")
    assert ask(email="canary@example.com").status_code == 303
    assert Lead.objects.filter(email="canary@example.com").count() == 1


def test_two_years_after_the_last_contact_a_person_is_erased_by_itself(canary: Lead) -> None:
    with time_machine.travel(timezone.now() + YEARS, tick=False):
        tasks.erase_old()
    assert tables_with("canary") == []


def test_who_is_in_contact_is_not_erased(canary: Lead, staff: Any) -> None:
    with time_machine.travel(timezone.now() + YEARS - timedelta(days=30), tick=False) as clock:
        add_note(lead=canary, text="called again", by=staff)
        clock.shift(timedelta(days=60))
        tasks.erase_old()
    canary.refresh_from_db()
    assert canary.erased_at is None


def test_a_subscriber_whose_lead_grew_old_still_gets_the_newsletter(canary: Lead) -> None:
    Subscriber.objects.update(state=Subscriber.State.CONFIRMED, confirmed_at=timezone.now())
    with time_machine.travel(timezone.now() + YEARS, tick=False):
        tasks.erase_old()
    assert Subscriber.objects.get().email == "canary@example.com"
    assert Consent.objects.get(email="canary@example.com").wording.kind == "newsletter"
    assert "enquiries_lead" not in tables_with("canary")


def test_held_enquiries_and_old_sign_ups_go_too(ask: Any, client: Client) -> None:
    ask(name="Canary", email="canary@example.com", leave_this_empty="x")
    client.post("/newsletter/", {"email": "canary2@example.com", "consent": "on"})
    with time_machine.travel(timezone.now() + YEARS, tick=False):
        tasks.erase_old()
    assert Enquiry.objects.get().fields == {}
    assert Subscriber.objects.count() == 0
    # Of who signed up, the proof of consent alone.
    assert tables_with("canary") == ["mailings_consent"]
