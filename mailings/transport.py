"""One mail over the wire, and what the answer means. Knows mail servers; knows no rows."""

import re
import smtplib
import ssl
from collections.abc import Callable, Sequence
from enum import Enum, auto
from typing import Any, NamedTuple, Protocol

from django.core.mail.backends.smtp import EmailBackend

from foundation.addresses import PLAIN
from mailings.answers import Moment, understand_reply
from mailings.models import Channel, Why

Reason = Channel.Reason
SERVICE_CLOSING = 421
TAKEN, FORWARDED = 250, 251
# "Start mail input": from here to the final reply nobody but the server knows whether it took the mail.
HANDING_OVER = 354
FIRST_REFUSAL = 400
FINAL_REFUSAL = 500
TOO_LARGE = 552


class Outcome(Enum):
    ACCEPTED = auto()
    LATER = auto()  # 4xx: this mail, not now
    NO_SUCH_ADDRESS = auto()
    REFUSED = auto()  # 5xx: this mail, never
    UNSENDABLE = auto()  # it could not be put on the wire at all
    CUT_OFF = auto()  # the connection went before the mail was handed over
    UNKNOWN = auto()  # the connection went after it: it may have arrived
    BLOCKED = auto()  # the server refuses us, whoever the mail is for


# After these, the next mail on this connection would hear nothing or the same.
ENDS_THE_LEASE = {Outcome.CUT_OFF, Outcome.UNKNOWN, Outcome.BLOCKED}


class Result(NamedTuple):
    outcome: Outcome
    reply: str = ""
    status: str = ""
    meaning: str = ""
    why: str = ""
    reason: str = ""
    closing: bool = False
    provider_message_id: str = ""

    @property
    def ends_the_lease(self) -> bool:
        return self.closing or self.outcome in ENDS_THE_LEASE


class Speaks(Protocol):
    """A connection that says itself what became of a mail. See mailings/providers.py."""

    def deliver(self, message: Any) -> Result: ...


class Ready(Protocol):
    """A mail to one person that knows its own bytes. See mailings/letters.py."""

    from_email: str
    to: list[str]

    def ready(self) -> bytes: ...


class Trouble(NamedTuple):
    """Why no connection could be opened. reason: a person must do something; without one, it may pass by itself."""

    reply: str
    reason: str = ""


def _nothing() -> None:
    pass


