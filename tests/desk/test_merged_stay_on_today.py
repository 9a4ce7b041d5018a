from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from enquiries.actions import merge_leads, note_download, unmerge_lead
from enquiries.models import Lead, PacketDelivery
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
