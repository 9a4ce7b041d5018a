"""Reports as they come from servers whose name, form or order of words is another than that of most."""

from email.message import EmailMessage

import pytest

from mailings.bounces import understood
from tests.mailings.bounces import report, returned

pytestmark = pytest.mark.pure

PERSON = "Zoë O'Brien <zoe@example.org>"
ORIGINAL = "From: packets@clinic.example\nMessage-ID: <1@clinic.example>\nSubject: Your packet\n\nText\n"
GATE = {"From": "Gate <no-reply@mx.example>", "Subject": "Mail"}


def said(mail: EmailMessage | bytes) -> tuple[str, bool]:
    found = understood(mail if isinstance(mail, bytes) else mail.as_bytes())
    return (str(found.kind), found.is_permanent) if found else ("none", False)


def conversation(*lines: str) -> EmailMessage:
    return returned(text="   ----- Transcript of session follows -----\n" + "\n".join(lines))


def test_what_was_said_out_of_turn_says_nothing_of_the_recipient() -> None:
    asked = (">>> DATA", "<<< 550-5.1.1 The account that you tried to reach does not exist.", "<<< 550 5.1.1 see above")
    late = ("<<< 503-5.5.1 RCPT first, a bad sequence of commands; see RFC 5321", "<<< 503 5.5.1 and so on")
    assert said(conversation(*asked, *late)) == ("bounced", True)


@pytest.mark.parametrize(
    ("text", "is_dead"),
    [
        ("<zoe@example.org>: mx.example.org said: 550\n    5.1.1 <zoe@example.org>: not here", True),
        ("<zoe@example.org>: mx.example.org said: 550\n    5.1.1 <zoe@example.org>: over quota", False),
        ("<zoe@example.org>: mx.example.org said: 550\n    5.7.1 <zoe@example.org>: not here", False),
    ],
)
def test_a_code_behind_a_line_break_belongs_to_its_reply(text: str, is_dead: bool) -> None:
    assert said(returned(text=text)) == ("bounced", is_dead)


def test_google_counts_the_steps_and_the_fourteenth_is_the_recipient() -> None:
    answer = "The error that the other server returned was: 550 550 Address unknown (state {})."
    assert said(returned(text=answer.format(14))) == ("bounced", True)
    assert said(returned(text=answer.format(18))) == ("bounced", False)


def test_a_line_of_nothing_before_the_headers_hides_no_report() -> None:
    mail = returned(text="550 5.1.1 user unknown").as_bytes()
    assert said(b"\r\n      \n" + mail) == ("bounced", True)


FULL = "Your mail of Monday\n  could not be delivered to <zoe@example.org>\n  as their mailbox is full.\n"


def test_a_report_of_any_name_has_the_mail_in_it_and_says_that_it_came_back() -> None:
    with_it = {"message/rfc822": ORIGINAL}
    assert said(report(returned(text=FULL, **GATE), with_it, "mixed")) == ("bounced", False)
    for headers, parts in [
        ({}, {}),
        ({"Return_Path": "<zoe@example.org>"}, with_it),
        ({"Auto_Submitted": "auto-replied"}, with_it),
        ({"In_Reply_To": "<1@clinic.example>"}, with_it),
    ]:
        assert said(report(returned(text=FULL, **GATE, **headers), parts, "mixed")) == ("none", False)
    assert said(report(returned(text="I am away.", **GATE), with_it, "mixed")) == ("none", False)


@pytest.mark.parametrize(
    ("subject", "text", "kind"),
    [
        ("Delivery failure notification", FULL, "bounced"),
        ("Mail could not be delivered", "Unable to deliver your message to <zoe@example.org>.", "bounced"),
        ("メッセージを配信できません。", "Sent: RCPT TO:<zoe@example.org>\n could not be delivered", "bounced"),
        ("Re: Delivery failure notification", FULL, "none"),
        ("Fwd: Mail could not be delivered", FULL, "none"),
        ("Delivery failure notification", "I got this, what does it mean?", "none"),
    ],
)
def test_a_report_that_a_gateway_sends_from_an_address_of_its_own_has_the_title_of_one(
    subject: str, text: str, kind: str
) -> None:
    mail = returned(text=text, From="Gateway <gate@mx.example>", Return_Path="<gate@mx.example>", Subject=subject)
    assert said(mail)[0] == kind


@pytest.mark.parametrize(
    "text",
    [
        "Esta casilla ha expirado por falta de uso.",
        "Das Konto wurde wegen Inaktivität deaktiviert.",
        "Le compte a été désactivé pour cause d'inactivité.",
        "La casella è stata disattivata per inattività.",
    ],
)
def test_an_account_that_ended_unused_is_gone_in_any_language(text: str) -> None:
    assert said(returned(text=f"<zoe@example.org>:\n{text}")) == ("bounced", True)


def test_an_old_complaint_of_microsofts_is_our_own_mail_in_their_envelope() -> None:
    ours = {"From": "packets@clinic.example", "Return_Path": "<staff@hotmail.com>", "Subject": "Your packet"}
    named = {"X_HmXmrOriginalRecipient": "zoe@example.org"}
    assert said(returned(text="Hello", **ours, **named)) == ("complained", False)
    assert said(returned(text="Hello", **ours)) == ("none", False)
