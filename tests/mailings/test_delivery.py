import smtplib
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from enquiries.actions import correct_address
from enquiries.models import Lead, LeadEvent, PacketDelivery, StaffNotice
from foundation.tokens import hash_address
from mailings import delivery, results
from mailings.actions import queue_email
from mailings.emails import kinds
from mailings.models import MailEvent, OutgoingEmail, Suppression
from mailings.signals import email_sent

State = OutgoingEmail.State
Event = MailEvent.Kind


@pytest.fixture
def server_says(monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception], None]:
    """The mail server is a dependency, not our code; tests/faults has a real one over a socket."""

    def fail_with(error: Exception) -> None:
        def send_messages(self: Any, messages: Any) -> None:
            raise error

        monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", send_messages)

    return fail_with


def drain_all() -> None:
    while delivery.drain():
        pass


def refused(code: int, words: bytes) -> smtplib.SMTPRecipientsRefused:
    return smtplib.SMTPRecipientsRefused({"zoe@example.com": (code, words)})


def test_a_sent_mail_says_when_and_keeps_no_remark_of_ours(packet: OutgoingEmail) -> None:
    delivery.drain()
    packet.refresh_from_db()
    assert packet.state == State.SENT
    assert packet.sent_at
    assert packet.attempts == 1
    assert packet.lease_until is None
    assert (packet.last_reply, packet.why) == ("", "")


def test_a_mail_is_sent_once_however_often_the_drain_runs(packet: OutgoingEmail) -> None:
    for _again in range(3):
        delivery.drain()
    assert len(mail.outbox) == 1


def test_a_claimed_mail_is_left_to_its_claimer(packet: OutgoingEmail) -> None:
    assert delivery.claim(uuid.uuid4(), 25) == [packet]
    assert delivery.claim(uuid.uuid4(), 25) == []


@pytest.mark.parametrize("state", [State.QUEUED, State.SENDING])
def test_a_mail_whose_sender_died_is_sent_again_with_the_same_message_id(packet: OutgoingEmail, state: str) -> None:
    past = timezone.now() - timedelta(seconds=1)
    OutgoingEmail.objects.update(state=state, lease_id=uuid.uuid4(), lease_until=past)
    drain_all()
    assert mail.outbox[0].message()["Message-ID"] == packet.message_id


def test_a_sender_that_lost_its_lease_writes_nothing(packet: OutgoingEmail) -> None:
    [mine] = delivery.claim(uuid.uuid4(), 25)
    OutgoingEmail.objects.update(lease_id=uuid.uuid4())
    assert not delivery.mark_sending(mine)
    results.finish(mine, State.SENT, "ok")
    packet.refresh_from_db()
    assert packet.state == State.QUEUED


