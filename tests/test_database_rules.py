import re
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from articles.models import Article, ArticleRevision
from enquiries.actions import move_lead
from enquiries.models import Enquiry, Lead, LeadEvent, PacketVersion
from foundation.models import ClinicProfile, ConsentWording
from mailings.models import Consent


def refused(sql: str, *params: Any) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, params)
    except DatabaseError:
        return True
    return False


APPEND_ONLY = [
    ("enquiries_leadevent", "text"),
    ("articles_articlerevision", "content_sha256"),
    ("mailings_consent", "source_path"),
    ("mailings_consentwording", "text"),
    ("enquiries_packetversion", "sha256"),
    ("enquiries_enquiry", "source_path"),
]


KEPT_BY_A_TRIGGER = """
SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger
WHERE tgfoid IN ('refuse_change'::regproc, 'refuse_change_of_audit'::regproc) AND tgenabled = 'O'
"""


def test_the_tables_that_nobody_rewrites_are_those_of_the_page(db: None) -> None:
    page = (Path(__file__).parents[1] / "docs/security.md").read_text()
    named = page.split("## What nobody rewrites")[1].split("\n- ")[0]
    with connection.cursor() as cursor:
        cursor.execute(KEPT_BY_A_TRIGGER)
        kept = {table for (table,) in cursor.fetchall()}
    assert set(re.findall(r"`(\w+)`", named)) == kept


@pytest.mark.parametrize(("table", "column"), APPEND_ONLY)
def test_raw_sql_changes_no_record(lead: Lead, table: str, column: str) -> None:
    assert refused(f"UPDATE {table} SET {column} = 'x'")
    assert refused(f"DELETE FROM {table}")


