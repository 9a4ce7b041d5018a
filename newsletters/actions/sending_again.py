"""An issue once more, to exactly those who did not get it."""

from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.actors import Actor
from mailings.actions import send_many_again
from mailings.models import MailEvent, OutgoingEmail
from mailings.rules import stopped_for_many
from newsletters.actions.launching import SEND
from newsletters.actions.moves import act_as, ask_leave, locked
from newsletters.models import Newsletter, NewsletterEvent, NewsletterRecipient, Subscriber
from newsletters.preflight import refuse_stopped

State = OutgoingEmail.State
# Nobody has these, as far as a mail server can say.
MISSED = (State.FAILED, State.BOUNCED)


class Again(NamedTuple):
    """mails: of whom may get it; left_out: how many did not get it and may not, who left or are suppressed.

    doubtful: how many failed or came back now, and may have it of an earlier try.
    """

    mails: list[int]
    left_out: int
    doubtful: int


def who_gets_it_again(newsletter: Newsletter, chosen: Iterable[int] = ()) -> Again:
    """Without a choice all whom it missed; what is uncertain may have arrived, so that only a person chooses it."""
    mails = OutgoingEmail.objects.filter(mailing=newsletter.mailing_id)
    ids = list(chosen)
    doubtful = mails.filter(state__in=MISSED, pk__in=_was_uncertain(newsletter))
    missed = mails.filter(pk__in=ids, state__in=(*MISSED, State.UNCERTAIN))
    if not ids:
        missed = mails.filter(state__in=MISSED).exclude(pk__in=doubtful.values("pk"))
    here = NewsletterRecipient.objects.filter(
        newsletter=newsletter, outgoing__in=missed, subscriber__in=Subscriber.objects.may_get_issue()
    )
    addresses = dict(here.values_list("outgoing", "outgoing__email"))
    stopped = stopped_for_many(addresses.values())
    again = [pk for pk, address in addresses.items() if address not in stopped]
    return Again(again, missed.count() - len(again), 0 if ids else doubtful.count())


def _was_uncertain(newsletter: Newsletter) -> QuerySet[Any]:
    """Whatever became of a later try, the first may have arrived."""
    events = MailEvent.objects.filter(outgoing__mailing=newsletter.mailing_id, kind=MailEvent.Kind.UNCERTAIN)
    return events.order_by().values("outgoing")


@transaction.atomic
def send_issue_again(
    *, newsletter: Newsletter, by: Actor, people: int, chosen: Iterable[int] = (), page: UUID | None = None
) -> int:
    """people: how many whoever confirmed it was told of; when it is others by now, they look again.

    page: on which they confirmed it, so that a second click there is known.
    """
    ask_leave(by, SEND)
    found = locked(newsletter, Newsletter.State.SENDING, Newsletter.State.SENT)
    refuse_stopped(found)
    again = who_gets_it_again(found, chosen)
    if not again.mails:
        raise ValidationError(_("There is nobody to whom it can be sent again."))
    if len(again.mails) != people:
        raise ValidationError(_("By now it is others who did not get it. Look again."))
    _go_on(found, by)
    number = send_many_again(mails=again.mails, states=(*MISSED, State.UNCERTAIN), by=by)
    data = {"mails": number, "left_out": again.left_out, **({"page": str(page)} if page else {})}
    NewsletterEvent.objects.create(newsletter=found, kind=NewsletterEvent.Kind.SENT_AGAIN, data=data, actor=by.account)
    return number


def sent_again_already(newsletter: Newsletter, *, page: UUID | None, by: Actor) -> bool:
    """From just this page, by just this person: as many others may have been meant by another one."""
    here = newsletter.events.filter(kind=NewsletterEvent.Kind.SENT_AGAIN, actor=by.account, data__page=str(page))
    return page is not None and here.exists()


def _go_on(newsletter: Newsletter, by: Actor) -> None:
    """Under way once more, so that it is paused and cancelled like any; what came back before does not pause it."""
    if newsletter.state == Newsletter.State.SENT:
        act_as(by)
        newsletter.state, newsletter.resumed_at = Newsletter.State.SENDING, timezone.now()
        newsletter.save()
