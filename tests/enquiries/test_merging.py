import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from desk.lead.duplicates import suggestions
from enquiries.actions import (
    add_note,
    erase_old,
    erase_person,
    export_person,
    log_call,
    merge_leads,
    move_lead,
    tell_apart,
    unmerge_lead,
)
from enquiries.models import Enquiry, Lead, LeadEvent
from foundation.models import ClinicProfile
from foundation.tokens import hash_address
from mailings.models import Consent, OutgoingEmail
from newsletters.models import Subscriber
from tests.conftest import ADDRESS

OTHER = "other@example.com"
CHILDREN = 30
Kind = LeadEvent.Kind


def url(lead: Lead, verb: str = "change") -> str:
    return f"/admin/enquiries/lead/{lead.pk}/{verb}/"


def make(**fields: Any) -> Lead:
    return Lead.objects.create(**{"next_action": "Call", "next_action_on": "2028-01-01", **fields})


@pytest.fixture
def other(lead: Lead, ask: Callable[..., Any]) -> Lead:
    ask(email=OTHER, name="Other Person", message="From my second address", phone="555 0100")
    return Lead.objects.get(email=OTHER)


def dump() -> list[str]:
    """Each row of each table, but sessions and what only counts."""
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor)) - {"django_session", "clinic_cache"}
        rows = []
        for table in sorted(tables):
            cursor.execute(f'SELECT row::text FROM "{table}" AS row')
            rows += [f"{table} {text}" for (text,) in cursor.fetchall()]
    return sorted(rows)


def test_a_merge_and_its_undo_leave_two_events_and_nothing_else(
    desk: Client, lead: Lead, other: Lead, ask: Callable[..., Any], staff: Any, settings: Any
) -> None:
    settings.FORM_LIMITS = False
    for number in range(CHILDREN):
        for address, one in ((ADDRESS, lead), (OTHER, other)):
            ask(email=address, message=f"Question {number}")
            add_note(lead=one, text=f"Note {number}", by=staff)
    before = dump()
    assert desk.post(url(lead, "merge"), {"other": other.pk}).status_code == 302
    assert len(set(dump()) ^ set(before)) == 3
    assert desk.post(url(other, "unmerge")).status_code == 302
    after = dump()
    left = sorted(set(after) - set(before))
    assert set(before) - set(after) == set()
    print(f"\nmerge and undo of two leads with {2 * CHILDREN} children each: {len(left)} rows differ")  # noqa: T201
    assert len(left) == 2
    assert all("enquiries_leadevent" in row for row in left)
    assert list(LeadEvent.objects.order_by("-pk").values_list("kind", flat=True)[:2]) == [Kind.UNMERGED, Kind.MERGED]


def test_the_page_of_the_survivor_tells_both_stories(desk: Client, lead: Lead, other: Lead, staff: Any) -> None:
    merge_leads(lead=other, into=lead, by=staff)
    page = desk.get(url(lead)).text
    for words in ("From my second address", "Other Person", OTHER, f"Lead #{other.pk} was merged into lead #{lead.pk}"):
        assert words in page
    assert page.count("information packet") >= 2
    gone = desk.get(url(other))
    assert gone.context["forms"] == {}
    assert "This lead was merged into" in gone.text
    assert "was merged into lead" in gone.text
    assert "Take apart again" in gone.text


def test_the_preview_shows_both_and_merges_nothing(desk: Client, lead: Lead, other: Lead) -> None:
    page = desk.get(url(lead, "merge"), {"other": OTHER})
    assert page.status_code == 200
    assert "Other Person" in page.text
    assert "From my second address" not in page.text
    assert f"{url(other, 'merge')}?other=%23{lead.pk}" in page.text
    assert not Lead.objects.exclude(merged_into=None).exists()


@pytest.mark.parametrize("typed", ["", "nobody@example.com", "0", "99999999999999999999", "١٢"])
def test_a_lead_that_is_not_there_is_said_beside_the_field(desk: Client, lead: Lead, typed: str) -> None:
    assert desk.post(url(lead, "merge"), {"other": typed}).status_code == 422
    assert desk.get(url(lead, "merge"), {"other": typed}).status_code == 422


