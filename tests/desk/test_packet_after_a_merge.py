"""Who is one with somebody who asked gets the packet for what that person asked, and nobody else is told of it."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from articles.models import Topic
from enquiries.actions import (
    erase_person,
    merge_leads,
    note_download,
    resend_packet,
    send_packet_in_bulk,
    unmerge_lead,
)
from enquiries.models import Lead, LeadEvent, Packet, PacketDelivery
from enquiries.renditions import came_from
from mailings.actions import send_again
from mailings.delivery import claim, mark_sending, write
from mailings.models import OutgoingEmail, Why
from mailings.results import put_back
from tests.desk.test_packet_for_a_condition import ZOE, condition, general, own, sent_to
from tests.desk.test_two_people_editing import url

# Fixtures, which nothing here calls by name.
__all__ = ["condition", "general", "own"]


def ask_as_another(desk: Client, ask: Callable[..., Any], condition: Topic, staff: Any) -> Lead:
    """Somebody of a list, with whom who asked about a condition is one."""
    ask(topic=condition.slug)
    listed = Lead.objects.create(email="works@example.org", next_action="Call", next_action_on="2028-01-01")
    OutgoingEmail.objects.update(created_at=timezone.now() - timedelta(days=2))
    merge_leads(lead=Lead.objects.get(email=ZOE), into=listed, by=staff)
    return listed


@pytest.mark.parametrize("again", ["by the button", "for many"])
def test_who_is_one_with_somebody_who_asked_about_a_condition_gets_its_packet_again(
    again: str, desk: Client, own: Packet, condition: Topic, ask: Callable[..., Any], staff: Any
) -> None:
    listed = ask_as_another(desk, ask, condition, staff)
    if again == "by the button":
        resend_packet(lead=listed, by=staff)
    else:
        listed.refresh_from_db()
        send_packet_in_bulk(lead=listed, by=staff, key="once")
    assert sent_to("works@example.org").packet == own


@pytest.mark.parametrize("state", [OutgoingEmail.State.QUEUED, OutgoingEmail.State.FAILED])
def test_what_did_not_leave_before_they_are_two_again_is_of_what_each_asked(
    state: str,
    own: Packet,
    general: Packet,
    condition: Topic,
    ask: Callable[..., Any],
    staff: Any,
    deliver: Callable[[], None],
) -> None:
    read = condition.articles.first()
    assert read
    ask(email="works@example.org")
    ask(topic=condition.slug, source_path=read.get_absolute_url())
    listed, zoe = (Lead.objects.get(email=address) for address in ("works@example.org", ZOE))
    deliver()
    OutgoingEmail.objects.update(created_at=timezone.now() - timedelta(days=2))
    merge_leads(lead=zoe, into=listed, by=staff)
    delivery = resend_packet(lead=Lead.objects.get(pk=listed.pk), by=staff)
    assert (delivery.version.packet, came_from(delivery)) == (own, read.slug)
    OutgoingEmail.objects.filter(pk=delivery.outgoing_id).update(state=state)
    unmerge_lead(lead=Lead.objects.get(pk=zoe.pk), by=staff)
    delivery = PacketDelivery.objects.get(pk=delivery.pk)
    assert (delivery.version.packet, came_from(delivery)) == (general, "")
    told = LeadEvent.objects.of([listed]).filter(kind=LeadEvent.Kind.PACKET_QUEUED).latest("pk").data["version"]
    assert (told == delivery.version_id) == (state == OutgoingEmail.State.QUEUED)


def again_while_one(ask: Callable[..., Any], deliver: Callable[[], None], condition: Topic, staff: Any) -> Lead:
    """Who asked about a condition, and a stranger who is sent its packet while they are one."""
    ask(email="works@example.org")
    ask(topic=condition.slug)
    listed, zoe = (Lead.objects.get(email=address) for address in ("works@example.org", ZOE))
    deliver()
    long_ago = timezone.now() - timedelta(days=2)
    OutgoingEmail.objects.update(created_at=long_ago)
    OutgoingEmail.objects.filter(state="sent").update(sent_at=long_ago)
    merge_leads(lead=zoe, into=listed, by=staff)
    resend_packet(lead=Lead.objects.get(pk=listed.pk), by=staff)
    return Lead.objects.get(pk=zoe.pk)


@pytest.mark.parametrize("state", ["bounced", "uncertain", "sending"])
def test_what_may_have_arrived_before_they_are_two_again_stays_what_it_was_until_it_goes_again(
    state: str,
    own: Packet,
    general: Packet,
    condition: Topic,
    ask: Callable[..., Any],
    staff: Any,
    deliver: Callable[[], None],
) -> None:
    zoe = again_while_one(ask, deliver, condition, staff)
    outgoing = OutgoingEmail.objects.get(state="queued")
    lease = {"lease_id": uuid.uuid4(), "lease_until": timezone.now() + timedelta(minutes=1)}
    OutgoingEmail.objects.filter(pk=outgoing.pk).update(state=state, **(lease if state == "sending" else {}))
    unmerge_lead(lead=zoe, by=staff)
    delivery = PacketDelivery.objects.get(outgoing=outgoing)
    assert (delivery.version.packet, delivery.asked_about) == (own, condition.slug)
    outgoing.refresh_from_db()
    if state == "sending":
        put_back(OutgoingEmail.objects.get(pk=outgoing.pk), wait=timedelta(0))
    else:
        assert send_again(outgoing=outgoing, by=staff)
    deliver()
    delivery = PacketDelivery.objects.get(outgoing=outgoing)
    assert (delivery.version.packet, delivery.asked_about) == (general, "")
    outgoing.refresh_from_db()
    assert outgoing.state == "sent"


def test_what_was_written_already_as_they_became_two_again_does_not_leave(
    own: Packet, general: Packet, condition: Topic, ask: Callable[..., Any], staff: Any, deliver: Callable[[], None]
) -> None:
    zoe = again_while_one(ask, deliver, condition, staff)
    [outgoing] = claim(uuid.uuid4(), 1)
    assert write(outgoing)
    unmerge_lead(lead=zoe, by=staff)
    assert not mark_sending(outgoing)
    deliver()
    outgoing.refresh_from_db()
    assert outgoing.state == "sent"


def test_it_stands_with_whose_address_it_went_to_once_they_are_two_again(
    desk: Client, own: Packet, condition: Topic, ask: Callable[..., Any], staff: Any, deliver: Callable[[], None]
) -> None:
    listed = ask_as_another(desk, ask, condition, staff)
    resend_packet(lead=listed, by=staff)
    deliver()
    unmerge_lead(lead=Lead.objects.get(email=ZOE), by=staff)
    told = [LeadEvent.Kind.PACKET_QUEUED, LeadEvent.Kind.PACKET_SENT]
    assert packets_told_of(listed) == packets_told_of(Lead.objects.get(email=ZOE)) == told
    assert f"{own} 1 was put on its way." in desk.get(url(listed)).text


def test_once_they_are_two_again_nothing_goes_out_that_bears_the_name_of_the_demo_and_it_comes_later(
    own: Packet,
    general: Packet,
    condition: Topic,
    ask: Callable[..., Any],
    staff: Any,
    deliver: Callable[[], None],
    settings: Any,
) -> None:
    zoe = again_while_one(ask, deliver, condition, staff)
    settings.HTTPS = True
    unmerge_lead(lead=zoe, by=staff)
    deliver()
    outgoing = OutgoingEmail.objects.latest("pk")
    assert (outgoing.email, outgoing.state, outgoing.why) == ("works@example.org", "cancelled", Why.DEMO_PACKET)
    listed = Lead.objects.get(email="works@example.org")
    assert packets_told_of(listed)[-1] == LeadEvent.Kind.PACKET_NOT_SENT
    assert not send_again(outgoing=outgoing, by=staff)


@pytest.mark.parametrize("state", ["sending", "failed"])
def test_what_was_on_the_wire_or_failed_does_not_go_again_in_the_name_of_the_demo(
    state: str,
    own: Packet,
    general: Packet,
    condition: Topic,
    ask: Callable[..., Any],
    staff: Any,
    deliver: Callable[[], None],
    settings: Any,
    desk: Client,
) -> None:
    zoe = again_while_one(ask, deliver, condition, staff)
    settings.HTTPS = True
    outgoing = OutgoingEmail.objects.get(state="queued")
    lease = {"lease_id": uuid.uuid4(), "lease_until": timezone.now() + timedelta(minutes=1)}
    OutgoingEmail.objects.filter(pk=outgoing.pk).update(state=state, **(lease if state == "sending" else {}))
    unmerge_lead(lead=zoe, by=staff)
    if state == "sending":
        put_back(OutgoingEmail.objects.get(pk=outgoing.pk), wait=timedelta(0))
    else:
        ticked = {"action": "send_selected_again", "_selected_action": [outgoing.pk]}
        page = desk.post("/admin/mailings/outgoingemail/", ticked, follow=True).text
        assert escape("or still in the demo clinic's name.") in page
    deliver()
    outgoing.refresh_from_db()
    assert outgoing.state == ("cancelled" if state == "sending" else state)


def packets_told_of(lead: Lead) -> list[str]:
    """As its page and its export have them."""
    told = LeadEvent.objects.of([lead]).filter(kind__startswith="packet").order_by("pk")
    return list(told.values_list("kind", flat=True))


def test_it_stands_with_whose_address_is_mailed_also_while_they_live_on_in_another(
    desk: Client, own: Packet, condition: Topic, ask: Callable[..., Any], staff: Any, deliver: Callable[[], None]
) -> None:
    listed = ask_as_another(desk, ask, condition, staff)
    unmerge_lead(lead=Lead.objects.get(email=ZOE), by=staff)
    zoe = Lead.objects.get(email=ZOE)
    merge_leads(lead=Lead.objects.get(pk=listed.pk), into=zoe, by=staff)
    deliver()
    before = packets_told_of(zoe)
    assert desk.post(url(zoe, "correct-address"), {"email": "works@example.org"}).status_code == 302
    assert desk.post(url(zoe, "resend")).status_code == 302
    deliver()
    assert "The packet was sent." in desk.get(url(zoe)).text
    unmerge_lead(lead=Lead.objects.get(pk=listed.pk), by=staff)
    assert packets_told_of(listed) == [LeadEvent.Kind.PACKET_QUEUED, LeadEvent.Kind.PACKET_SENT]
    assert packets_told_of(zoe) == before


def test_who_asked_is_erased_and_with_whom_they_were_one_keeps_no_word_of_the_condition(
    desk: Client, own: Packet, condition: Topic, ask: Callable[..., Any], staff: Any, deliver: Callable[[], None]
) -> None:
    listed = ask_as_another(desk, ask, condition, staff)
    resend_packet(lead=listed, by=staff)
    deliver()
    note_download(delivery=PacketDelivery.objects.get(outgoing__email="works@example.org"))
    unmerge_lead(lead=Lead.objects.get(email=ZOE), by=staff)
    assert str(own) in desk.get(url(listed)).text
    erase_person(address=ZOE)
    assert str(own) not in desk.get(url(listed)).text
    assert len(packets_told_of(listed)) == 3
