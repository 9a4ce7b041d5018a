import json
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from mailings.bounces import understood
from tests.mailings.bounces import report, returned, with_status
from tests.mailings.servers import DEAD, PERHAPS, SOFT, Sent

PERSON = "Zoë O'Brien <zoe@example.org>"
EXIM = """This message was created automatically by mail delivery software.
A message that you sent could not be delivered. The following address failed:

  zoe@example.org
    host mx.example.org [192.0.2.1]
    SMTP error from remote mail server after RCPT TO:<zoe@example.org>:
    550 5.1.1 <zoe@example.org>: user unknown

------ This is a copy of the message, including all the headers. ------
Subject: mailbox full of spam
"""
WARNING = """This message was created automatically by mail delivery software.
A message that you sent has not yet been delivered. The address is zoe@example.org.
No action is required on your part. Delivery attempts will continue for some time.
"""


def said(mail: EmailMessage | bytes) -> tuple[str, bool]:
    found = understood(mail if isinstance(mail, bytes) else mail.as_bytes())
    return (str(found.kind), found.is_permanent) if found else ("none", False)


@pytest.mark.pure
@pytest.mark.parametrize(
    "marks",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"In_Reply_To": "<1@clinic.example>"},
        {"X_Auto_Response_Suppress": "All"},
        {"Auto_Submitted": "auto-replied", "In_Reply_To": "<1@clinic.example>", "Precedence": "bulk"},
    ],
)
@pytest.mark.parametrize(
    "sender",
    [
        {"From": "Mail Delivery System <mailer-daemon@mx.example>"},
        {"From": "Mail Delivery Subsystem <mailer-daemon@groups.example>"},
        {"From": "MAILER_DAEMON@mx.example"},
        {"From": "Postmaster@mx.example"},
        {"From": "<>"},
        {"From": "robot@mx.example", "X_Failed_Recipients": "zoe@example.org"},
    ],
)
def test_a_server_that_calls_its_report_an_automatic_reply_is_heard(
    sender: dict[str, str], marks: dict[str, str]
) -> None:
    assert said(returned(text=EXIM, **sender, **marks)) == ("bounced", True)


@pytest.mark.pure
def test_a_warning_in_words_is_a_delay_and_no_return() -> None:
    marked = {"Auto_Submitted": "auto-replied", "X_Failed_Recipients": "zoe@example.org"}
    assert said(returned(text=WARNING, Subject="Warning: message delayed 24 hours", **marked)) == ("delayed", False)
    assert said(returned(text=WARNING)) == ("delayed", False)


@pytest.mark.pure
@pytest.mark.parametrize(
    "text",
    [
        "Ich bin bis 5.1.27 nicht im Haus.",
        "Ich bin ab 2.12.26 verreist.",
        "Bin bis 5.1.1 weg, schreibt an <zoe@example.org>.",
        "We met on 4.4.7, room 550.",
        "Our version 5.2.1 is out; user unknown is mended.",
        "The mailbox is full of cats. I do not know who that user is.",
    ],
)
def test_a_person_s_note_is_no_report_whatever_numbers_it_names(text: str) -> None:
    assert said(returned(text=text, From=PERSON, Subject="Your packet")) == ("none", False)


@pytest.mark.pure
@pytest.mark.parametrize(
    "text",
    ["<zoe@example.org>: 550 5.1.1 user unknown", "It was returned: 550-5.1.1 there is no such user"],
)
def test_without_a_daemon_a_number_counts_beside_a_reply_code_or_the_address(text: str) -> None:
    assert said(returned(text=text, From="Gateway <gate@mx.example>", Subject="Your packet"))[0] == "bounced"
    assert said(returned(text=text, From=PERSON, Return_Path="<zoe@example.org>", Subject="Hm")) == ("none", False)


IN_WORDS = [
    ("exim", "zoe@example.org\n    Unknown user", True),
    ("exim", "zoe@example.org\n    Unrouteable address", False),
    ("qmail", "<zoe@example.org>:\nSorry, no mailbox here by that name. (#5.1.1)", True),
    ("qmail", "<zoe@example.org>:\nSorry, I couldn't find any host named example.org. (#5.1.2)", True),
    ("qmail", "<zoe@example.org>:\nThe users mailfolder is over the allowed quota (size). (#5.2.2)", False),
    ("domino", "was not delivered to zoe@example.org because:\nUser zoe not listed in the Domino Directory", True),
    ("exchange", "did not reach:\nzoe@example.org\n The e-mail account does not exist at the organization", True),
    ("yahoo", "<zoe@example.org>:\nThis user doesn't have an example.org account (zoe@example.org) [0]", True),
    ("yahoo", "<zoe@example.org>:\nThis account has been disabled or discontinued [#102].", False),
    ("x400", "Recipient zoe: unrecognised recipient, no such user in the directory", True),
    ("carrier", "Rejected by a remote server.\n>>> RCPT TO:<z@example.org>\n<<< 550 User unknown", True),
    ("relay", "mx.example.org said: 550 no such user", False),
    ("relay", ">>> DATA\n<<< 550 unknown user zoe@example.org", False),
]  # fmt: skip


@pytest.mark.pure
@pytest.mark.parametrize(("_server", "text", "is_dead"), IN_WORDS)
def test_a_report_without_codes_is_read_by_its_words(_server: str, text: str, is_dead: bool) -> None:
    assert said(returned(text=text)) == ("bounced", is_dead)


