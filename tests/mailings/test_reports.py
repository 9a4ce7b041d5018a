import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from enquiries.actions import erase_person
from enquiries.models import Lead, LeadEvent
from mailings import delivery, results
from mailings.actions import Report, note_report, send_again
from mailings.emails import kinds
from mailings.models import MailEvent, OutgoingEmail, Suppression
from mailings.rules import suppressed
from newsletters.models import Subscriber

Kind = MailEvent.Kind
State = OutgoingEmail.State
Reason = Suppression.Reason


@pytest.fixture
def packet(lead: Lead) -> OutgoingEmail:
    return OutgoingEmail.objects.get(kind="packet")


def report(kind: Any, outgoing: OutgoingEmail | None, name: str = "", **more: Any) -> bool:
    return note_report(report=Report(name or f"test:{kind}", kind, outgoing, **more))


def reasons() -> set[str]:
    return set(Suppression.objects.values_list("reason", flat=True))


def test_a_hard_bounce_is_shown_and_nothing_more_goes_there(packet: OutgoingEmail, ask: Any) -> None:
    delivery.drain()
    assert report(Kind.BOUNCED, packet, is_permanent=True, status="5.1.1", reply="no such user")
    packet.refresh_from_db()
    assert packet.state == State.BOUNCED
    assert packet.last_reply == "no such user"
    assert suppressed(packet.email)
    ask(message="once more")
    delivery.drain()
    assert len(mail.outbox) == 1


def test_a_full_mailbox_is_shown_and_may_be_written_to_again(packet: OutgoingEmail) -> None:
    delivery.drain()
    report(Kind.BOUNCED, packet, status="5.2.2")
    packet.refresh_from_db()
    assert packet.state == State.BOUNCED
    assert not suppressed(packet.email)


def test_the_same_report_counts_once(packet: OutgoingEmail) -> None:
    delivery.drain()
    assert report(Kind.BOUNCED, packet, is_permanent=True)
    assert not report(Kind.BOUNCED, packet, is_permanent=True)
    assert packet.events.filter(kind=Kind.BOUNCED).count() == 1


def test_a_bounce_that_overtakes_our_own_result_is_not_forgotten(packet: OutgoingEmail) -> None:
    [mine] = [outgoing for outgoing in delivery.claim(packet.uuid, 25) if outgoing == packet]
    delivery.mark_sending(mine)
    report(Kind.BOUNCED, packet, is_permanent=True, reply="no such user")
    results.finish(mine, State.SENT, "accepted")
    packet.refresh_from_db()
    assert packet.state == State.BOUNCED


@pytest.mark.parametrize("order", [(Kind.DELIVERED, Kind.BOUNCED), (Kind.BOUNCED, Kind.DELIVERED)])
def test_delivered_and_bounced_in_any_order_is_bounced(packet: OutgoingEmail, order: Any) -> None:
    delivery.drain()
    for kind in order:
        report(kind, packet)
    packet.refresh_from_db()
    assert packet.state == State.BOUNCED


def test_a_mail_that_came_back_and_was_sent_again_is_sent(packet: OutgoingEmail, staff: Any) -> None:
    delivery.drain()
    report(Kind.BOUNCED, packet, status="5.2.2")
    assert send_again(outgoing=packet, by=staff)
    delivery.drain()
    packet.refresh_from_db()
    assert packet.state == State.SENT
    assert len(mail.outbox) == 2


@pytest.mark.parametrize("bulk", [True, False])
def test_a_mail_reported_as_arrived_does_not_go_again_though_its_sender_died(
    packet: OutgoingEmail, monkeypatch: pytest.MonkeyPatch, bulk: bool
) -> None:
    monkeypatch.setitem(kinds, "packet", kinds["packet"]._replace(bulk=bulk))
    past = timezone.now() - timedelta(seconds=1)
    OutgoingEmail.objects.update(state=State.SENDING, lease_id=uuid.uuid4(), lease_until=past)
    report(Kind.DELIVERED, packet)
    while delivery.drain():
        pass
    packet.refresh_from_db()
    assert packet.state == State.SENT
    assert mail.outbox == []


def test_a_report_that_waited_for_an_erasure_brings_no_word_back(packet: OutgoingEmail) -> None:
    delivery.drain()
    loaded = OutgoingEmail.objects.get(pk=packet.pk)
    erase_person(address="zoe@example.com")
    report(Kind.BOUNCED, loaded, reply="550 5.1.1 <zoe@example.com> unknown")
    packet.refresh_from_db()
    assert "zoe@" not in packet.last_reply
    assert not MailEvent.objects.filter(reply__contains="zoe@").exists()
    assert not LeadEvent.objects.filter(text__contains="zoe@").exists()


def test_an_uncertain_mail_that_arrived_is_uncertain_no_more(packet: OutgoingEmail) -> None:
    OutgoingEmail.objects.update(state=State.UNCERTAIN)
    report(Kind.DELIVERED, packet)
    packet.refresh_from_db()
    assert packet.state == State.SENT


def test_who_complains_gets_nothing_more_and_is_no_subscriber(ask: Any) -> None:
    ask(consent_newsletter="on")
    packet = OutgoingEmail.objects.get(kind="packet")
    delivery.drain()
    report(Kind.COMPLAINED, packet)
    assert reasons() == {Reason.COMPLAINT}
    assert suppressed(packet.email)
    assert Subscriber.objects.get().state == Subscriber.State.UNSUBSCRIBED


def test_who_leaves_through_the_mail_program_may_still_ask_for_a_packet(ask: Any) -> None:
    ask(consent_newsletter="on")
    report(Kind.UNSUBSCRIBED, OutgoingEmail.objects.get(kind="newsletter_confirm"))
    assert Subscriber.objects.get().state == Subscriber.State.UNSUBSCRIBED
    assert not suppressed("zoe@example.com")


def test_a_report_on_a_mail_of_another_system_silences_its_address_and_keeps_no_word(db: None) -> None:
    report(Kind.COMPLAINED, None, address="Zoe@Example.com", reply="zoe@example.com complained")
    assert suppressed("zoe@example.com")
    assert MailEvent.objects.get().reply == ""


def test_a_forwarded_mail_that_comes_back_is_about_the_address_we_wrote_to(packet: OutgoingEmail) -> None:
    delivery.drain()
    report(Kind.BOUNCED, packet, is_permanent=True, address="elsewhere@example.org")
    assert suppressed(packet.email)
    assert not suppressed("elsewhere@example.org")


def test_a_bounced_notice_to_staff_does_not_silence_the_desk(ask: Any, settings: Any) -> None:
    settings.STAFF_ALERT_EMAIL = "desk@clinic.example"
    ask()
    delivery.drain()
    report(Kind.BOUNCED, OutgoingEmail.objects.get(kind="staff_notice"), is_permanent=True)
    assert not suppressed("desk@clinic.example")


def test_a_suppression_outlives_the_erasure_of_its_person(packet: OutgoingEmail) -> None:
    delivery.drain()
    report(Kind.BOUNCED, packet, is_permanent=True, reply="zoe@example.com: no such user")
    erase_person(address="zoe@example.com")
    assert suppressed("zoe@example.com")
    assert MailEvent.objects.filter(reply__contains="zoe").count() == 0


def test_a_report_with_a_nul_and_a_flood_of_words_is_kept_without_harm(packet: OutgoingEmail) -> None:
    assert report(Kind.DELAYED, packet, name="n" * 500, reply="\0" + "long " * 1000, status="4" * 50)