def test_what_cannot_be_one_is_not_merged(desk: Client, lead: Lead, other: Lead, staff: Any) -> None:
    assert desk.post(url(lead, "merge"), {"other": lead.pk}).status_code == 422
    by_phone = make(phone="555 0100")
    assert desk.get(url(by_phone, "merge"), {"other": lead.pk}).status_code == 200
    response = desk.post(url(by_phone, "merge"), {"other": lead.pk})
    assert (response.status_code, "Keep the one that has an e-mail address." in response.text) == (422, True)
    merge_leads(lead=other, into=lead, by=staff)
    for one, two in ((other, by_phone), (by_phone, other), (lead, other)):
        with pytest.raises(ValidationError):
            merge_leads(lead=one, into=two, by=staff)
    erase_person(lead=by_phone)
    assert desk.post(url(lead, "merge"), {"other": by_phone.pk}).status_code == 422


def test_only_who_follows_up_may_merge(lead: Lead, other: Lead, django_user_model: Any) -> None:
    for role, allowed in (("coordinator", True), ("auditor", False), ("editor", False)):
        user = django_user_model.objects.create_user(f"{role}@clinic.example")
        user.groups.set(Group.objects.filter(name=role))
        client = Client()
        client.force_login(user)
        assert (client.get(url(lead, "merge")).status_code == 200) is allowed
        assert (client.post(url(lead, "merge"), {"other": other.pk}).status_code == 302) is allowed
        assert (client.post(url(other, "unmerge")).status_code == 302) is allowed


@pytest.mark.parametrize("typed", ["Other Person", "other", "5550100", "other@exam", OTHER, "#{}"])
def test_whatever_the_merged_one_was_known_by_finds_the_survivor(
    desk: Client, lead: Lead, other: Lead, staff: Any, typed: str
) -> None:
    last = make(email="last@example.org", name="Zoë Last")
    merge_leads(lead=other, into=lead, by=staff)
    merge_leads(lead=lead, into=last, by=staff)
    found = desk.get("/admin/enquiries/lead/", {"q": typed.format(other.pk)})
    assert list(found.context["cl"].result_list) == [last]


def test_who_is_added_again_is_suggested_as_the_survivor(lead: Lead, staff: Any) -> None:
    for name, known in (("a", {"phone": "+44 20 7946 0958"}), ("b", {"name": "Adam Smith", "country": "IE"})):
        merge_leads(lead=make(email=f"{name}.b@example.org", **known), into=lead, by=staff)
        for again in ({**known, "email": f"{name}@example.net"}, {"email": f"{name}b+2@example.org"}):
            assert lead in [found.lead for found in suggestions(make(**again))]
    assert lead not in [found.lead for found in suggestions(lead)]


def test_a_merge_can_be_undone_for_ninety_days(lead: Lead, other: Lead, staff: Any, desk: Client) -> None:
    merge_leads(lead=other, into=lead, by=staff)
    too_late = time_machine.travel(timezone.now() + timedelta(days=91), tick=False)
    with too_late, pytest.raises(ValidationError, match="90 days"):
        unmerge_lead(lead=Lead.objects.get(pk=other.pk), by=staff)
    with time_machine.travel(timezone.now() + timedelta(days=89), tick=False):
        unmerge_lead(lead=Lead.objects.get(pk=other.pk), by=staff)
    with pytest.raises(ValidationError, match="not merged"):
        unmerge_lead(lead=Lead.objects.get(pk=other.pk), by=staff)
    assert "was taken out of lead" in desk.get(url(other)).text
    assert desk.post(url(other, "unmerge")).status_code == 302