@pytest.mark.parametrize(
    "error",
    [
        refused(450, b"greylisted"),
        smtplib.SMTPDataError(451, b"later"),
        smtplib.SMTPResponseException(421, b"closing"),
        smtplib.SMTPServerDisconnected("gone"),
        ConnectionRefusedError("closed"),
        TimeoutError("slow"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_may_pass_is_tried_again_a_minute_later(packet: OutgoingEmail, server_says: Any, error: Exception) -> None:
    server_says(error)
    before = timezone.now()
    delivery.drain()
    packet.refresh_from_db()
    assert packet.state == State.QUEUED
    assert packet.last_reply
    assert timedelta(seconds=59) < packet.next_attempt_at - before < timedelta(seconds=70)


def test_an_address_that_does_not_exist_fails_for_good_and_staff_see_it(packet: Any, server_says: Any) -> None:
    server_says(refused(550, b"5.1.1 no such user"))
    delivery.drain()
    packet.refresh_from_db()
    assert packet.state == State.FAILED
    assert "no such user" in packet.last_reply
    assert LeadEvent.objects.first().kind == LeadEvent.Kind.PACKET_FAILED


def test_retries_follow_the_ladder_and_end(packet: OutgoingEmail, server_says: Any, settings: Any) -> None:
    server_says(refused(450, b"later"))
    waits = []
    for _try in range(len(settings.MAIL_RETRY_SECONDS) + 1):
        OutgoingEmail.objects.update(next_attempt_at=timezone.now())
        before = timezone.now()
        delivery.drain()
        packet.refresh_from_db()
        waits.append(round((packet.next_attempt_at - before).total_seconds() / 60))
    assert waits[:-1] == [1, 5, 15, 60, 240, 1440]
    assert packet.state == State.FAILED


def test_a_dead_server_costs_one_mail_one_try_and_the_rest_keep_theirs(ask: Any, server_says: Any) -> None:
    for number in range(3):
        ask(email=f"person{number}@example.com")
    server_says(ConnectionRefusedError("closed"))
    delivery.drain()
    tries = sorted(OutgoingEmail.objects.filter(kind="packet").values_list("attempts", flat=True))
    assert tries == [0, 0, 1]
    assert not OutgoingEmail.objects.exclude(lease_until=None).exists()


def test_a_mail_that_cannot_be_written_does_not_hold_up_the_others(ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(email="first@example.com")
    ask(email="second@example.com")
    broken = PacketDelivery.objects.get(outgoing__email="first@example.com").outgoing
    OutgoingEmail.objects.filter(pk=broken.pk).update(message_id="<a\nb@c>")
    delivery.drain()
    assert [message.to for message in mail.outbox] == [["second@example.com"]]
    broken.refresh_from_db()
    assert broken.state == State.QUEUED
    assert broken.attempts == 1


def test_nothing_goes_to_a_suppressed_address(packet: OutgoingEmail) -> None:
    Suppression.objects.create(address_hash=hash_address(packet.email), reason=Suppression.Reason.HARD_BOUNCE)
    delivery.drain()
    packet.refresh_from_db()
    assert packet.state == State.CANCELLED
    assert mail.outbox == []


def test_a_packet_to_a_mistyped_address_is_dropped_once_staff_corrected_it(lead: Lead, packet: Any, staff: Any) -> None:
    correct_address(lead=lead, email="Zoe@Example.org", resend=True, by=staff)
    delivery.drain()
    assert [message.to for message in mail.outbox] == [["zoe@example.org"]]
    assert LeadEvent.objects.filter(kind=LeadEvent.Kind.ADDRESS_CORRECTED).get().actor == staff


def test_a_fault_in_a_room_above_costs_its_line_and_never_a_second_mail(packet: OutgoingEmail) -> None:
    def fault(**kwargs: Any) -> None:
        raise RuntimeError

    email_sent.connect(fault)
    try:
        delivery.drain()
    finally:
        email_sent.disconnect(fault)
    packet.refresh_from_db()
    assert packet.state == State.SENT
    delivery.drain()
    assert len(mail.outbox) == 1


def test_a_kind_whose_room_is_at_fault_does_not_hold_up_the_others(ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(email="first@example.com")
    ask(email="second@example.com")

    def at_fault(outgoing: OutgoingEmail) -> bool:
        if outgoing.email == "first@example.com":
            raise RuntimeError
        return True

    monkeypatch.setitem(kinds, "packet", kinds["packet"]._replace(still_wanted=at_fault))
    delivery.drain()
    assert [message.to for message in mail.outbox] == [["second@example.com"]]
    assert OutgoingEmail.objects.get(email="first@example.com").attempts == 1


def test_a_mail_that_the_backend_did_not_take_is_never_called_sent(packet: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", lambda self, messages: 0)
    delivery.drain()
    packet.refresh_from_db()
    assert packet.state == State.FAILED


def test_a_reply_with_a_nul_is_kept_without_it(packet: OutgoingEmail, server_says: Any) -> None:
    server_says(refused(550, b"no\0 such user"))
    delivery.drain()
    packet.refresh_from_db()
    assert packet.last_reply == "550 no such user"


def test_a_mail_that_was_cancelled_meanwhile_is_not_revived(packet: OutgoingEmail) -> None:
    [mine] = delivery.claim(uuid.uuid4(), 1)
    OutgoingEmail.objects.update(state=State.CANCELLED)
    assert not delivery.mark_sending(mine)


def test_packets_go_before_newsletters(ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(kinds, "circular", kinds["staff_notice"]._replace(bulk=True))
    circulars = [queue_email(kind="circular", address="all@example.com", dedupe_key=f"c{n}") for n in range(3)]
    ask()
    packet = OutgoingEmail.objects.get(kind="packet")
    assert delivery.claim(uuid.uuid4(), 4) == [packet, *circulars]


def test_a_worker_among_newsletters_takes_no_more_packets_than_any_other(first_content: None) -> None:
    for number in range(delivery.BATCH + 1):
        queue_email(kind="staff_notice", address="all@example.com", dedupe_key=f"n{number}")
    assert len(delivery.claim(uuid.uuid4(), delivery.BATCH_OF_MANY)) == delivery.BATCH
    assert len(delivery.claim(uuid.uuid4(), delivery.BATCH_OF_MANY)) == 1


def test_each_try_is_a_line_of_the_ledger(packet: OutgoingEmail, server_says: Any) -> None:
    server_says(refused(450, b"4.2.0 greylisted"))
    delivery.drain()
    OutgoingEmail.objects.update(next_attempt_at=timezone.now())
    server_says(refused(550, b"5.1.1 no such user"))
    delivery.drain()
    lines = [(event.kind, event.status, event.reply) for event in packet.events.order_by("pk")]
    assert lines == [
        (Event.DEFERRED, "4.2.0", "450 4.2.0 greylisted"),
        (Event.FAILED, "5.1.1", "550 5.1.1 no such user"),
    ]


@pytest.mark.parametrize(
    ("code", "words", "is_suppressed"),
    [
        (550, b"5.1.1 no such user", True),
        (550, b"no mailbox here", True),
        (553, b"5.1.3 bad syntax", True),
        (550, b"5.1.8 bad sender", False),
        (550, b"5.7.1 listed", False),
        (552, b"5.2.2 mailbox full", False),
        (554, b"no", False),
        (450, b"4.1.1 unknown for now", False),
    ],
)
def test_only_an_address_that_does_not_exist_is_suppressed(
    packet: Any, server_says: Any, code: int, words: bytes, is_suppressed: bool
) -> None:
    server_says(refused(code, words))
    delivery.drain()
    reasons = list(Suppression.objects.values_list("reason", flat=True))
    assert reasons == [Suppression.Reason.HARD_BOUNCE] * is_suppressed


def test_a_bare_550_after_the_text_says_nothing_about_the_address(packet: OutgoingEmail, server_says: Any) -> None:
    server_says(smtplib.SMTPDataError(550, b"we do not like it"))
    delivery.drain()
    packet.refresh_from_db()
    assert packet.state == State.FAILED
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("words", [b"mailbox unavailable", b"No such user here", b"user unknown"])
def test_a_filter_that_has_read_the_mail_silences_nobody(packet: OutgoingEmail, server_says: Any, words: bytes) -> None:
    server_says(smtplib.SMTPDataError(550, words))
    delivery.drain()
    packet.refresh_from_db()
    assert packet.state == State.FAILED
    assert not Suppression.objects.exists()


def test_no_bounce_silences_the_notices_to_staff(packet: Any, server_says: Any) -> None:
    outgoing = queue_email(kind="staff_notice", address="desk@clinic.example", dedupe_key="staff-notice:1")
    StaffNotice.objects.create(outgoing=outgoing, about=StaffNotice.About.ENQUIRIES)
    Suppression.objects.create(address_hash=hash_address("desk@clinic.example"), reason=Suppression.Reason.HARD_BOUNCE)
    delivery.drain()
    notice = OutgoingEmail.objects.get(kind="staff_notice")
    assert notice.state != State.CANCELLED


def test_a_fault_of_the_database_in_one_mail_does_not_hold_up_the_others(ask: Any, monkeypatch: Any) -> None:
    ask(email="first@example.com")
    ask(email="second@example.com")
    written = kinds["packet"].message

    def message(outgoing: OutgoingEmail) -> Any:
        if outgoing.email == "first@example.com":
            OutgoingEmail.objects.raw("SELECT id, no_such_column FROM mailings_outgoingemail")[0]
        return written(outgoing)

    monkeypatch.setitem(kinds, "packet", kinds["packet"]._replace(message=message))
    delivery.drain()
    assert [message.to for message in mail.outbox] == [["second@example.com"]]
    first = OutgoingEmail.objects.get(email="first@example.com")
    assert (first.state, first.attempts) == (State.QUEUED, 1)
    assert first.next_attempt_at > timezone.now()
