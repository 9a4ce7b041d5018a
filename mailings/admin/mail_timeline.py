"""What happened to one mail, each event as a plain sentence; the servers' own words stand below it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mailings.answers import meaning_of_code
from mailings.models import MailEvent, Meaning, OutgoingEmail

Kind = MailEvent.Kind
State = OutgoingEmail.State

SENTENCES = {
    Kind.DEFERRED: gettext_lazy("Could not be handed over; it is tried again by itself."),
    Kind.INTERRUPTED: gettext_lazy("Cut off while it was on its way, so it may have arrived."),
    Kind.UNCERTAIN: gettext_lazy(
        "Cut off while it was on its way. It may have arrived, so it does not go again by itself."
    ),
    Kind.SENT: gettext_lazy("Sent: the mail server took it."),
    Kind.FAILED: gettext_lazy("Given up: it is not tried again by itself."),
    Kind.CANCELLED: gettext_lazy("Not sent."),
    Kind.DELIVERED: gettext_lazy("Arrived at the recipient's mail server."),
    Kind.DELAYED: gettext_lazy("Waits at another mail server, which goes on trying."),
    Kind.BOUNCED: gettext_lazy("Came back: the recipient did not get it."),
    Kind.COMPLAINED: gettext_lazy("The recipient reported it as spam."),
    Kind.UNSUBSCRIBED: gettext_lazy("The recipient left the newsletter through their mail program."),
    Kind.REQUEUED: gettext_lazy("Sent again by staff."),
    Kind.SETTLED: gettext_lazy("Taken as arrived by staff."),
}
# Of a mail older than the ledger, the row alone says what became of it.
FROM_THE_ROW = {State.SENT: Kind.SENT, State.FAILED: Kind.FAILED, State.CANCELLED: Kind.CANCELLED}

DID_NOT_GO_WELL = {Kind.DEFERRED, Kind.FAILED, Kind.DELAYED, Kind.BOUNCED}


class Line(NamedTuple):
    kind: str
    sentence: Any
    who: Any
    at: datetime | None
    meaning: Any = ""
    reply: str = ""


def timeline(outgoing: OutgoingEmail) -> list[Line]:
    """Newest first, in one query."""
    events = list(outgoing.events.select_related("actor"))
    return [*map(line, events), *from_the_row(outgoing, events), queued(outgoing)]


def line(event: MailEvent) -> Line:
    kind = Kind(event.kind)
    meaning = meaning_of(event.status, event.meaning) if kind in DID_NOT_GO_WELL else ""
    return Line(kind, SENTENCES[kind], who(event), event.at, meaning, event.in_words)


def who(event: MailEvent) -> Any:
    if event.actor:
        return event.actor
    reporter = event.report_id.partition(":")[0]
    return _("reported by %(reporter)s") % {"reporter": reporter} if reporter else _("automatically")


def meaning_of(status: str, meaning: str = "") -> Any:
    """What the reply means, in plain words; of what is older than meanings, only the code knows."""
    known = meaning or meaning_of_code(status)
    return Meaning(known).label if known in Meaning.values else ""


def from_the_row(outgoing: OutgoingEmail, events: list[MailEvent]) -> Iterator[Line]:
    kind = FROM_THE_ROW.get(State(outgoing.state))
    if kind and not events:
        yield Line(kind, SENTENCES[kind], _("automatically"), outgoing.sent_at, reply=outgoing.in_words)


def queued(outgoing: OutgoingEmail) -> Line:
    return Line("queued", _("Put on its way."), _("automatically"), outgoing.created_at)