def test_a_merged_lead_is_in_no_queue_and_no_list(desk: Client, lead: Lead, other: Lead, staff: Any) -> None:
    today = ClinicProfile.objects.current().today()
    assert Lead.objects.due(today).count() == 2
    merge_leads(lead=other, into=lead, by=staff)
    assert list(Lead.objects.due(today)) == list(Lead.objects.unassigned()) == [lead]
    assert "Other Person" not in desk.get("/admin/enquiries/lead/").text


def clocks() -> list[tuple[Any, ...]]:
    return list(Lead.objects.order_by("pk").values_list("pk", "asked_at", "first_answer_due_at", "first_answered_at"))


def test_who_waits_for_a_first_answer_waits_on_as_the_survivor(lead: Lead, other: Lead, staff: Any) -> None:
    Lead.objects.filter(pk=lead.pk).update(asked_at=None, first_answer_due_at=None)
    before = clocks()
    merge_leads(lead=other, into=lead, by=staff)
    assert list(Lead.objects.awaiting_answer()) == [lead]
    lead.refresh_from_db()
    assert lead.first_answer_due_at == other.first_answer_due_at
    unmerge_lead(lead=Lead.objects.get(pk=other.pk), by=staff)
    assert clocks() == before


@pytest.mark.parametrize("survives", ["who was spoken with", "who waits"])
def test_who_was_spoken_with_already_waits_for_no_first_answer_after_a_merge(
    desk: Client, lead: Lead, other: Lead, staff: Any, survives: str
) -> None:
    log_call(lead=lead, outcome="spoke", by=staff)
    before = clocks()
    gone, survivor = (other, lead) if survives == "who was spoken with" else (lead, other)
    merge_leads(lead=gone, into=survivor, by=staff)
    assert not Lead.objects.awaiting_answer().exists()
    assert " left" not in desk.get(url(survivor)).context["first_answer"]
    unmerge_lead(lead=Lead.objects.get(pk=gone.pk), by=staff)
    assert clocks() == before
    assert list(Lead.objects.awaiting_answer()) == [other]


def test_of_two_who_wait_the_earlier_promise_counts(lead: Lead, other: Lead, staff: Any) -> None:
    Lead.objects.filter(pk=lead.pk).update(
        asked_at=timezone.now() - timedelta(days=9), first_answer_due_at=timezone.now()
    )
    lead.refresh_from_db()
    merge_leads(lead=lead, into=other, by=staff)
    assert Lead.objects.awaiting_answer().get().first_answer_due_at == lead.first_answer_due_at
    log_call(lead=other, outcome="spoke", by=staff)
    assert not Lead.objects.awaiting_answer().exists()
    unmerge_lead(lead=Lead.objects.get(pk=lead.pk), by=staff)
    assert list(Lead.objects.awaiting_answer()) == [lead]


def test_an_answer_after_the_merge_stays_with_the_clock_it_ended(lead: Lead, other: Lead, staff: Any) -> None:
    log_call(lead=lead, outcome="spoke", by=staff)
    before = clocks()
    merge_leads(lead=other, into=lead, by=staff)
    log_call(lead=lead, outcome="spoke", by=staff)
    assert not Lead.objects.awaiting_answer().exists()
    unmerge_lead(lead=Lead.objects.get(pk=other.pk), by=staff)
    assert clocks() == before


def test_who_is_followed_up_is_not_merged_into_a_closed_one(desk: Client, lead: Lead, other: Lead, staff: Any) -> None:
    move_lead(lead=lead, stage="lost", reason="too far", by=staff)
    refused = desk.post(url(lead, "merge"), {"other": other.pk})
    assert (refused.status_code, "Keep the one that is not closed" in refused.text) == (422, True)
    assert desk.post(url(other, "merge"), {"other": lead.pk}).status_code == 302
    assert list(Lead.objects.awaiting_answer()) == [other]


