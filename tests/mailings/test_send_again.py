from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from enquiries.actions import erase_person
from enquiries.models import Lead, LeadEvent
from mailings import delivery
from mailings.actions import lift_suppression, send_again, settle, suppress
from mailings.emails import token_url
from mailings.models import MailEvent, OutgoingEmail, Suppression
from newsletters.models import Subscriber

State = OutgoingEmail.State


@pytest.fixture
def packet(lead: Lead) -> OutgoingEmail:
    return OutgoingEmail.objects.get(kind="packet")


@pytest.mark.parametrize("state", [State.FAILED, State.BOUNCED, State.UNCERTAIN])
def test_a_mail_that_did_not_arrive_goes_again_as_the_same_mail(packet: Any, staff: Any, state: str) -> None:
    OutgoingEmail.objects.update(state=state, attempts=7)
    assert send_again(outgoing=packet, by=staff)
    delivery.drain()
    packet.refresh_from_db()
    assert (packet.state, packet.attempts) == (State.SENT, 1)
    assert [message.message()["Message-ID"] for message in mail.outbox] == [packet.message_id]
    assert packet.events.get(kind=MailEvent.Kind.REQUEUED).actor == staff


def test_sending_again_stands_on_the_leads_timeline_too(packet: OutgoingEmail, staff: Any) -> None:
    OutgoingEmail.objects.update(state=State.FAILED)
    send_again(outgoing=packet, by=staff)
    line = LeadEvent.objects.first()
    assert line
    assert (line.kind, line.actor) == (LeadEvent.Kind.PACKET_QUEUED, staff)


@pytest.mark.parametrize("state", [State.QUEUED, State.SENT, State.CANCELLED])
def test_a_mail_that_is_out_on_its_way_or_not_wanted_does_not_go_again(packet: Any, staff: Any, state: str) -> None:
    delivery.drain()
    OutgoingEmail.objects.update(state=state)
    assert not send_again(outgoing=packet, by=staff)
    packet.refresh_from_db()
    assert packet.state == state


def test_a_second_click_on_send_again_changes_nothing(packet: OutgoingEmail, staff: Any) -> None:
    OutgoingEmail.objects.update(state=State.FAILED)
    assert send_again(outgoing=packet, by=staff)
    assert not send_again(outgoing=packet, by=staff)
    assert packet.events.count() == 1


def test_after_lifting_the_suppression_a_forbidden_mail_goes_out(packet: OutgoingEmail, staff: Any) -> None:
    suppress(address=packet.email, reason=Suppression.Reason.HARD_BOUNCE)
    delivery.drain()
    assert list(OutgoingEmail.objects.did_not_arrive()) == [packet]
    lift_suppression(suppression=Suppression.objects.get(), by=staff)
    assert send_again(outgoing=packet, by=staff)
    delivery.drain()
    assert len(mail.outbox) == 1
    assert Suppression.objects.get().lifted_by == staff


def test_an_address_can_be_suppressed_again_after_it_was_lifted(packet: OutgoingEmail, staff: Any) -> None:
    for _time in range(2):
        suppress(address=packet.email, reason=Suppression.Reason.HARD_BOUNCE)
        lift_suppression(suppression=Suppression.objects.standing().get(), by=staff)
    assert Suppression.objects.count() == 2


def test_the_mail_of_an_erased_person_never_goes_again(packet: OutgoingEmail, staff: Any) -> None:
    OutgoingEmail.objects.update(state=State.FAILED)
    erase_person(address=packet.email)
    assert not send_again(outgoing=packet, by=staff)


def test_staff_settle_what_is_uncertain_and_nothing_else(packet: OutgoingEmail, staff: Any) -> None:
    assert not settle(outgoing=packet, by=staff)
    OutgoingEmail.objects.update(state=State.UNCERTAIN)
    assert settle(outgoing=packet, by=staff)
    packet.refresh_from_db()
    assert packet.state == State.SENT
    assert packet.sent_at


def test_of_several_that_failed_one_goes_again(ask: Any, staff: Any) -> None:
    for number in range(3):
        ask(message=str(number))
        OutgoingEmail.objects.update(state=State.FAILED)
    mails = list(OutgoingEmail.objects.order_by("-pk"))
    assert [send_again(outgoing=outgoing, by=staff) for outgoing in mails] == [True, False, False]


def test_a_confirmation_that_goes_again_late_has_a_link_that_works(ask: Any, client: Client, staff: Any) -> None:
    ask(consent_newsletter="on")
    confirmation = Subscriber.objects.get().confirmation
    assert confirmation
    OutgoingEmail.objects.update(state=State.FAILED)
    with time_machine.travel(timezone.now() + timedelta(days=20)):
        assert send_again(outgoing=confirmation, by=staff)
        delivery.drain()
        client.post(token_url("newsletters:confirm", "confirm", confirmation.uuid))
    assert Subscriber.objects.get().state == Subscriber.State.CONFIRMED


def test_what_staff_take_for_arrived_stands_on_the_leads_timeline_too(packet: OutgoingEmail, staff: Any) -> None:
    OutgoingEmail.objects.update(state=State.UNCERTAIN)
    settle(outgoing=packet, by=staff)
    line = LeadEvent.objects.first()
    assert line
    assert line.kind == LeadEvent.Kind.PACKET_SENT
