"""Notices of Amazon SES that come as mail, since the topic of SNS writes to the mailbox for bounces."""

import io
import json
from email import message_from_bytes
from email.message import EmailMessage, Message
from typing import Any

import pytest
from django.core.management import call_command

from enquiries.models import Lead
from mailings import delivery
from mailings.models import MailEvent, OutgoingEmail
from mailings.rules import suppressed
from tests.mailings.bounces import report, returned
from tests.provider_posts import amazon_ses

Kind = MailEvent.Kind
FOOTER = "\n\n--\nIf you wish to stop receiving notifications from this topic, please click or visit the link below."
DEAD = ("Permanent", "550 5.1.1 nobody of that name")


@pytest.fixture
def packet(lead: Lead, settings: Any) -> OutgoingEmail:
    settings.BOUNCE_ADDRESS = "bounces@clinic.example"
    delivery.drain()
    return OutgoingEmail.objects.get(kind="packet")


def bounce(named: str, word: str = DEAD[0], reply: str = DEAD[1]) -> Any:
    said = json.loads(amazon_ses(word, reply, {}, "zoe@example.com")["Message"])
    said["mail"]["headers"] = [{"name": "Message-ID", "value": named}]
    return said


def complaint(named: str, kind: str = "abuse") -> Any:
    who = {"complainedRecipients": [{"emailAddress": "zoe@example.com"}], "complaintFeedbackType": kind}
    return {"notificationType": "Complaint", "complaint": who, "mail": bounce(named)["mail"]}


def by_sns(text: str, encoding: str = "quoted-printable") -> EmailMessage:
    mail = returned(From="AWS Notifications <no-reply@sns.amazonaws.com>", Subject="AWS Notification Message")
    mail.set_content(text, cte=encoding)
    return mail


def in_envelope(said: Any) -> str:
    return json.dumps({"Type": "Notification", "MessageId": "1", "Message": json.dumps(said)}, indent=2)


@pytest.fixture
def pipe(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    def read(mail: Message) -> str:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(mail.as_bytes())))
        call_command("read_bounce")
        return "".join(capsys.readouterr())

    return read


def kinds() -> list[str]:
    return list(MailEvent.objects.exclude(report_id="").values_list("kind", flat=True))


@pytest.mark.parametrize("encoding", ["quoted-printable", "base64"])
@pytest.mark.parametrize("is_in_envelope", [True, False])
def test_a_bounce_counts_as_the_provider_says(
    packet: OutgoingEmail, pipe: Any, is_in_envelope: bool, encoding: str
) -> None:
    said = bounce(packet.message_id)
    text = in_envelope(said) if is_in_envelope else json.dumps(said) + FOOTER
    assert pipe(by_sns(text, encoding)) == "Noted: bounced\n"
    assert (kinds(), bool(suppressed(packet.email))) == ([Kind.BOUNCED], True)
    assert pipe(by_sns(text, encoding)).startswith("Known already")


def test_a_full_mailbox_silences_nobody(packet: OutgoingEmail, pipe: Any) -> None:
    pipe(by_sns(in_envelope(bounce(packet.message_id, "Transient", "452 4.2.2 the mailbox is full"))))
    assert (kinds(), bool(suppressed(packet.email))) == ([Kind.BOUNCED], False)


@pytest.mark.parametrize(("kind", "counts"), [("abuse", True), ("not-spam", False)])
def test_a_complaint_counts_and_its_contrary_does_not(
    packet: OutgoingEmail, pipe: Any, kind: str, counts: bool
) -> None:
    pipe(by_sns(in_envelope(complaint(packet.message_id, kind))))
    assert (kinds(), bool(suppressed(packet.email))) == ([Kind.COMPLAINED] if counts else [], counts)


def test_a_mail_is_known_by_the_name_that_amazon_gave_it(packet: OutgoingEmail, pipe: Any) -> None:
    OutgoingEmail.objects.update(provider_message_id="ses-zoe@example.com")
    pipe(by_sns(in_envelope(bounce("<other@example.org>"))))
    assert kinds() == [Kind.BOUNCED]