def test_a_new_enquiry_from_the_old_address_is_the_survivors_work_and_the_packet_goes_to_that_address(
    desk: Client, lead: Lead, other: Lead, staff: Any, ask: Callable[..., Any], deliver: Callable[[], None]
) -> None:
    merge_leads(lead=other, into=lead, by=staff)
    long_ago = timezone.now() - timedelta(days=2)
    OutgoingEmail.objects.update(created_at=long_ago, sent_at=long_ago, state=OutgoingEmail.State.SENT)
    ask(email=OTHER, message="And what does it cost?")
    enquiry = Enquiry.objects.first()
    assert enquiry
    assert "And what does it cost?" in desk.get(url(lead)).text
    lead.refresh_from_db()
    assert (lead.next_action, lead.next_action_on) == (Lead.Plan.ANSWER, ClinicProfile.objects.current().today())
    deliver()
    outgoing = enquiry.deliveries.get().outgoing
    assert (outgoing.email, outgoing.state) == (OTHER, OutgoingEmail.State.SENT)
    assert enquiry.deliveries.get().lead == lead
    assert other.events.filter(kind=Kind.PACKET_QUEUED, enquiry=enquiry).exists()


@pytest.mark.parametrize("address", [ADDRESS, OTHER])
def test_whoever_asks_by_either_address_gets_all_of_it(lead: Lead, other: Lead, staff: Any, address: str) -> None:
    merge_leads(lead=other, into=lead, by=staff)
    found = export_person(address=address)
    assert {one["e_mail_address"] for one in found["leads"]} == {ADDRESS, OTHER}
    assert len(found["enquiries"]) == len(found["mails"]) == 2
    # To the packet, and to being answered.
    assert len(found["consents"]) == 4
    assert "Sam Staff" not in json.dumps(found)


@pytest.mark.parametrize("address", [ADDRESS, OTHER])
def test_whoever_is_erased_by_either_address_is_erased_whole(
    lead: Lead, other: Lead, staff: Any, client: Client, address: str
) -> None:
    client.post("/newsletter/", {"email": OTHER, "consent": "on"})
    merge_leads(lead=other, into=lead, by=staff)
    assert erase_person(address=address) == 2
    assert not [row for row in dump() if "example.com" in row and "clinic_staffuser" not in row]
    assert not [row for row in dump() if "Other Person" in row or "second address" in row]
    assert not Subscriber.objects.exists()
    # Of each address one to the packet and one to an answer; of the other one to the newsletter, too.
    hashes = Consent.objects.values_list("address_hash", flat=True)
    assert sorted(hashes) == sorted([hash_address(ADDRESS)] * 2 + [hash_address(OTHER)] * 3)


def test_who_wrote_lately_from_the_merged_address_is_not_too_old(lead: Lead, other: Lead, staff: Any) -> None:
    long_ago = timezone.now() - timedelta(days=800)
    with time_machine.travel(long_ago, tick=False):
        old = make(email="old@example.com")
        add_note(lead=old, text="Rang", by=staff)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE enquiries_leadevent SET at = %s WHERE lead_id = %s", [long_ago, old.pk])
        cursor.execute("RESET session_replication_role")
    merge_leads(lead=other, into=old, by=staff)
    assert erase_old() == 0
    old.refresh_from_db()
    assert old.erased_at is None


SAME = [
    ({"phone": "+44 20 7946 0958"}, {"phone": "020 7946-0958"}, "the same telephone number"),
    ({"email": "zoe.obrien@example.org"}, {"email": "zoeobrien+clinic@example.org"}, "nearly the same address"),
    ({"name": "Zoë O'Brien", "country": "IE"}, {"name": "Zoe OBrian", "country": "IE"}, "nearly the same name"),
    ({"name": "Zoe Macdonald", "country": "US"}, {"name": "Soe MacDonald", "country": "US"}, "nearly the same name"),
]
NOT_SAME = [
    ({"phone": "12345"}, {"phone": "12345"}),
    ({"phone": "+44 20 7946 0958"}, {"phone": "+44 20 7946 0959"}),
    ({"email": "zoe@example.org"}, {"email": "zoe@example.net"}),
    ({"name": "Zoë O'Brien", "country": "IE"}, {"name": "Zoë O'Brien", "country": "GB"}),
    ({"name": "Zoë O'Brien"}, {"name": "Zoë O'Brien"}),
    ({"name": "Zoë Smith", "country": "IE"}, {"name": "Adam Smith", "country": "IE"}),
]