class _LastCode:
    """Remembers the last reply's code, and so how far a mail had come when the connection went.

    A server that takes commands without waiting (RFC 2920) gets sender, recipient and DATA in one trip, not in three;
    the text goes when it has asked for it, as ever.
    """

    last_code = 0
    # What is done while the server reads the text; it raises nothing.
    meanwhile: Callable[[], None] = staticmethod(_nothing)
    # How many replies are to come to what was sent ahead of them.
    to_come = 0

    def sendmail(self, from_addr: str, to_addrs: Any, msg: Any, *options: Any) -> Any:
        self.ehlo_or_helo_if_needed()  # type: ignore[attr-defined]
        # What was answered to the mail before says nothing of this one.
        self.to_come = self.last_code = 0
        is_plain = isinstance(msg, bytes) and len(to_addrs) == 1 and not any(options)
        if is_plain and PLAIN.fullmatch(from_addr) and PLAIN.fullmatch(to_addrs[0]) and self.has_extn("pipelining"):  # type: ignore[attr-defined]
            return self.send_ahead(from_addr, to_addrs[0], msg)
        return super().sendmail(from_addr, to_addrs, msg, *options)  # type: ignore[misc]

    def send_ahead(self, sender: str, recipient: str, text: bytes) -> dict[str, Any]:
        """As smtplib's sendmail, and it raises the same."""
        size = f" size={len(text)}" if self.has_extn("size") else ""  # type: ignore[attr-defined]
        self.send(f"mail FROM:<{sender}>{size}\r\nrcpt TO:<{recipient}>\r\ndata\r\n")  # type: ignore[attr-defined]
        self.to_come = 3
        code, reply = self.next_to_come()
        if code != TAKEN:
            self.give_up(code)
            raise smtplib.SMTPSenderRefused(code, reply, sender)
        code, reply = self.next_to_come()
        if code not in (TAKEN, FORWARDED):
            self.give_up(code)
            raise smtplib.SMTPRecipientsRefused({recipient: (code, reply)})
        code, reply = self.data(text)
        if code != TAKEN:
            self.give_up(code)
            raise smtplib.SMTPDataError(code, reply)
        return {}

    def give_up(self, code: int) -> None:
        self.close() if code == SERVICE_CLOSING else self._rset()  # type: ignore[attr-defined]

    def mail(self, sender: str, options: Sequence[str] = ()) -> tuple[int, bytes]:
        return self._about("mail", "FROM", sender, options)

    def rcpt(self, recip: str, options: Sequence[str] = ()) -> tuple[int, bytes]:
        return self._about("rcpt", "TO", recip, options)

    def _about(self, command: str, word: str, address: str, options: Sequence[str]) -> tuple[int, bytes]:
        """smtplib looks for a name in each address, for longer than all else takes; ours are bare."""
        if not PLAIN.fullmatch(address) or "smtputf8" in map(str.lower, options):
            return getattr(super(), command)(address, options)
        self.putcmd(command, " ".join([f"{word}:<{address}>", *options]))  # type: ignore[attr-defined]
        return self.getreply()

    def next_to_come(self) -> tuple[int, bytes]:
        self.to_come -= 1
        return self.getreply()

    def rset(self) -> tuple[int, bytes]:
        """After a refusal, what was sent ahead is still answered; a text that is asked for all the same has no word."""
        while self.to_come:
            code, _reply = self.next_to_come()
            if code == HANDING_OVER:
                self.docmd(".")  # type: ignore[attr-defined]
        return super().rset()  # type: ignore[misc]

    def data(self, msg: Any) -> tuple[int, bytes]:
        """smtplib looks at each letter for a point that begins a line, for longer than all else of a packet takes.

        And it leaves a mail open whose text nobody asks for: the next one would be refused for that, as our own fault.
        """
        if isinstance(msg, str):
            return super().data(msg)  # type: ignore[misc]
        code, reply = self.next_to_come() if self.to_come else self.docmd("data")  # type: ignore[attr-defined]
        if code != HANDING_OVER:
            self.give_up(code)
            raise smtplib.SMTPDataError(code, reply)
        quoted = msg.replace(b"\n.", b"\n..")
        first, last = b"." * quoted.startswith(b"."), b"" if quoted.endswith(b"\r\n") else b"\r\n"
        self.send(b"".join([first, quoted, last, b".\r\n"]))  # type: ignore[attr-defined]
        self.meanwhile()
        return self.getreply()

    def getreply(self) -> tuple[int, bytes]:
        code, reply = super().getreply()  # type: ignore[misc]
        self.last_code = code
        return code, reply


class Wire(_LastCode, smtplib.SMTP):
    pass


class WireWithTls(_LastCode, smtplib.SMTP_SSL):
    pass


class SmtpBackend(EmailBackend):
    # Of the next mail that it sends; see _LastCode.
    meanwhile: Callable[[], None] = staticmethod(_nothing)

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return WireWithTls if self.use_ssl else Wire

    def _send(self, email_message: Any) -> bool:
        """As Django's, but a mail whose bytes are ready is not encoded anew."""
        self.connection.meanwhile, self.meanwhile = self.meanwhile, _nothing  # type: ignore[union-attr]
        # Not by isinstance, which looks at a Protocol for as long as at all else of a mail.
        ready: Ready | None = email_message if hasattr(email_message, "ready") else None
        if ready is None:
            return bool(super()._send(email_message))  # type: ignore[misc]
        self.connection.sendmail(  # type: ignore[union-attr]
            ready.from_email, ready.to, ready.ready()
        )
        return True


def open_connection(connection: Any) -> Trouble | None:
    """Greeting, TLS and sign-in; None when all went well."""
    try:
        connection.open()
    except smtplib.SMTPAuthenticationError as error:
        return _refusal(error, Reason.SIGN_IN)
    except smtplib.SMTPResponseException as error:
        return _refusal(error, Reason.REFUSED)
    except (smtplib.SMTPServerDisconnected, ssl.SSLError) as error:
        # A certificate that ran out is renewed without us.
        return Trouble(_words(error))
    except (smtplib.SMTPException, UnicodeError, TypeError, ValueError) as error:
        # No TLS or sign-in to be had there, or a password that cannot be encoded.
        return Trouble(_words(error), Reason.SETTINGS)
    except OSError as error:
        return Trouble(_words(error))
    return None


