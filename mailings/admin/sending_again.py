"""Sending again what did not arrive: one mail from its page, or exactly the ones ticked on the list."""

from collections import Counter
from collections.abc import Iterable, Iterator
from enum import Enum, auto
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from foundation.actors import Actor, acting
from mailings import rules
from mailings.actions import may_go_again, send_again
from mailings.models import MailEvent, OutgoingEmail, Suppression

State = OutgoingEmail.State
OUT_OR_ON_ITS_WAY = (State.QUEUED, State.SENDING, State.SENT)
# More would keep a browser waiting for minutes.
MOST_AT_ONCE = 500


class Answer(Enum):
    AGAIN = auto()
    ALREADY = auto()
    SUPPRESSED = auto()
    HAD_ANOTHER = auto()
    NOT_NOW = auto()


LEVELS = {Answer.AGAIN: messages.SUCCESS, Answer.ALREADY: messages.INFO}


def forbidding(outgoing: OutgoingEmail) -> Suppression | None:
    """What stands in the way of this mail, if anything does; as delivery asks when its turn comes."""
    return None if outgoing.is_to_staff else rules.suppressed(outgoing.email)


def ask_again(outgoing: OutgoingEmail, by: Actor) -> Answer:
    if not outgoing.is_missing:
        return why_not_again(outgoing, by)
    if forbidding(outgoing):
        return Answer.SUPPRESSED
    if not may_go_again(outgoing):
        return Answer.HAD_ANOTHER
    return Answer.AGAIN if send_again(outgoing=outgoing, by=by) else why_not_again(outgoing, by)


def why_not_again(outgoing: OutgoingEmail, by: Actor) -> Answer:
    return Answer.ALREADY if done_last_by(outgoing, MailEvent.Kind.REQUEUED, by) else Answer.NOT_NOW


def done_last_by(outgoing: OutgoingEmail, kind: str, by: Actor) -> bool:
    """A second click: what staff did with it last is just this, it was just them, and it did not fail since."""
    if not OutgoingEmail.objects.filter(pk=outgoing.pk, state__in=OUT_OR_ON_ITS_WAY).exists():
        return False
    last = outgoing.events.exclude(actor=None).order_by("-pk").first()
    return last is not None and by.account is not None and (last.kind, last.actor_id) == (kind, by.account.pk)


def send_each_again(request: HttpRequest, mails: Iterable[OutgoingEmail]) -> None:
    tell(request, Counter(ask_again(outgoing, acting(request)) for outgoing in mails))


def tell(request: HttpRequest, counts: Counter[Answer]) -> None:
    for answer in Answer:
        if counts[answer]:
            messages.add_message(request, LEVELS.get(answer, messages.WARNING), words(answer, counts[answer]))


def words(answer: Answer, count: int) -> str:
    match answer:
        case Answer.AGAIN:
            text = ngettext("%(count)d mail is on its way again.", "%(count)d mails are on their way again.", count)
        case Answer.ALREADY:
            text = ngettext(
                "You have sent %(count)d mail again already.", "You have sent %(count)d mails again already.", count
            )
        case Answer.SUPPRESSED:
            text = ngettext(
                "%(count)d mail was not sent again: nothing may be mailed to its address."
                " Lift that first: its page leads there.",
                "%(count)d mails were not sent again: nothing may be mailed to their addresses."
                " Lift that first: their pages lead there.",
                count,
            )
        case Answer.HAD_ANOTHER:
            text = ngettext(
                "%(count)d mail was not sent again: another of its kind went to the same address, or waits.",
                "%(count)d mails were not sent again: others of their kind went to the same addresses, or wait.",
                count,
            )
        case _:
            text = ngettext(
                "%(count)d mail was not sent again: it is out, on its way, no longer wanted,"
                " or still in the demo clinic's name.",
                "%(count)d mails were not sent again: they are out, on their way, no longer wanted,"
                " or still in the demo clinic's name.",
                count,
            )
    return text % {"count": count}


def newest_first(queryset: Any) -> Iterator[OutgoingEmail]:
    """A page at a time: whoever ticked all may have ticked a million, and iterator() would hold them all at once."""
    rows, page = queryset.order_by("-pk"), list(queryset.order_by("-pk")[:MOST_AT_ONCE])
    while page:
        yield from page
        page = list(rows.filter(pk__lt=page[-1].pk)[:MOST_AT_ONCE])


@admin.action(description=_("Send again"))
def send_selected_again(model_admin: Any, request: HttpRequest, queryset: Any) -> None:
    # Newest first: of several to one address, the last one goes.
    counts = Counter[Answer]()
    for outgoing in newest_first(queryset):
        if counts[Answer.AGAIN] == MOST_AT_ONCE:
            messages.warning(request, _("Not all were looked at. Send again once more for the rest."))
            break
        counts[ask_again(outgoing, acting(request))] += 1
    tell(request, counts)
