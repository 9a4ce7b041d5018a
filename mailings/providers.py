"""One mail by a provider's web interface, and what its answer means. Knows anymail; knows no rows."""

import json
from typing import Any

import requests
from anymail.exceptions import (
    AnymailAPIError,
    AnymailInvalidAddress,
    AnymailRecipientsRefused,
    AnymailSerializationError,
    AnymailUnsupportedFeature,
)
from anymail.message import AnymailStatus
from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.module_loading import import_string
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from mailings.models import Channel, Why
from mailings.transport import Outcome, Result

Reason = Channel.Reason
LONGEST_REPLY = 500
# They meet every mail alike, so nothing is gained by burning the whole outbox on them.
REFUSES_US = {
    401: Reason.SIGN_IN,
    402: Reason.REFUSED,
    403: Reason.SIGN_IN,
    404: Reason.SETTINGS,
    405: Reason.SETTINGS,
    410: Reason.SETTINGS,
}
# 408, 425 and 503 ask to try again; 420 is SparkPost's, 429 everybody else's "too much".
TRY_LATER = {408, 420, 425, 429, 503}
# Some say in the body what others say by the HTTP status: Mandrill fails with 500 and Postal with 200 for everything.
SAID_BY_NAME = {
    "Invalid_Key": Reason.SIGN_IN,
    "PaymentRequired": Reason.REFUSED,
    "Unknown_Subaccount": Reason.SETTINGS,
    "InvalidServerAPIKey": Reason.SIGN_IN,
    "AccessDenied": Reason.SIGN_IN,
    "UnauthenticatedFromAddress": Reason.SENDER,
    # Postmark: no such sender signature, not confirmed, no credits left, account awaiting approval or suspended.
    "ErrorCode 400": Reason.SENDER,
    "ErrorCode 401": Reason.SENDER,
    "ErrorCode 405": Reason.REFUSED,
    "ErrorCode 412": Reason.REFUSED,
    "ErrorCode 413": Reason.REFUSED,
}
WRONG_BY_NAME = {"ValidationError", "parameter-error", "NoRecipients", "NoContent", "FromAddressMissing"}
# Else Postmark writes one of its own, and a mail sent twice after a crash looks like two.
KEEP_MESSAGE_ID = {"postmark": {"X-PM-KeepID": "true"}}


class ProviderBackend(BaseEmailBackend):
    """anymail's backend for EMAIL_URL, with an answer instead of a count."""

    def __init__(self, fail_silently: bool = False, **options: Any) -> None:
        super().__init__(fail_silently=fail_silently)
        self.inner = import_string(f"anymail.backends.{settings.EMAIL_PROVIDER}.EmailBackend")()

    def open(self) -> bool:
        return self.inner.open()

    def close(self) -> None:
        self.inner.close()

    def send_messages(self, email_messages: Any) -> int:
        for message in email_messages:
            prepare(message)
        return self.inner.send_messages(email_messages)

    def deliver(self, message: EmailMessage) -> Result:
        """Sends one mail; never raises."""
        try:
            taken = self.send_messages([message])
        except Exception as error:  # a mail that cannot be sent must not hold up the ones behind it
            return judge(error, message)
        return accepted(message) if taken else Result(Outcome.REFUSED, why=Why.NO_RECIPIENT)


def prepare(message: EmailMessage) -> None:
    """Bounces go to the provider, which reports them; it would not let us send from an envelope address per mail."""
    message.from_email = message.extra_headers.pop("From", message.from_email)
    message.extra_headers.update(KEEP_MESSAGE_ID.get(settings.EMAIL_PROVIDER, {}))


def accepted(message: EmailMessage) -> Result:
    status: AnymailStatus = message.anymail_status  # type: ignore[attr-defined]
    response = status.esp_response
    if isinstance(response, requests.Response) and not response.ok:
        # Told in words that anymail could not read, and so took for a success.
        return answered(response)
    if status.status == {"failed"}:
        return Result(Outcome.LATER, said(response), why=Why.PROVIDER_FAILED)
    known_as = str(status.message_id) if isinstance(status.message_id, (str, int)) else ""
    return Result(Outcome.ACCEPTED, provider_message_id=known_as[:200])


def judge(error: Exception, message: EmailMessage) -> Result:
    """What an error of anymail says about this mail."""
    response = getattr(error, "response", None)
    if isinstance(error, AnymailRecipientsRefused):
        # "rejected" is the provider's own list; only "invalid" says that there is no such address.
        gone = message.anymail_status.status == {"invalid"}  # type: ignore[attr-defined]
        outcome = Outcome.NO_SUCH_ADDRESS if gone else Outcome.REFUSED
        return Result(outcome, said(response), why=Why.NOT_ACCEPTED)
    if isinstance(error, (AnymailUnsupportedFeature, AnymailSerializationError, AnymailInvalidAddress)):
        return unsendable(error)
    if isinstance(response, requests.Response):
        return answered(response)
    if isinstance(error, requests.RequestException):
        return unanswered(Outcome.CUT_OFF if never_left(error.__cause__) else Outcome.UNKNOWN, error.__cause__)
    if isinstance(error, AnymailAPIError):
        return unanswered(Outcome.UNKNOWN, error)
    return unsendable(error)


def unsendable(error: Exception) -> Result:
    return Result(Outcome.UNSENDABLE, type(error).__name__, why=Why.NOT_SENDABLE)


def unanswered(outcome: Outcome, error: BaseException | None) -> Result:
    """The kind of error only: its text quotes the request."""
    return Result(outcome, type(error).__name__, why=Why.NO_ANSWER)


def answered(response: requests.Response) -> Result:
    code, reply = response.status_code, said(response)
    names = names_in(response)
    refuses_us = [SAID_BY_NAME[name] for name in names if name in SAID_BY_NAME]
    if refuses_us or code in REFUSES_US:
        return Result(Outcome.BLOCKED, reply, reason=refuses_us[0] if refuses_us else REFUSES_US[code])
    if WRONG_BY_NAME.intersection(names):
        return Result(Outcome.REFUSED, reply)
    if code in TRY_LATER:
        return Result(Outcome.LATER, reply, closing=True)
    # A fault of theirs, or a success that cannot be read: the mail may be out.
    return Result(Outcome.REFUSED if 400 <= code < 500 else Outcome.UNKNOWN, reply)


def names_in(response: requests.Response) -> list[str]:
    """What Mandrill, Postal and Postmark call the error, as far as there is one."""
    try:
        body = json.loads(response.content)
    except (ValueError, RecursionError):
        return []
    if not isinstance(body, dict):
        return []
    data = body.get("data")
    named = [body.get("name"), body.get("status"), data.get("code") if isinstance(data, dict) else None]
    return [*(name for name in named if isinstance(name, str)), f"ErrorCode {body.get('ErrorCode')}"]


def said(response: Any) -> str:
    if not isinstance(response, requests.Response):
        return ""
    text = " ".join(response.text.split())[:LONGEST_REPLY]
    return f"HTTP {response.status_code} {text}".strip()


def never_left(cause: BaseException | None) -> bool:
    """No connection was made, so nothing was sent; a cut or a timeout after that leaves it open."""
    failed = cause.args[0] if cause and cause.args else None
    why = failed.reason if isinstance(failed, MaxRetryError) else None
    return isinstance(why, (NewConnectionError, ConnectTimeoutError)) or "CERTIFICATE_VERIFY_FAILED" in str(why)
