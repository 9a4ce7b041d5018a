import io
import os
import subprocess
import sys
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enquiries.models import Lead
from mailings import delivery
from mailings.bounce_addresses import make_bounce_address
from mailings.models import MailEvent, OutgoingEmail
from mailings.rules import suppressed
from tests.mailings.bounces import report, returned, with_status

Kind = MailEvent.Kind
State = OutgoingEmail.State
ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def bounce_address(settings: Any) -> None:
    settings.BOUNCE_ADDRESS = "bounces@clinic.example"


@pytest.fixture
def packet(lead: Lead) -> OutgoingEmail:
    delivery.drain()
    return OutgoingEmail.objects.get(kind="packet")


@pytest.fixture
def pipe(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    def read(mail: EmailMessage | bytes, **options: Any) -> str:
        content = mail if isinstance(mail, bytes) else mail.as_bytes()
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))
        call_command("read_bounce", **options)
        return "".join(capsys.readouterr())

    return read


def kinds(packet: OutgoingEmail) -> list[str]:
    return list(packet.events.exclude(report_id="").values_list("kind", flat=True))


@pytest.mark.parametrize(
    ("action", "status", "reply", "kind", "silenced"),
    [
        ("failed", "5.1.1", "550 5.1.1 no such user", Kind.BOUNCED, True),
        ("failed", "5.0.0", "550 5.1.1 no such user", Kind.BOUNCED, True),
        ("Failed (fatal)", "5.1.10", "550 5.1.10 not found", Kind.BOUNCED, True),
        ("failed", "5.1.8", "550 5.1.8 bad sender", Kind.BOUNCED, False),
        ("failed", "5.7.1", "554 5.7.1 looks like spam", Kind.BOUNCED, False),
        ("failed", "5.2.2", "552 5.2.2 mailbox full", Kind.BOUNCED, False),
        ("failed", "4.4.7", "could not be reached for days", Kind.BOUNCED, False),
        ("delayed", "4.4.1", "will go on trying", Kind.DELAYED, False),
        ("delivered", "2.0.0", "250 ok", Kind.DELIVERED, False),
    ],
)
def test_a_server_s_report_says_what_became_of_the_mail(
    packet: OutgoingEmail, pipe: Any, action: str, status: str, reply: str, kind: str, silenced: bool
) -> None:
    # Servers call their own reports automatic replies, as RFC 3834 wants it.
    mail = returned(make_bounce_address(packet.uuid), Auto_Submitted="auto-replied")
    pipe(with_status(mail, action, status, reply))
    assert kinds(packet) == [kind]
    assert bool(suppressed(packet.email)) == silenced
    packet.refresh_from_db()
    assert packet.state == (State.BOUNCED if kind == Kind.BOUNCED else State.SENT)


@pytest.mark.parametrize("name", ["Delivered_To", "X_Original_To", "Envelope_To"])
def test_the_address_that_it_came_to_may_stand_in_any_header(packet: OutgoingEmail, pipe: Any, name: str) -> None:
    pipe(returned(**{name: f"<{make_bounce_address(packet.uuid).upper()}>"}))
    assert kinds(packet) == [Kind.BOUNCED]


@pytest.mark.parametrize("name", ["ORIGINAL_RECIPIENT", "RECIPIENT", ""])
def test_or_the_mail_server_says_it(
    packet: OutgoingEmail, pipe: Any, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = make_bounce_address(packet.uuid)
    if name:
        monkeypatch.setenv(name, address)
    pipe(returned(), **({} if name else {"recipient": address}))
    assert kinds(packet) == [Kind.BOUNCED]


def test_the_mail_is_also_found_by_its_message_id(packet: OutgoingEmail, pipe: Any) -> None:
    pipe(with_status(returned(), "failed", "5.1.1", "550 gone", original=packet.message_id))
    assert suppressed(packet.email)


@pytest.mark.parametrize(
    ("words", "silenced"), [("It did not work.", False), ("<zoe@example.com>: 550 5.1.1 nobody here", True)]
)
def test_a_bounce_in_no_known_form_counts_as_one(packet: OutgoingEmail, pipe: Any, words: str, silenced: bool) -> None:
    mail = returned(make_bounce_address(packet.uuid))
    mail.set_content(words)
    pipe(mail)
    assert kinds(packet) == [Kind.BOUNCED]
    assert bool(suppressed(packet.email)) == silenced


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto-Submitted": "auto-replied (vacation)"},
        {"From": "Zoe <zoe@example.com>", "X-Autoreply": "yes"},
        {"From": "Zoe <zoe@example.com>", "Precedence": "bulk"},
        {"From": "Zoe <zoe@example.com>", "Precedence": "auto_reply"},
        {"Subject": "Out of office: Your packet"},
        {"Subject": "Automatische Antwort (Abwesenheit)"},
        {"Subject": "=?utf-8?b?5LiN5Zyo?="},
        {"From": "Zoe <zoe@example.com>", "In-Reply-To": "<1@clinic.example>"},
        {"From": "Zoe <zoe@example.com>", "X-Auto-Response-Suppress": "All"},
        {"From": "Zoe <zoe@example.com>", "Subject": "Re: Undeliverable: your packet"},
        # With an empty Return-Path, as it should be.
        {"From": "Zoe <zoe@example.com>", "Subject": "Respuesta automática: de viaje"},
        {"From": "Zoe <zoe@example.com>", "Subject": "Ik ben afwezig", "Auto-Submitted": "auto-generated"},
        {"Return-Path": "<zoe@example.com>", "From": "Zoe <zoe@example.com>"},
    ],
)
def test_who_is_on_holiday_or_writes_back_is_no_bounce(
    packet: OutgoingEmail, pipe: Any, headers: dict[str, str]
) -> None:
    mail = returned(make_bounce_address(packet.uuid))
    for name, value in headers.items():
        del mail[name]
        mail[name] = value
    assert "Ignored" in pipe(mail)
    assert kinds(packet) == []


