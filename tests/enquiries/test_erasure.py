import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from enquiries import tasks
from enquiries.actions import add_note, correct_address, discard_enquiry, erase_person, log_call
from enquiries.models import Enquiry, Lead
from foundation.tokens import make_token
from mailings import delivery, results
from mailings.models import Consent, OutgoingEmail
from newsletters.models import Subscriber

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
    assert Consent.objects.exclude(address_hash="").count() == 3
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
        log_call(lead=canary, outcome="spoke", text="called again", by=staff)
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


def test_erasing_a_stranger_leaves_whoever_once_mistyped_that_address(ask: Any, staff: Any) -> None:
    ask(email="canary@example.com", message="My own words")
    lead = Lead.objects.get()
    correct_address(lead=lead, email="zoe@example.org", resend=False, by=staff)
    erase_person(address="canary@example.com")
    lead.refresh_from_db()
    assert (lead.name, lead.email, lead.erased_at) == ("Zoë O'Brien & Sons", "zoe@example.org", None)
    assert Enquiry.objects.get().fields["message"] == "My own words"
    assert tables_with("canary") == []


def test_a_fresh_held_enquiry_keeps_an_old_lead(canary: Lead, ask: Any) -> None:
    with time_machine.travel(timezone.now() + YEARS, tick=False):
        ask(email="canary@example.com", message="again", leave_this_empty="x")
        tasks.erase_old()
    assert Enquiry.objects.held().get().fields["message"] == "again"
    canary.refresh_from_db()
    assert canary.erased_at is None


def test_a_fresh_held_enquiry_outlives_an_old_discarded_one(ask: Any, staff: Any) -> None:
    ask(leave_this_empty="x")
    discard_enquiry(enquiry=Enquiry.objects.get(), by=staff)
    with time_machine.travel(timezone.now() + YEARS, tick=False):
        ask(leave_this_empty="x", message="again")
        tasks.erase_old()
    assert Enquiry.objects.held().get().fields["message"] == "again"


def test_who_signs_up_again_after_years_is_not_forgotten_that_night(client: Client, first_content: None) -> None:
    fields = {"email": "canary@example.com", "consent": "on"}
    client.post("/newsletter/", fields)
    with time_machine.travel(timezone.now() + YEARS, tick=False):
        client.post("/newsletter/", fields)
        tasks.erase_old()
    assert Subscriber.objects.count() == 1


def test_an_erased_held_enquiry_leaves_the_queue(ask: Any) -> None:
    ask(leave_this_empty="x")
    erase_person(address="zoe@example.com")
    assert not Enquiry.objects.held().exists()


def test_a_sender_with_an_erased_mail_in_hand_writes_nothing_of_it(canary: Lead) -> None:
    claimed = delivery.claim(uuid.uuid4(), 25)
    packet = next(outgoing for outgoing in claimed if outgoing.kind == "packet")
    assert delivery.mark_sending(packet)
    erase_person(address="canary@example.com")
    results.finish(packet, OutgoingEmail.State.FAILED, "550 canary@example.com unknown")
    assert tables_with("canary") == []


def test_notices_to_staff_outlive_the_erasure_of_their_address(ask: Any, settings: Any) -> None:
    settings.STAFF_ALERT_EMAIL = "zoe@example.com"
    ask()
    results.finish(OutgoingEmail.objects.get(kind="packet"), OutgoingEmail.State.FAILED, "550 no")
    erase_person(address="zoe@example.com")
    notices = OutgoingEmail.objects.filter(kind__in=["staff_notice", "packet_failed"])
    assert list(notices.values_list("state", flat=True)) == [OutgoingEmail.State.QUEUED] * 2


def test_the_links_of_an_erased_person_are_dead(canary: Lead, client: Client) -> None:
    outgoing = OutgoingEmail.objects.get(kind="packet")
    erase_person(address="canary@example.com")
    assert client.post(f"/not-me/{make_token('not-me', outgoing.uuid)}/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_an_enquiry_that_comes_in_during_an_erasure_is_whole_or_gone(first_content: None, packet_fields: Any) -> None:
    def post(number: int) -> int:
        try:
            return Client().post("/information-packet/", {**packet_fields, "message": str(number)}).status_code
        finally:
            connection.close()

    def erase(number: int) -> int:
        try:
            erase_person(address=packet_fields["email"])
            return 303
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: (post if number % 2 else erase)(number), range(40)))
    assert set(answers) == {303}
    for enquiry in Enquiry.objects.exclude(email=""):
        assert enquiry.lead is not None
        assert enquiry.lead.erased_at is None


def test_erasing_leaves_addresses_that_only_contain_the_erased_one(lead: Lead, staff: Any) -> None:
    correct_address(lead=lead, email="azoe@example.com", resend=False, by=staff)
    correct_address(lead=lead, email="zoe@example.com.au", resend=False, by=staff)
    erase_person(address="zoe@example.com")
    texts = lead.events.filter(kind="address_corrected").order_by("pk").values_list("text", flat=True)
    assert list(texts) == ["azoe@example.com", "azoe@example.com → zoe@example.com.au"]


def test_erasing_works_beside_the_triggers_of_the_version_before(canary: Lead) -> None:
    # Between two migrations of one deployment: an earlier one loads the function than loads them.
    older = {
        "articles.migrations.0003_append_only": "CREATE TRIGGER",
        "enquiries.migrations.0003_stage_moves": "CREATE TRIGGER",
    }
    with connection.cursor() as cursor:
        for name, end in older.items():
            text = import_module(name).FORWARD.partition(end)[0]
            cursor.execute("CREATE OR REPLACE FUNCTION" + text.partition("CREATE FUNCTION")[2])
    erase_person(address="canary@example.com")
    assert tables_with("canary") == []