@pytest.mark.parametrize(("one", "two", "why"), SAME)
def test_a_likely_duplicate_is_suggested_and_never_linked(
    desk: Client, one: dict[str, str], two: dict[str, str], why: str
) -> None:
    first, second = make(**{"phone": "1", **one}), make(**{"phone": "2", **two})
    page = desk.get(url(first)).text
    assert why in page
    assert f"{url(first, 'merge')}?other=%23{second.pk}" in page
    assert [found.lead for found in suggestions(second)] == [first]
    assert not Lead.objects.exclude(merged_into=None).exists()


@pytest.mark.parametrize(("one", "two"), NOT_SAME)
def test_who_only_looks_alike_is_not_suggested(db: None, one: dict[str, str], two: dict[str, str]) -> None:
    first, second = make(**{"phone": "1", **one}), make(**{"phone": "2", **two})
    assert suggestions(first) == suggestions(second) == []


def test_not_the_same_person_is_said_once_for_both(desk: Client, staff: Any) -> None:
    first, second = make(phone="555 010 0123"), make(phone="5550100123")
    for _click in range(2):
        assert desk.post(url(first, "tell-apart"), {"other": second.pk}).status_code == 302
    assert suggestions(first) == suggestions(second) == []
    assert LeadEvent.objects.filter(kind=Kind.TOLD_APART).count() == 2
    assert f"Not the same person as lead #{second.pk}." in desk.get(url(first)).text
    tell_apart(lead=first, other=first, by=staff)
    assert LeadEvent.objects.filter(kind=Kind.TOLD_APART).count() == 2


def test_of_who_was_erased_nothing_more_is_noted(desk: Client) -> None:
    first, second = make(phone="555 010 0123"), make(phone="5550100123")
    erase_person(lead=second)
    for one, two in ((first, second), (second, first)):
        told = desk.post(url(one, "tell-apart"), {"other": two.pk}, follow=True)
        assert "This person was erased meanwhile" in told.text
    assert not LeadEvent.objects.filter(kind=Kind.TOLD_APART).exists()


def test_at_most_five_are_suggested_with_as_many_queries_as_for_one(db: None) -> None:
    first = make(phone="555 010 0123", name="Zoë O'Brien", country="IE", email="z.oe@example.org")
    make(phone="5550100123", name="Zoe O'Brien", country="IE")
    with CaptureQueriesContext(connection) as one:
        assert len(suggestions(first)) == 1
    for number in range(60):
        make(phone="5550100123", name="Zoe O'Brien", country="IE", email=f"zoe+{number}@example.org")
    with CaptureQueriesContext(connection) as many:
        assert len(suggestions(first)) == 5
    assert len(many) <= len(one)


@pytest.fixture
def many_leads(db: None) -> None:
    """Enough for the planner to prefer an index by itself."""
    Lead.objects.bulk_create(
        Lead(
            name=f"{number} Person {number}",
            email=f"p{number}@x{number}.example",
            phone=f"{555_000_0000 + 7 * number}",
            country="IE",
            next_action="Call",
            next_action_on="2028-01-01",
        )
        for number in range(3000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE enquiries_lead")


@pytest.mark.scale
@pytest.mark.timeout(300)
def test_each_question_after_duplicates_reads_an_index(many_leads: None) -> None:
    first = make(phone="555 010 0123", name="Zoë O'Brien", country="IE", email="zoe@example.org")
    with CaptureQueriesContext(connection) as asked:
        suggestions(first)
    with connection.cursor() as cursor:
        plans = ""
        for query in asked:
            cursor.execute("EXPLAIN " + query["sql"])
            plans += "\n".join(row[0] for row in cursor.fetchall())
    for index in ("lead_mailbox", "lead_phone_end", "lead_name_start", "lead_name_end"):
        assert index in plans
