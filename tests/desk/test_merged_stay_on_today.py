from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from enquiries.actions import log_call, merge_leads, note_download, resend_packet, unmerge_lead
from enquiries.models import Lead, LeadEvent, PacketDelivery
from foundation.models import ClinicProfile
from mailings.models import OutgoingEmail
from mailings.results import finish
from tests.clinic.test_staff_site import counts as queue_counts

FAILED = ("Packet or mail did not arrive", "packet=failed")
DOWNLOADED = ("Packet downloaded, not yet called", "packet=downloaded")


def make(number: int) -> Lead:
    tomorrow = ClinicProfile.objects.current().today() + timedelta(days=1)
    return Lead.objects.create(email=f"zoe.{number}@example.com", next_action="Call", next_action_on=tomorrow)


def packet_fails(lead: Lead) -> None:
    finish(OutgoingEmail.objects.get(packet_delivery__lead=lead), OutgoingEmail.State.FAILED, "550 no", "5.1.1")


def packet_is_read(lead: Lead) -> None:
    note_download(delivery=lead.deliveries.get())


def shown(desk: Client, queue: tuple[str, str]) -> list[Lead]:
    """As listed, which is as counted."""
    title, query = queue
    listed = list(desk.get(f"/admin/enquiries/lead/?{query}").context["cl"].result_list)
    assert queue_counts(desk)[title] == len(listed)
    return listed


@pytest.mark.parametrize(("happens", "queue"), [(packet_fails, FAILED), (packet_is_read, DOWNLOADED)])
def test_whom_they_are_merged_into_waits_in_their_place_until_the_undo(
    desk: Client, lead: Lead, staff: Any, happens: Any, queue: tuple[str, str]
) -> None:
    happens(lead)
    assert shown(desk, queue) == [lead]
    first, last = make(1), make(2)
    merge_leads(lead=lead, into=first, by=staff)
    assert shown(desk, queue) == [first]
    merge_leads(lead=first, into=last, by=staff)
    assert shown(desk, queue) == [last]
    unmerge_lead(lead=first, by=staff)
    unmerge_lead(lead=lead, by=staff)
    assert shown(desk, queue) == [lead]


def test_a_packet_that_went_to_whom_they_live_on_in_takes_the_failure_off(
    desk: Client, lead: Lead, ask: Any, staff: Any
) -> None:
    packet_fails(lead)
    ask(email="zoe.1@example.com")
    survivor = Lead.objects.get(email="zoe.1@example.com")
    assert PacketDelivery.objects.get(lead=survivor).pk > lead.deliveries.get().pk
    merge_leads(lead=lead, into=survivor, by=staff)
    assert shown(desk, FAILED) == []


def test_who_was_called_as_the_other_one_is_not_called_again(desk: Client, lead: Lead, staff: Any) -> None:
    packet_is_read(lead)
    survivor = make(1)
    merge_leads(lead=lead, into=survivor, by=staff)
    assert (
        desk.post(f"{survivor.get_absolute_url().removesuffix('change/')}call/", {"outcome": "spoke"}).status_code
        == 302
    )
    assert shown(desk, DOWNLOADED) == []


STOPPED = ("Asked to stop, and writes again", "packet=stopped")
NEW = ("New and without an owner", "stage=new&owner=nobody&came=asking")
FROM_LISTS = ("Imported and without an owner", "stage=new&owner=nobody&came=list")


def merged_on(lead: Lead, by: Any, levels: int) -> Lead:
    """Into a lead that is merged into another one, and so on."""
    for number in range(1, levels + 1):
        survivor = make(number)
        merge_leads(lead=lead, into=survivor, by=by)
        lead = survivor
    return lead


def writes_in_vain(lead: Lead) -> None:
    """After they had asked us to stop."""
    LeadEvent.objects.create(lead=lead, kind=LeadEvent.Kind.PACKET_NOT_SENT, data={"why": "asked_to_stop"})


@pytest.mark.parametrize(
    ("happens", "queue"), [(packet_fails, FAILED), (packet_is_read, DOWNLOADED), (writes_in_vain, STOPPED)]
)
def test_however_deep_they_are_merged_they_wait_as_whom_they_live_on_in(
    desk: Client, lead: Lead, staff: Any, happens: Any, queue: tuple[str, str]
) -> None:
    happens(lead)
    survivor = merged_on(lead, staff, 5)
    assert shown(desk, queue) == [survivor]


def test_what_went_to_whom_they_live_on_in_counts_however_deep(desk: Client, lead: Lead, staff: Any) -> None:
    packet_fails(lead)
    writes_in_vain(lead)
    survivor = merged_on(lead, staff, 5)
    resend_packet(lead=survivor, by=staff)
    assert shown(desk, FAILED) == []
    assert queue_counts(desk).get(STOPPED[0], 0) == 0


def test_who_asked_by_a_form_stands_in_one_queue_though_the_last_of_them_came_by_a_list(
    desk: Client, lead: Lead, staff: Any
) -> None:
    log_call(lead=lead, outcome="spoke", by=staff)
    survivor = merged_on(lead, staff, 5)
    LeadEvent.objects.create(lead=survivor, kind=LeadEvent.Kind.IMPORTED)
    assert Lead.objects.get(pk=survivor.pk).asked_at is None
    assert shown(desk, NEW) == [survivor]
    assert FROM_LISTS[0] not in queue_counts(desk)


def test_the_page_of_a_merged_lead_that_is_open_calls_it_closed_nowhere(desk: Client, db: None, staff: Any) -> None:
    one, other, closed = make(1), make(2), make(3)
    Lead.objects.filter(pk=closed.pk).update(stage=Lead.Stage.LOST, closed_reason="Went elsewhere")
    merge_leads(lead=one, into=other, by=staff)
    merge_leads(lead=Lead.objects.get(pk=closed.pk), into=other, by=staff)
    told = desk.get(one.get_absolute_url()).text
    assert f"What is to be done stands with {other}." in told
    assert "Closed." not in told
    assert "Closed. Went elsewhere" in desk.get(closed.get_absolute_url()).text
