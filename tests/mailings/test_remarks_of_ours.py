import ast
from pathlib import Path
from typing import Any

import pytest
import requests
from anymail.exceptions import AnymailAPIError, AnymailRecipientsRefused, AnymailUnsupportedFeature
from anymail.message import AnymailStatus
from django.core.mail import EmailMessage
from django.test import Client

from mailings import providers, results, transport
from mailings.models import MailEvent, OutgoingEmail, Why
from mailings.transport import Outcome, Result

ROOT = Path(__file__).parents[2]


class Wire:
    def __init__(self, error: Exception | None = None) -> None:
        self.error = error

    def send_messages(self, messages: Any) -> int:
        if self.error:
            raise self.error
        return 0


def to_nobody() -> EmailMessage:
    message = EmailMessage("Subject", "Text", "a@clinic.example", ["zoe@example.org"])
    message.anymail_status = AnymailStatus()  # type: ignore[attr-defined]
    return message


@pytest.mark.parametrize(
    ("result", "why", "reply", "words"),
    [
        (transport.send(Wire(), to_nobody()), Why.NO_RECIPIENT, "", "It has no recipient."),
        (
            transport.send(Wire(UnicodeError("ä")), to_nobody()),
            Why.NOT_SENDABLE,
            "UnicodeError",
            "It could not be put into the form in which it is sent. UnicodeError",
        ),
        (
            providers.judge(AnymailUnsupportedFeature("x"), to_nobody()),
            Why.NOT_SENDABLE,
            "AnymailUnsupportedFeature",
            "form in which it is sent. AnymailUnsupportedFeature",
        ),
        (
            providers.judge(requests.ReadTimeout(), to_nobody()),
            Why.NO_ANSWER,
            "NoneType",
            "No answer came from the provider.",
        ),
        (providers.judge(AnymailAPIError("x"), to_nobody()), Why.NO_ANSWER, "AnymailAPIError", "No answer came"),
        (
            providers.judge(AnymailRecipientsRefused("x"), to_nobody()),
            Why.NOT_ACCEPTED,
            "",
            "The provider does not take this recipient.",
        ),
    ],
)
def test_what_we_say_of_a_try_is_a_code_and_said_when_it_is_shown(
    packet: OutgoingEmail, desk: Client, result: Result, why: str, reply: str, words: str
) -> None:
    assert (result.why, result.reply) == (why, reply)
    results.write_result(packet, result._replace(outcome=Outcome.REFUSED))
    packet.refresh_from_db()
    assert (packet.why, packet.last_reply) == (why, reply)
    assert words in desk.get(f"/admin/mailings/outgoingemail/{packet.pk}/change/").text


def test_what_the_version_before_wrote_is_still_shown(packet: OutgoingEmail, desk: Client) -> None:
    OutgoingEmail.objects.update(state="sent", sent_at=packet.created_at, last_reply="accepted by the mail server")
    MailEvent.objects.create(outgoing=packet, kind="sent", reply="accepted by the mail server")
    assert desk.get(f"/admin/mailings/outgoingemail/{packet.pk}/change/").text.count("accepted by the mail server") == 1


def sentences(source: str) -> list[str]:
    """Words of ours in place of a server's: a text with a space in it, given to a Result or a Trouble."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    named = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id in {"Result", "Trouble"}]
    given = [value for call in named for value in [*call.args, *(word.value for word in call.keywords)]]
    texts = [inner for value in given for inner in ast.walk(value) if isinstance(inner, ast.Constant)]
    return [text.value for text in texts if isinstance(text.value, str) and any(map(str.isalpha, text.value))]


@pytest.mark.pure
@pytest.mark.parametrize("module", ["transport", "providers"])
def test_no_answer_is_made_of_words_of_ours(module: str) -> None:
    assert sentences('Result(x, f"could not: {y}")') == ["could not: "]
    assert sentences((ROOT / f"mailings/{module}.py").read_text()) == []