@pytest.mark.parametrize(
    ("word", "kind", "silenced"),
    [("abuse", Kind.COMPLAINED, True), ("opt-out", Kind.UNSUBSCRIBED, False), ("not-spam", None, False)],
)
def test_a_complaint_silences_the_address(
    packet: OutgoingEmail, pipe: Any, word: str, kind: str | None, silenced: bool
) -> None:
    machine, original = f"Feedback-Type: {word}\nVersion: 1\n", f"Message-ID: {packet.message_id}\n\nText\n"
    pipe(report(returned(), {"message/feedback-report": machine, "message/rfc822": original}))
    assert kinds(packet) == ([kind] if kind else [])
    assert bool(suppressed(packet.email)) == silenced


@pytest.mark.parametrize("proof", ["changed", "no tag", "unknown Message-ID"])
def test_a_forged_bounce_is_ignored_and_not_sent_back(packet: OutgoingEmail, pipe: Any, proof: str) -> None:
    local = make_bounce_address(packet.uuid).removesuffix("@clinic.example")
    changed = f"{local[:-1]}{'b' if local.endswith('a') else 'a'}@clinic.example"
    to = {"changed": changed, "no tag": "", "unknown Message-ID": ""}[proof]
    original = f"<{'0' * 32}@clinic.example>" if proof == "unknown Message-ID" else ""
    assert "Ignored" in pipe(with_status(returned(to), "failed", "5.1.1", "550 gone", original))
    assert kinds(packet) == []
    assert not suppressed(packet.email)


def test_the_same_bounce_counts_once_and_another_again(packet: OutgoingEmail, pipe: Any) -> None:
    first = with_status(returned(make_bounce_address(packet.uuid), Message_ID="<a@mx>"), "delayed", "4.4.1", "waits")
    last = with_status(returned(make_bounce_address(packet.uuid), Message_ID="<b@mx>"), "failed", "4.4.7", "gave up")
    unnamed = returned(make_bounce_address(packet.uuid))
    for mail in (first, first, last, last, unnamed, unnamed):
        pipe(mail)
    assert sorted(kinds(packet)) == [Kind.BOUNCED, Kind.BOUNCED, Kind.DELAYED]


def test_while_the_database_is_away_the_mail_server_keeps_it(packet: OutgoingEmail, pipe: Any) -> None:
    def refuse(*_: Any) -> None:
        raise OperationalError

    with connection.execute_wrapper(refuse), pytest.raises(SystemExit) as ended:
        pipe(returned(make_bounce_address(packet.uuid)))
    assert ended.value.code == 75


DEEP = b"".join(b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (n, n) for n in range(3000))
PIECES = [
    b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\n",
    b"Content-Type: message/delivery-status\n",
    b"Content-Type: message/feedback-report\n",
    b"Content-Type: text/plain; charset=klingon\nContent-Transfer-Encoding: base64\n",
    b"Return-Path: <>\n",
    b"From: =?utf-7?q?\xff?= <@>\n",
    b"Action: failed\n",
    b"Status: 5.1.1\n",
    b"--x\n",
    b"--x--\n",
    b"\n",
    b"Subject: =?utf-8?b?////?=\n",
    b"Content-Type: multipart/mixed\n",
    b"\0\xff\xfe",
    b"Feedback-Type: abuse\n",
]


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=40)), max_size=25).map(b"".join))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_whatever_break_it(packet: OutgoingEmail, pipe: Any, content: bytes) -> None:
    to = b"To: %s\n" % make_bounce_address(packet.uuid).encode()
    assert pipe(content).startswith("Ignored: it is")
    assert pipe(to + content).startswith(("Ignored: it is", "Noted", "Known"))


def test_what_lies_in_one_another_without_end_is_ignored(packet: OutgoingEmail, pipe: Any) -> None:
    assert "Ignored" in pipe(b"To: %s\n" % make_bounce_address(packet.uuid).encode() + DEEP)


def test_a_mail_server_pipes_it_into_the_command(packet: OutgoingEmail) -> None:
    command = [sys.executable, str(ROOT / "manage.py"), "read_bounce"]
    result = subprocess.run(command, input=b"\xff\0 nonsense", env=os.environ, capture_output=True, check=False)
    assert result.returncode == 0, result.stderr
    assert b"Ignored" in result.stderr


def test_without_a_database_the_command_asks_the_mail_server_to_wait(packet: OutgoingEmail) -> None:
    env = {**os.environ, "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"}
    mail = returned(make_bounce_address(packet.uuid)).as_bytes()
    command = [sys.executable, str(ROOT / "manage.py"), "read_bounce"]
    result = subprocess.run(command, input=mail, env=env, capture_output=True, check=False)
    assert result.returncode == 75
    [sentence] = result.stderr.decode().splitlines()
    assert "try again later" in sentence