def _refusal(error: smtplib.SMTPResponseException, reason: str) -> Trouble:
    reply = f"{error.smtp_code} {_text(error.smtp_error)}"
    return Trouble(reply, reason if error.smtp_code >= 500 else "")


def takes_bytes(connection: Any) -> bool:
    return isinstance(connection, SmtpBackend)


def send(connection: Any, message: Any) -> Result:
    """Sends one mail; never raises."""
    if hasattr(connection, "deliver"):
        speaks: Speaks = connection
        return speaks.deliver(message)
    return _send_by_smtp(connection, message)


def _send_by_smtp(connection: Any, message: Any) -> Result:
    try:
        taken = connection.send_messages([message])
    except smtplib.SMTPException as error:
        return _refused(error) or _cut_off(connection, error)
    except OSError as error:
        return _cut_off(connection, error)
    except Exception as error:  # a mail that cannot be put on the wire must not hold up the ones behind it
        return Result(Outcome.UNSENDABLE, type(error).__name__, why=Why.NOT_SENDABLE)
    # Django counts a mail without recipients as none, and raises nothing.
    return Result(Outcome.ACCEPTED) if taken else Result(Outcome.REFUSED, why=Why.NO_RECIPIENT)


def _refused(error: smtplib.SMTPException) -> Result | None:
    """What the server answered; None when it did not."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            return answered(*next(iter(error.recipients.values())))
        case smtplib.SMTPSenderRefused():
            return _sender_refused(error)
        case smtplib.SMTPAuthenticationError() | smtplib.SMTPConnectError() | smtplib.SMTPHeloError():
            return _refuses_us(error, Reason.REFUSED)
        case smtplib.SMTPDataError():
            return _refused_after_reading(error)
        case smtplib.SMTPResponseException():
            return answered(error.smtp_code, error.smtp_error, Moment.NOBODY_SAYS)
        case smtplib.SMTPNotSupportedError():
            return Result(Outcome.REFUSED, _words(error))
    return None


def _refused_after_reading(error: smtplib.SMTPDataError) -> Result:
    if error.smtp_code < FIRST_REFUSAL:
        # Neither a refusal nor the one answer that smtplib takes for a success.
        return Result(Outcome.UNKNOWN, f"{error.smtp_code} {_text(error.smtp_error)}")
    return answered(error.smtp_code, error.smtp_error, Moment.AFTER_READING)


def _cut_off(connection: Any, error: Exception) -> Result:
    wire = getattr(connection, "connection", None)
    handed_over = getattr(wire, "last_code", 0) == HANDING_OVER
    return Result(Outcome.UNKNOWN if handed_over else Outcome.CUT_OFF, _words(error))


def answered(code: int, reply: bytes | str, moment: Moment = Moment.AT_RECIPIENT) -> Result:
    """What a refusal says about this mail. moment: a filter that has read it may call its dislike "no such user"."""
    text = _text(reply)
    answer = understand_reply(f"{code} {text}", moment=moment)
    result = Result(
        Outcome.LATER,
        f"{code} {text}",
        enhanced_status(text) or str(code),
        answer.meaning,
        closing=code == SERVICE_CLOSING,
    )
    if code < FINAL_REFUSAL:
        return result
    return result._replace(outcome=Outcome.NO_SUCH_ADDRESS if answer.is_dead else Outcome.REFUSED)


def _sender_refused(error: smtplib.SMTPSenderRefused) -> Result:
    """A refusal of the sender meets every mail alike, but for one that is merely too large."""
    if error.smtp_code == TOO_LARGE:
        return answered(error.smtp_code, error.smtp_error)
    return _refuses_us(error, Reason.SENDER)


def _refuses_us(error: smtplib.SMTPResponseException, reason: str) -> Result:
    result = answered(error.smtp_code, error.smtp_error)
    return result if error.smtp_code < 500 else result._replace(outcome=Outcome.BLOCKED, reason=reason)


def enhanced_status(text: str) -> str:
    """The code of RFC 3463 at the beginning of a reply, such as 5.1.1, or nothing."""
    found = re.match(r"[245]\.\d{1,3}\.\d{1,3}(?=\s|$)", text)
    return found[0] if found else ""


def _text(reply: bytes | str) -> str:
    return reply.decode(errors="replace") if isinstance(reply, bytes) else str(reply)


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".rstrip(": ")