@pytest.mark.parametrize(("table", "column"), APPEND_ONLY)
def test_no_setting_opens_a_record_to_change(lead: Lead, table: str, column: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('clinic.erasing', 'on', true)")
    assert refused(f"UPDATE {table} SET {column} = 'x'")
    assert refused(f"DELETE FROM {table}")


def test_no_setting_opens_a_move_outside_the_table(lead: Lead) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('clinic.erasing', 'on', true)")
    assert refused("UPDATE enquiries_lead SET stage = 'quoted'")


@pytest.mark.parametrize("model", [LeadEvent, ArticleRevision, Consent, ConsentWording, PacketVersion, Enquiry])
def test_the_orm_changes_no_record(lead: Lead, model: Any) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.all()._raw_delete(model.objects.db)


@pytest.mark.parametrize(
    "table", ["enquiries_lead", "enquiries_enquiry", "mailings_outgoingemail", "mailings_consent", "clinic_staffuser"]
)
def test_an_address_with_a_capital_letter_is_refused(lead: Lead, staff: Any, table: str) -> None:
    assert refused(f"UPDATE {table} SET email = 'Zoe@Example.com'")


def test_postgres_lower_cases_what_is_stored_and_what_is_looked_up(db: None) -> None:
    Lead.objects.create(email="ZOE@Example.COM", next_action="x", next_action_on="2026-01-01")
    assert Lead.objects.get(email="Zoe@example.com").email == "zoe@example.com"


def test_a_lead_nobody_can_reach_is_refused(lead: Lead) -> None:
    assert refused("UPDATE enquiries_lead SET email = NULL")


def test_an_open_lead_keeps_its_next_action(lead: Lead) -> None:
    assert refused("UPDATE enquiries_lead SET next_action = ''")
    assert refused("UPDATE enquiries_lead SET next_action_on = NULL")


def test_a_closed_lead_has_a_reason(lead: Lead) -> None:
    assert refused("UPDATE enquiries_lead SET stage = 'lost'")


def test_a_move_outside_the_table_is_refused_on_every_path(lead: Lead, staff: Any) -> None:
    assert refused("UPDATE enquiries_lead SET stage = 'quoted'")
    with pytest.raises(DatabaseError), transaction.atomic():
        Lead.objects.update(stage="quoted")
    with pytest.raises(ValidationError):
        move_lead(lead=lead, stage="quoted", by=staff)


def test_a_lead_begins_as_new(db: None) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        Lead.objects.create(phone="1", stage="booked")


def test_no_path_moves_a_lead_without_a_trace(lead: Lead, staff: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE enquiries_lead SET stage = 'contacted'")
    event = lead.events.filter(kind=LeadEvent.Kind.STAGE).first()
    assert (event.data["from"], event.data["to"], event.actor) == ("new", "contacted", None)
    move_lead(lead=lead, stage="lost", reason="went elsewhere", by=staff)
    event = lead.events.filter(kind=LeadEvent.Kind.STAGE).first()
    assert (event.data["to"], event.data["reason"], event.actor) == ("lost", "went elsewhere", staff)


def test_two_mails_for_one_cause_are_refused(lead: Lead) -> None:
    assert refused(
        "INSERT INTO mailings_outgoingemail (uuid, kind, email, dedupe_key, message_id, state, next_attempt_at,"
        " attempts, last_reply, created_at) SELECT gen_random_uuid(), kind, email, dedupe_key, 'other', state,"
        " next_attempt_at, attempts, last_reply, created_at FROM mailings_outgoingemail"
    )


def test_a_sent_mail_has_its_time(lead: Lead) -> None:
    assert refused("UPDATE mailings_outgoingemail SET state = 'sent', sent_at = NULL")


def test_there_is_one_clinic(first_content: None) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        ClinicProfile.objects.create(pk=2, name="Another")


def test_a_published_article_has_a_live_revision(first_content: None) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        Article.objects.update(live_revision=None)


def test_every_stage_but_new_can_be_reached_and_left(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT from_stage, to_stage FROM enquiries_allowed_move")
        moves = cursor.fetchall()
    assert {old for old, _new in moves} == set(Lead.Stage.values)
    assert {new for _old, new in moves} == set(Lead.Stage.values)


NOTHING_OF_THEM = [
    *(f"UPDATE enquiries_lead SET {field} = 'x'" for field in ("name", "email", "phone", "country", "next_action")),
    "UPDATE enquiries_lead SET next_action_on = '2028-01-01'",
    "UPDATE enquiries_lead SET closed_reason = 'x'",
    "UPDATE enquiries_lead SET stage = 'new', closed_reason = ''",
    "INSERT INTO enquiries_leadevent (lead_id, kind, at, text, data) SELECT id, 'note', now(), 'x', '{}'"
    " FROM enquiries_lead",
    "INSERT INTO enquiries_leadevent (lead_id, kind, at, text, data)"
    """ SELECT id, 'details', now(), '', '{"after": {"name": "x"}}' FROM enquiries_lead""",
    "INSERT INTO enquiries_leadevent (lead_id, kind, at, text, data)"
    """ SELECT id, 'stage', now(), '', '{"reason": "x"}' FROM enquiries_lead""",
]


@pytest.mark.parametrize("statement", NOTHING_OF_THEM)
def test_nothing_of_a_person_is_stored_with_an_erased_lead(lead: Lead, statement: str) -> None:
    call_command("erase_person", lead.email)
    assert refused(statement)


def test_no_enquiry_is_stored_with_an_erased_lead(lead: Lead, ask: Any) -> None:
    call_command("erase_person", lead.email)
    ask(email="other@example.org")
    assert refused(f"UPDATE enquiries_enquiry SET lead_id = {lead.pk} WHERE email = 'other@example.org'")


def test_what_happens_to_an_erased_lead_without_words_is_still_noted(lead: Lead) -> None:
    call_command("erase_person", lead.email)
    assert not refused(
        "INSERT INTO enquiries_leadevent (lead_id, kind, at, text, data)"
        f" VALUES ({lead.pk}, 'packet_sent', now(), '', '{{}}')"
    )


def test_erasing_opens_no_door_for_what_follows(lead: Lead) -> None:
    call_command("erase_person", lead.email)
    assert refused("UPDATE enquiries_leadevent SET text = 'x'")