@pytest.mark.parametrize("to", ["zoe@example.com", "anna@example.org"])
def test_whoever_names_no_mail_of_ours_harms_nobody(packet: OutgoingEmail, pipe: Any, to: str) -> None:
    forged = bounce("<0123456789abcdef0123456789abcdef@clinic.example>")
    forged["bounce"]["bouncedRecipients"][0]["emailAddress"] = to
    assert "about no mail of ours" in pipe(by_sns(in_envelope(forged)))
    assert (kinds(), suppressed("zoe@example.com"), suppressed("anna@example.org")) == ([], None, None)


def test_whoever_knows_one_mail_harms_no_other_address(packet: OutgoingEmail, pipe: Any) -> None:
    OutgoingEmail.objects.filter(pk=packet.pk).update(email=f"{packet.uuid}{OutgoingEmail.ERASED}")
    forged = bounce(packet.message_id)
    forged["bounce"]["bouncedRecipients"][0]["emailAddress"] = "anna@example.org"
    pipe(by_sns(in_envelope(forged)))
    assert suppressed("anna@example.org") is None


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[1]",
        '{"Message": 3}',
        '{"notificationType": ["Bounce"]}',
        "9" * 5000,
        '{"a":' * 3000,
        '{"eventType": "Open"}',
    ],
)
def test_what_is_no_notice_is_ignored(packet: OutgoingEmail, pipe: Any, text: str) -> None:
    assert pipe(by_sns(text)).startswith("Ignored: ")
    assert kinds() == []


def test_nobody_guesses_a_name_by_thousands(packet: OutgoingEmail, pipe: Any) -> None:
    OutgoingEmail.objects.update(provider_message_id="19140298486384240")
    guesses = [{"name": "Message-ID", "value": str(number)} for number in range(19140298486384000, 19140298486385000)]
    forged = bounce("<other@example.org>")
    forged["mail"]["headers"] = guesses
    assert "about no mail of ours" in pipe(by_sns(in_envelope(forged)))
    assert kinds() == []


def test_a_bounce_whose_words_are_json_is_read_by_what_machines_read(packet: OutgoingEmail, pipe: Any) -> None:
    machine = "Final-Recipient: rfc822; zoe@example.com\nAction: failed\nStatus: 5.1.1\n"
    words = returned(From="MAILER-DAEMON@example.com", To="bounces@clinic.example", Subject="Undelivered")
    words.set_content('{"error": "no such user"}')
    quoted = f"Message-ID: {packet.message_id}\n"
    parts = {"message/delivery-status": machine, "message/rfc822": quoted}
    assert pipe(message_from_bytes(report(words, parts))) == "Noted: bounced 5.1.1\n"


@pytest.mark.parametrize(
    "link",
    [
        "https://sns.example.org/?Action=ConfirmSubscription",
        "https://sns.eu-west-1.amazonaws.com.example.org/?Token=1",
        "https://sns.eu-west-1.amazonaws.com@example.org/?Token=1",
        "https://sns.eu-west-1.amazonaws.com/\nOpen https://example.org/",
    ],
)
def test_a_link_to_anybody_else_is_not_said_to_be_of_amazon(packet: OutgoingEmail, pipe: Any, link: str) -> None:
    asked = {"Type": "SubscriptionConfirmation", "Message": "You have chosen", "SubscribeURL": link}
    assert "example.org" not in pipe(by_sns(json.dumps(asked)))


def test_the_link_that_confirms_the_subscription_is_said(packet: OutgoingEmail, pipe: Any) -> None:
    link = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=1"
    asked = {"Type": "SubscriptionConfirmation", "Message": "You have chosen", "SubscribeURL": link}
    assert f"open this once: {link}" in pipe(by_sns(json.dumps(asked)))
