import json
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.test import Client
from django.utils import timezone

from enquiries.actions import (
    correct_address,
    erase_old,
    erase_person,
    export_person,
    merge_leads,
    move_lead,
    release_enquiry,
    resend_packet,
    unmerge_lead,
)
from enquiries.models import Enquiry, Lead, LeadEvent, PacketDelivery
from foundation.models import ClinicProfile
from mailings.models import OutgoingEmail
from tests.conftest import ADDRESS
from tests.enquiries.test_erasure import YEARS

OTHER = "other@example.com"
GIVE_BACK = import_module("enquiries.migrations.0027_words_of_undone_merges").give_back


def test_what_came_in_while_merged_goes_back_with_the_undo(
    lead: Lead, staff: Any, ask: Callable[..., Any], desk: Client
) -> None:
    ask(email=OTHER, name="Other Person")
    other = Lead.objects.get(email=OTHER)
    merge_leads(lead=other, into=lead, by=staff)
    ask(email=OTHER, name="Other Person", message="my own words")
    assert "my own words" in desk.get(lead.get_absolute_url()).text
    unmerge_lead(lead=Lead.objects.get(pk=other.pk), by=staff)
    assert "my own words" not in desk.get(lead.get_absolute_url()).text
    assert "my own words" in desk.get(other.get_absolute_url()).text


def test_a_packet_asked_for_while_merged_goes_out_after_the_undo(
    lead: Lead, staff: Any, ask: Callable[..., Any], deliver: Callable[[], None]
) -> None:
    other = Lead.objects.create(email=OTHER, next_action="Call", next_action_on="2028-01-01")
    merge_leads(lead=other, into=lead, by=staff)
    ask(email=OTHER)
    unmerge_lead(lead=Lead.objects.get(pk=other.pk), by=staff)
    deliver()
    outgoing = OutgoingEmail.objects.get(email=OTHER, kind="packet")
    assert outgoing.state == OutgoingEmail.State.SENT
    assert outgoing.packet_delivery.lead == other
    assert other.events.filter(kind=LeadEvent.Kind.PACKET_SENT).exists()


@pytest.mark.parametrize("order", ["bc", "cb"])
def test_a_packet_asked_for_at_the_end_of_a_chain_goes_out_after_both_undos(
    lead: Lead, staff: Any, ask: Callable[..., Any], deliver: Callable[[], None], order: str
) -> None:
    b, c = (
        Lead.objects.create(email=f"{name}@example.org", next_action="Call", next_action_on="2028-01-01")
        for name in "bc"
    )
    merge_leads(lead=c, into=b, by=staff)
    merge_leads(lead=b, into=lead, by=staff)
    ask(email="c@example.org")
    for name in order:
        undo({"b": b, "c": c}[name], staff)
    deliver()
    delivery = PacketDelivery.objects.get(enquiry__email="c@example.org")
    assert (delivery.lead, delivery.outgoing.state) == (c, OutgoingEmail.State.SENT)


def test_a_packet_that_staff_sent_to_the_survivor_stays_with_it(
    lead: Lead, other: Lead, staff: Any, ask: Callable[..., Any], deliver: Callable[[], None]
) -> None:
    long_ago = timezone.now() - timedelta(days=2)
    OutgoingEmail.objects.update(created_at=long_ago)
    merge_leads(lead=other, into=lead, by=staff)
    ask(email=OTHER)
    # As up to 0.4, where the newest enquiry of the survivor might be the other's.
    Enquiry.objects.filter(email=OTHER).update(lead=lead)
    again = resend_packet(lead=lead, by=staff)
    undo(other, staff)
    deliver()
    again.refresh_from_db()
    assert (again.lead, again.outgoing.state) == (lead, OutgoingEmail.State.SENT)


