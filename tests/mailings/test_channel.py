import smtplib
import ssl
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from enquiries.models import Lead
from mailings import delivery
from mailings.actions import note_trouble, resume_channel
from mailings.models import Channel, MailEvent, OutgoingEmail

State = OutgoingEmail.State
LOCMEM = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def packet(lead: Lead) -> OutgoingEmail:
    return OutgoingEmail.objects.get(kind="packet")


def fails_with(error: Exception) -> Any:
    def fail(self: Any, *arguments: Any) -> None:
        raise error

    return fail


@pytest.fixture
def opening_fails(monkeypatch: pytest.MonkeyPatch) -> Any:
    return lambda error: monkeypatch.setattr(f"{LOCMEM}.open", fails_with(error))


@pytest.fixture
def sending_fails(monkeypatch: pytest.MonkeyPatch) -> Any:
    return lambda error: monkeypatch.setattr(f"{LOCMEM}.send_messages", fails_with(error))


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (smtplib.SMTPAuthenticationError(535, b"5.7.8 bad password"), "sign_in"),
        (smtplib.SMTPConnectError(554, b"5.7.1 your network is blocked"), "refused"),
        (smtplib.SMTPNotSupportedError("STARTTLS extension not supported by server."), "settings"),
        (UnicodeEncodeError("ascii", "p\xe4ss", 1, 2, "no"), "settings"),
    ],
)
def test_a_server_that_will_never_take_our_mail_stops_everything_until_somebody_resumes(
    packet: Any, opening_fails: Any, error: Exception, reason: str
) -> None:
    opening_fails(error)
    assert not delivery.drain()
    channel = Channel.objects.get()
    assert channel.reason == reason
    assert channel.paused_at
    assert channel.what_to_do
    assert not channel.is_open(timezone.now() + timedelta(days=30))
    packet.refresh_from_db()
    assert (packet.state, packet.attempts) == (State.QUEUED, 0)


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPAuthenticationError(454, b"4.7.0 try later"),
        smtplib.SMTPConnectError(421, b"busy"),
        smtplib.SMTPServerDisconnected("gone"),
        ConnectionRefusedError("closed"),
        TimeoutError("no greeting"),
    ],
)
def test_a_server_that_is_away_costs_no_mail_a_try_and_is_asked_again(
    packet: Any, opening_fails: Any, error: Exception, settings: Any
) -> None:
    opening_fails(error)
    waits = []
    for _try in range(len(settings.MAIL_HOLD_OFF_SECONDS) + 1):
        Channel.objects.update(retry_at=None)
        delivery.drain()
        channel = Channel.objects.get()
        waits.append(round((channel.retry_at - timezone.now()).total_seconds()))
    assert waits == [0, 5, 15, 30, 60, 60]
    assert channel.paused_at is None
    packet.refresh_from_db()
    assert (packet.state, packet.attempts) == (State.QUEUED, 0)