@pytest.mark.pure
@pytest.mark.parametrize(
    ("status", "reply", "text", "is_dead"),
    [
        ("5.1.1", "550 5.1.1 user unknown", "", True),
        ("5.1.1", "550 5.1.1 mailbox full", "", False),
        ("5.1.0", "550 5.1.0 over quota", "", False),
        ("5.1.1", "550 5.1.1 blocked", "", False),
        ("5.1.1", "550 5.1.1 too many connections", "", False),
        ("5.1.1", "550 5.1.1 this is spam", "", False),
        ("5.1.1", "550 5.1.1 user unknown", "Not enough disk space", False),
        ("5.2.1", "550 5.2.1 user unknown", "", True),
        ("5.2.1", "550 5.2.1 mailbox disabled", "", False),
        ("5.2.1 (mailbox disabled)", "550 5.2.1 user unknown", "", False),
        ("5.4.4", "host or domain name not found", "", False),
        ("5.1.0", "550 5.1.0 address rejected", "", False),
        ("5.1.351", "550 5.1.351 not found", "", True),
        ("4.1.1", "450 4.1.1 user unknown", "", False),
        ("5.1.1", "552 user unknown", "", False),
        ("5.0.0", "550 user unknown", "said in reply to RCPT TO command", True),
        ("5.0.0", "550 user unknown", "said in reply to end of DATA command", False),
        ("", "", "The recipient does not exist in this organization: no such account exists", False),
        ("", "", "zoe@example.org: Recipient unknown. Each was rejected at RCPT", True),
        ("5.7.1", "550 5.7.1 user unknown", "in reply to RCPT TO", False),
    ],
)
def test_words_and_codes_of_a_delivery_report_are_held_against_each_other(
    status: str, reply: str, text: str, is_dead: bool
) -> None:
    mail = returned(text=text or "I am sorry.")
    assert said(with_status(mail, "failed", status, reply)) == ("bounced", is_dead)


@pytest.mark.pure
@pytest.mark.parametrize("action", ["failed", "Failed (bad address)", "error", "expired", "failure"])
def test_what_failed_is_said_in_several_words(action: str) -> None:
    assert said(with_status(returned(), action, "5.1.1", "550 5.1.1 user unknown")) == ("bounced", True)


@pytest.mark.pure
def test_a_space_before_the_colon_hides_nothing() -> None:
    content = with_status(returned(), "failed", "5.1.1", "550 5.1.1 user unknown")
    assert said(content.replace(b"Action:", b"Action :").replace(b"Status:", b"Status :")) == ("bounced", True)


@pytest.mark.pure
@pytest.mark.parametrize(("sent", "is_dead"), [(SOFT, False), (PERHAPS, False), (DEAD, True)])
def test_codes_that_lie_deceive_nobody_in_the_form_of_any_server(sent: dict[str, Sent], is_dead: bool) -> None:
    found = {name: said(form(*words)) for name, (form, *words) in sent.items()}
    assert {name: what for name, what in found.items() if what != ("bounced", is_dead)} == {}


ORIGINAL = "From: packets@clinic.example\nMessage-ID: <1@clinic.example>\nSubject: Your packet\n\nText\n"


@pytest.mark.pure
@pytest.mark.parametrize(
    ("headers", "parts", "kind"),
    [
        (
            {"From": "staff@hotmail.com", "Subject": "complaint about message from 192.0.2.1"},
            {"message/rfc822": f"X-HmXmrOriginalRecipient: zoe@example.org\n{ORIGINAL}"},
            "complained",
        ),
        ({"From": "staff@hotmail.com", "Return_Path": "<a@example.org>"}, {"message/rfc822": ORIGINAL}, "complained"),
        ({"From": PERSON, "Return_Path": "<zoe@example.org>"}, {"message/rfc822": ORIGINAL}, "none"),
        ({"From": "staff@hotmail.com", "Return_Path": "<a@example.org>"}, {}, "none"),
        (
            {"From": "dmarc@mx.example"},
            {"message/feedback-report": "Feedback-Type: auth-failure\nAuth-Failure: dmarc\n"},
            "none",
        ),
        ({"From": "fbl@mx.example"}, {"message/feedback-report": "Feedback-Type: abuse\n"}, "complained"),
        ({"From": PERSON}, {"message/disposition-notification": "Disposition: automatic; displayed\n"}, "none"),
        ({"From": PERSON, "X_Apple_Unsubscribe": "true"}, {}, "unsubscribed"),
    ],
)
def test_a_complaint_is_known_by_its_form(headers: dict[str, str], parts: dict[str, str], kind: str) -> None:
    assert said(report(returned(**headers), parts, "mixed"))[0] == kind


@pytest.fixture
def explain(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    def told(*contents: bytes) -> list[dict[str, Any]]:
        files = [tmp_path / f"{number}.eml" for number in range(len(contents))]
        for file, content in zip(files, contents, strict=True):
            file.write_bytes(content)
        call_command("read_bounce", "--explain", *map(str, files))
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return told


def test_explaining_says_what_each_file_would_do_and_does_nothing(
    explain: Any, db: None, django_assert_num_queries: Any
) -> None:
    gone = with_status(returned(Auto_Submitted="auto-replied"), "failed", "5.1.1", "550 5.1.1 user unknown")
    note = returned(text="bis 5.1.27", From=PERSON, Subject="Your packet").as_bytes()
    with django_assert_num_queries(0):
        first, second, third = explain(gone, note, b"\xff\0 nonsense")
    assert set(first) == {"file", "kind", "permanent", "status", "why"}
    assert (first["kind"], first["permanent"], first["status"]) == ("bounced", True, "5.1.1")
    assert first["file"].endswith("0.eml")
    assert (second["kind"], second["permanent"], third["kind"]) == ("none", False, "none")


def test_explaining_a_file_that_is_not_there_is_one_sentence(db: None) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("read_bounce", "--explain", "/nowhere/at/all.eml")