def test_whoever_wrote_while_merged_is_followed_up_after_the_undo(
    lead: Lead, staff: Any, ask: Callable[..., Any]
) -> None:
    other = Lead.objects.create(email=OTHER, next_action="Call", next_action_on="2028-01-01")
    move_lead(lead=other, stage="lost", reason="too far away", by=staff)
    merge_leads(lead=other, into=lead, by=staff)
    ask(email=OTHER)
    unmerge_lead(lead=Lead.objects.get(pk=other.pk), by=staff)
    assert other in Lead.objects.awaiting_answer()
    assert other in Lead.objects.due(ClinicProfile.objects.current().today())


def test_words_that_an_earlier_release_gave_to_the_survivor_go_back_too(
    lead: Lead, staff: Any, ask: Callable[..., Any]
) -> None:
    other = Lead.objects.create(email=OTHER, next_action="Call", next_action_on="2028-01-01")
    merge_leads(lead=other, into=lead, by=staff)
    ask(email=OTHER, message="my own words")
    Enquiry.objects.filter(email=OTHER).update(lead=lead)
    unmerge_lead(lead=Lead.objects.get(pk=other.pk), by=staff)
    assert Enquiry.objects.get(email=OTHER).lead == other


def stood_with(survivor: Lead, enquiry: Enquiry) -> None:
    """As up to 0.4, where everything that came in while merged stood with the survivor."""
    LeadEvent.objects.create(lead=survivor, kind=LeadEvent.Kind.ENQUIRY, enquiry=enquiry)
    LeadEvent.objects.create(
        lead=survivor, kind=LeadEvent.Kind.PACKET_FAILED, enquiry=enquiry, text=f"550 no such user {enquiry.email}"
    )
    Enquiry.objects.filter(pk=enquiry.pk).update(lead=survivor)


@pytest.fixture
def other(lead: Lead) -> Lead:
    return Lead.objects.create(email=OTHER, next_action="Call", next_action_on="2028-01-01")


def undo(lead: Lead, by: Any) -> Lead:
    return unmerge_lead(lead=Lead.objects.get(pk=lead.pk), by=by)


@pytest.fixture
def undone(lead: Lead, staff: Any, ask: Callable[..., Any]) -> Lead:
    """Merged into lead and taken out again, with words of the other that an earlier release noted with the survivor."""
    other = Lead.objects.create(email=OTHER, next_action="Call", next_action_on="2028-01-01")
    merge_leads(lead=other, into=lead, by=staff)
    ask(email=OTHER, message="my own words")
    stood_with(lead, Enquiry.objects.get(email=OTHER))
    return unmerge_lead(lead=Lead.objects.get(pk=other.pk), by=staff)


def test_an_old_event_is_told_where_its_enquiry_is(lead: Lead, undone: Lead, desk: Client) -> None:
    for words in ("my own words", f"550 no such user {OTHER}"):
        assert words not in desk.get(lead.get_absolute_url()).text
        assert words in desk.get(undone.get_absolute_url()).text


def test_an_old_event_is_handed_to_whose_enquiry_it_is(lead: Lead, undone: Lead) -> None:
    assert OTHER not in json.dumps(export_person(address=ADDRESS))
    assert f"550 no such user {OTHER}" in json.dumps(export_person(address=OTHER))


def test_an_old_event_is_erased_with_whose_enquiry_it_is(lead: Lead, undone: Lead) -> None:
    erase_person(address=ADDRESS)
    assert LeadEvent.objects.filter(text__contains=OTHER).exists()
    erase_person(address=OTHER)
    assert not LeadEvent.objects.filter(text__contains=OTHER).exists()


def test_an_old_event_keeps_nobody_but_whose_enquiry_it_is(lead: Lead, undone: Lead) -> None:
    with time_machine.travel(timezone.now() + YEARS, tick=False):
        LeadEvent.objects.create(
            lead=lead, kind=LeadEvent.Kind.PACKET_DOWNLOADED, enquiry=undone.enquiries.get(), at=timezone.now()
        )
        erase_old()
    lead.refresh_from_db()
    undone.refresh_from_db()
    assert (bool(lead.erased_at), bool(undone.erased_at)) == (True, False)


