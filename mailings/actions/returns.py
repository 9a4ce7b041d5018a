"""What follows from mail that does not arrive: an address that is dead, or that gets no newsletter any more."""

from datetime import datetime, timedelta

from django.db.models import Min, Q, QuerySet
from django.utils import timezone

from mailings.actions.suppression import suppress, write_off
from mailings.models import MailEvent, OutgoingEmail, Suppression
from mailings.models.meaning import ABOUT_THE_ADDRESS, ABOUT_US
from mailings.signals import list_mail_stopped

Kind = MailEvent.Kind
Reason = Suppression.Reason
# One full mailbox is a holiday; three within a month, and nothing that arrived between, are a mailbox nobody reads.
MOST_RETURNS = 3
RETURNS_COUNT_FOR = timedelta(days=30)
# Words alone, and a name server that knows no such host, may err once.
TIMES_TO_BE_BELIEVED = 2


def heed_return(*, address: str, event: MailEvent, is_dead: bool) -> None:
    """The mail of this event came back or was refused for good. Call it under lock_address, once it is written."""
    if is_dead or _said_before(address, event):
        write_off(address=address, reason=Reason.HARD_BOUNCE)
    elif event.meaning not in ABOUT_US and _keeps_coming_back(address):
        _take_off_the_newsletter(address)


def _take_off_the_newsletter(address: str) -> None:
    suppress(address=address, reason=Reason.COMES_BACK)
    # Also when it stood already: somebody may have signed up since.
    list_mail_stopped.send(sender=Suppression, address=address, reason=Reason.COMES_BACK)


def _said_before(address: str, event: MailEvent) -> bool:
    if event.meaning not in ABOUT_THE_ADDRESS:
        return False
    mails = _returns_of(address).filter(meaning__in=ABOUT_THE_ADDRESS).values("outgoing").distinct()
    return mails.count() >= TIMES_TO_BE_BELIEVED


def _keeps_coming_back(address: str) -> bool:
    returned = _returns_of(address).exclude(meaning__in=ABOUT_US).order_by("-at", "-pk")
    mails = [*dict.fromkeys(returned.values_list("outgoing", flat=True))][:MOST_RETURNS]
    first = returned.filter(outgoing__in=mails).aggregate(at=Min("at"))["at"]
    return len(mails) == MOST_RETURNS and not _anything_arrived(address, besides=mails, since=first)


def _returns_of(address: str) -> QuerySet[MailEvent]:
    """A mail counts once, however many servers return it."""
    recent = MailEvent.objects.filter(at__gt=timezone.now() - RETURNS_COUNT_FOR, outgoing__email=address)
    # What our own server put off to the end, or cut off, never got as far as theirs.
    refused = Q(kind=Kind.FAILED, why="", status__startswith="5") & ~Q(reply__startswith="4")
    return recent.filter(Q(kind=Kind.BOUNCED) | refused)


def _anything_arrived(address: str, *, besides: list[int], since: datetime) -> bool:
    """By a report, or because a mail that went out since was never returned."""
    mails = OutgoingEmail.objects.to(address).exclude(pk__in=besides)
    reported = MailEvent.objects.filter(outgoing__in=mails, kind=Kind.DELIVERED, at__gt=since)
    return reported.exists() or mails.filter(state=OutgoingEmail.State.SENT, sent_at__gt=since).exists()