def test_a_day_without_a_mail_server_loses_nothing(packet: OutgoingEmail, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as away, time_machine.travel(timezone.now(), tick=False) as clock:
        away.setattr(f"{LOCMEM}.open", fails_with(ConnectionRefusedError("closed")))
        for _quarter in range(100):
            clock.shift(timedelta(minutes=15))
            delivery.drain()
    with time_machine.travel(timezone.now() + timedelta(hours=26)):
        delivery.drain()
    assert len(mail.outbox) == 1
    assert Channel.objects.get().failures == 0
    assert Channel.objects.get().failing_since is None


def test_nothing_is_tried_before_the_next_try_is_due(packet: OutgoingEmail) -> None:
    for _failure in range(3):
        note_trouble("gone")
    delivery.drain()
    assert mail.outbox == []


def test_a_refused_sender_stops_everything_and_the_mail_keeps_its_try(packet: Any, sending_fails: Any) -> None:
    sending_fails(smtplib.SMTPSenderRefused(553, b"5.7.1 not yours", "packets@clinic.example"))
    delivery.drain()
    assert Channel.objects.get().reason == Channel.Reason.SENDER
    packet.refresh_from_db()
    assert (packet.state, packet.attempts) == (State.QUEUED, 0)
    assert "not yours" in packet.last_reply


def test_a_mail_that_is_too_large_is_its_own_fault(packet: OutgoingEmail, sending_fails: Any) -> None:
    sending_fails(smtplib.SMTPSenderRefused(552, b"5.3.4 too large", "packets@clinic.example"))
    delivery.drain()
    packet.refresh_from_db()
    assert packet.state == State.FAILED
    assert not Channel.objects.exclude(paused_at=None).exists()


@pytest.mark.parametrize(("domains", "is_paused"), [(4, False), (8, True)])
def test_policy_refusals_from_five_domains_stop_the_mail(
    ask: Any, sending_fails: Any, domains: int, is_paused: bool
) -> None:
    for number in range(domains):
        ask(email=f"a@domain{number}.example")
        ask(email=f"b@domain{number}.example")
    sending_fails(smtplib.SMTPRecipientsRefused({"x": (550, b"5.7.1 listed")}))
    while delivery.drain():
        pass
    assert Channel.objects.exclude(paused_at=None).exists() is is_paused
    # The others of the batch keep their tries.
    untouched = OutgoingEmail.objects.filter(kind="packet", state=State.QUEUED, attempts=0)
    assert untouched.exists() is is_paused


def test_policy_refusals_of_long_ago_do_not_stop_the_mail(ask: Any, sending_fails: Any) -> None:
    sending_fails(smtplib.SMTPRecipientsRefused({"x": (550, b"5.7.1 listed")}))
    for number in range(6):
        with time_machine.travel(timezone.now() + timedelta(minutes=6 * number)):
            ask(email=f"a@domain{number}.example")
            delivery.drain()
    assert not Channel.objects.exclude(paused_at=None).exists()


def test_after_resuming_everything_goes_out(packet: OutgoingEmail, staff: Any) -> None:
    note_trouble("535 no", Channel.Reason.SIGN_IN)
    delivery.drain()
    assert mail.outbox == []
    resume_channel(by=staff)
    delivery.drain()
    assert len(mail.outbox) == 1
    assert Channel.objects.get().resumed_by == staff


def test_resuming_what_runs_changes_nothing(packet: OutgoingEmail, staff: Any) -> None:
    Channel.objects.create(pk=1)
    resume_channel(by=staff)
    assert Channel.objects.get().resumed_by is None


def test_refusals_before_the_resume_do_not_stop_the_mail_again(ask: Any, sending_fails: Any, staff: Any) -> None:
    sending_fails(smtplib.SMTPRecipientsRefused({"x": (550, b"5.7.1 listed")}))
    for number in range(5):
        ask(email=f"a@domain{number}.example")
    delivery.drain()
    resume_channel(by=staff)
    ask(email="a@domain9.example")
    delivery.drain()
    assert not Channel.objects.exclude(paused_at=None).exists()
    assert MailEvent.objects.filter(status="5.7.1").count() == 6


def test_a_refusal_is_an_answer_so_the_trouble_before_it_is_over(packet: OutgoingEmail, sending_fails: Any) -> None:
    note_trouble("gone")
    sending_fails(smtplib.SMTPRecipientsRefused({"x": (550, b"5.2.2 full")}))
    delivery.drain()
    assert Channel.objects.get().failing_since is None


def test_a_wait_that_a_wrong_clock_made_endless_is_no_wait(packet: OutgoingEmail) -> None:
    Channel.objects.create(pk=1, failures=1, retry_at=timezone.now() + timedelta(days=365))
    delivery.drain()
    assert len(mail.outbox) == 1


def test_resuming_ends_a_wait_too(packet: OutgoingEmail, staff: Any) -> None:
    for _failure in range(3):
        note_trouble("gone")
    resume_channel(by=staff)
    delivery.drain()
    assert len(mail.outbox) == 1


def test_trouble_says_nothing_of_whom_the_mail_was_for(packet: OutgoingEmail, sending_fails: Any) -> None:
    words = b"5.7.1 <packets@clinic.example> may not write to <Zoe@example.com>"
    sending_fails(smtplib.SMTPSenderRefused(550, words, "packets@clinic.example"))
    delivery.drain()
    assert Channel.objects.get().reply == "550 5.7.1 <packets@clinic.example> may not write to <…>"


def test_a_certificate_that_ran_out_is_waited_for(packet: OutgoingEmail, opening_fails: Any) -> None:
    opening_fails(ssl.SSLCertVerificationError("certificate has expired"))
    delivery.drain()
    assert Channel.objects.get().paused_at is None
    assert Channel.objects.get().failures == 1