def test_a_chain_undone_from_its_end_leaves_each_with_its_own_clock(
    first_content: None, staff: Any, ask: Callable[..., Any]
) -> None:
    for name in "abc":
        ask(email=f"{name}@example.org")
    a, b, c = Lead.objects.order_by("pk")
    for number, one in enumerate((c, b, a)):
        due = timezone.now() + timedelta(hours=number)
        Lead.objects.filter(pk=one.pk).update(asked_at=due - timedelta(days=1), first_answer_due_at=due)
    clocks = list(Lead.objects.order_by("pk").values_list("pk", "asked_at", "first_answer_due_at"))
    merge_leads(lead=c, into=b, by=staff)
    merge_leads(lead=b, into=a, by=staff)
    unmerge_lead(lead=Lead.objects.get(pk=c.pk), by=staff)
    a.refresh_from_db()
    assert a.first_answer_due_at == clocks[1][2]
    unmerge_lead(lead=Lead.objects.get(pk=b.pk), by=staff)
    assert list(Lead.objects.order_by("pk").values_list("pk", "asked_at", "first_answer_due_at")) == clocks


def test_what_was_held_before_a_merge_and_released_during_it_goes_back(
    lead: Lead, other: Lead, staff: Any, ask: Callable[..., Any]
) -> None:
    ask(email=OTHER, leave_this_empty="x")
    merge_leads(lead=other, into=lead, by=staff)
    released = release_enquiry(enquiry=Enquiry.objects.held().get(), by=staff)
    stood_with(lead, released)
    undo(other, staff)
    released.refresh_from_db()
    assert released.lead == other


def test_what_a_lead_had_before_its_address_was_corrected_stays_with_it(
    lead: Lead, staff: Any, ask: Callable[..., Any]
) -> None:
    first = Enquiry.objects.get()
    correct_address(lead=lead, email="corrected@example.org", resend=False, by=staff)
    ask(message="by whoever has that address")
    stranger = Lead.objects.get(email=ADDRESS)
    merge_leads(lead=stranger, into=lead, by=staff)
    undo(stranger, staff)
    GIVE_BACK(apps, None)
    first.refresh_from_db()
    assert first.lead == lead


@pytest.fixture
def undone_in_04(lead: Lead, other: Lead, staff: Any, ask: Callable[..., Any]) -> Enquiry:
    """What came in while merged, left with the survivor by the undo of that release."""
    merge_leads(lead=other, into=lead, by=staff)
    ask(email=OTHER, message="my own words")
    enquiry = Enquiry.objects.get(email=OTHER)
    stood_with(lead, enquiry)
    undo(other, staff)
    Enquiry.objects.filter(pk=enquiry.pk).update(lead=lead)
    PacketDelivery.objects.filter(enquiry=enquiry).update(lead=lead)
    return enquiry


def test_what_an_earlier_release_never_gave_back_is_given_back_once(
    lead: Lead, other: Lead, undone_in_04: Enquiry
) -> None:
    for _again in range(2):
        GIVE_BACK(apps, None)
        undone_in_04.refresh_from_db()
        assert undone_in_04.lead == undone_in_04.deliveries.get().lead == other
    assert lead.enquiries.count() == lead.deliveries.count() == 1


def test_it_is_given_back_to_whoever_had_that_address_then(other: Lead, staff: Any, undone_in_04: Enquiry) -> None:
    other.refresh_from_db()
    correct_address(lead=other, email="corrected@example.org", resend=False, by=staff)
    GIVE_BACK(apps, None)
    undone_in_04.refresh_from_db()
    assert undone_in_04.lead == other


def test_what_came_in_is_given_back_to_the_merged_one_of_a_chain(
    lead: Lead, other: Lead, staff: Any, undone_in_04: Enquiry
) -> None:
    another = Lead.objects.create(email="c@example.org", next_action="Call", next_action_on="2028-01-01")
    merge_leads(lead=Lead.objects.get(pk=other.pk), into=another, by=staff)
    GIVE_BACK(apps, None)
    undone_in_04.refresh_from_db()
    assert (undone_in_04.lead, undone_in_04.deliveries.get().lead) == (other, another)
