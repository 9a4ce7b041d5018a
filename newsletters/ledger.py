"""The ledger of one issue: who got it, who did not, and why. What changes it is an action."""

from collections.abc import Iterator
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.numbers import is_number
from mailings.models import OutgoingEmail, Why
from mailings.rules import stopped_for_many
from newsletters.models import Newsletter, Subscriber

State = OutgoingEmail.State
PAGE = 50
# Short enough for a list to be read, long enough that an index finds whom it begins.
SHORTEST_SEARCH = 3
# Which states each choice shows, and what it is called.
CHOICES = {
    "": (gettext_lazy("Everybody"), tuple(State)),
    "missed": (
        gettext_lazy("Who did not get it"),
        (State.FAILED, State.BOUNCED, State.CANCELLED, State.UNCERTAIN),
    ),
    "got": (gettext_lazy("Who got it"), (State.SENT,)),
    "failed": (gettext_lazy("Failed"), (State.FAILED,)),
    "bounced": (gettext_lazy("Came back"), (State.BOUNCED,)),
    "cancelled": (gettext_lazy("Cancelled"), (State.CANCELLED,)),
    "uncertain": (gettext_lazy("Uncertain"), (State.UNCERTAIN,)),
    "waiting": (gettext_lazy("Waiting"), (State.QUEUED, State.SENDING)),
}

ONE_A_MONTH = gettext_lazy("They get one e-mail a month instead of each issue.")


class Place(NamedTuple):
    """Behind which row a page begins."""

    state: str = ""
    pk: int = 0

    def __str__(self) -> str:
        return f"{self.state}-{self.pk}"

    @classmethod
    def read(cls, text: str) -> "Place":
        """What nobody of ours wrote is the beginning."""
        state, _dash, pk = text.partition("-")
        return cls(state, int(pk)) if state in State.values and is_number(pk) else cls()


class Page(NamedTuple):
    mails: list[OutgoingEmail]
    after: Place | None = None


def page(newsletter: Newsletter, states: tuple[str, ...], after: Place) -> Page:
    """State by state, each from where it begins: an index of (mailing, state, id) reads no row of another page."""
    found: list[OutgoingEmail] = []
    for state in sorted(states):
        if state >= after.state:
            begins = after.pk if state == after.state else 0
            found += in_order(newsletter, state, begins)[: PAGE + 1 - len(found)]
        if len(found) > PAGE:
            return Page(found[:PAGE], Place(found[PAGE - 1].state, found[PAGE - 1].pk))
    return Page(found)


def in_order(newsletter: Newsletter, state: str, after: int) -> list[OutgoingEmail]:
    mails = OutgoingEmail.objects.filter(mailing=newsletter.mailing_id, state=state, pk__gt=after)
    return list(mails.select_related("newsletter_recipient__subscriber").order_by("pk")[: PAGE + 1])


def search(newsletter: Newsletter, text: str) -> Page:
    """Whose address begins so. In no order that Postgres would have to read all of them for."""
    people = Subscriber.objects.filter(email__startswith=text.lower(), received__newsletter=newsletter).order_by()
    found = list(people.values_list("received__outgoing", flat=True)[:PAGE])
    mails = OutgoingEmail.objects.filter(pk__in=found).select_related("newsletter_recipient__subscriber").order_by()
    return Page(sorted(mails, key=lambda outgoing: outgoing.email))


def told(outgoing: OutgoingEmail, newsletter: Newsletter) -> str:
    """Why they have it or do not, in a sentence."""
    match outgoing.state:
        case State.SENT:
            return _("The mail server took it.")
        case State.QUEUED | State.SENDING:
            return _("It waits for its turn. %(why)s") % {"why": outgoing.in_words}
        case State.CANCELLED if outgoing.why == Why.NO_LONGER_WANTED:
            return why_unwanted(outgoing.newsletter_recipient.subscriber, newsletter)
        case State.UNCERTAIN:
            return outgoing.in_words or str(Why.MAY_HAVE_ARRIVED.label)
        case _:
            return outgoing.in_words or _("The mail server did not say why.")


def why_unwanted(subscriber: Subscriber | None, newsletter: Newsletter) -> str:
    if subscriber is None:
        return _("They were erased, or forgotten after they had left.")
    if newsletter.state == Newsletter.State.CANCELLED:
        return _("The issue was cancelled before it was their turn.")
    if subscriber.rhythm == Subscriber.Rhythm.MONTHLY:
        return str(ONE_A_MONTH)
    return _("They were pausing, or not on the list, when it was their turn.")


def why_not_among(address: str, newsletter: Newsletter) -> str:
    """Of an address that no recipient has: why, as far as it is known today."""
    return next(reasons(Subscriber.objects.filter(email=address).first(), address, newsletter))


def reasons(subscriber: Subscriber | None, address: str, newsletter: Newsletter) -> Iterator[str]:
    if subscriber is None:
        yield _("Nobody of this address is on the list.")
    elif subscriber.state in (Subscriber.State.HELD, Subscriber.State.PENDING):
        yield _("They have not confirmed.")
    elif subscriber.state == Subscriber.State.UNSUBSCRIBED:
        yield _("They had left, or they left since and were never among the recipients.")
    elif subscriber.confirmed_at and newsletter.begun_at and subscriber.confirmed_at > newsletter.begun_at:
        yield _("They joined after it had begun.")
    elif subscriber.rhythm == Subscriber.Rhythm.MONTHLY:
        yield str(ONE_A_MONTH)
    if stopped_for_many([address]):
        yield _("Nothing that goes to many may be sent there.")
    yield _("It was not for them: by topic, language, or the day on which they joined; or they were pausing.")
