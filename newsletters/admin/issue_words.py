"""What the page of an issue says to whoever decides about it: who gets it, and whose turn is next."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.models import Topic
from foundation.actors import Actor
from foundation.prepared import Found
from foundation.queue import Queue
from foundation.staff import staff_with
from newsletters.models import Newsletter, NewsletterEvent

State = Newsletter.State
SEND = "newsletters.send_newsletter"
SENT_NEXT = gettext_lazy("It is sent next, by %(names)s.")
GOES_ON = gettext_lazy("Who may let it go on: %(names)s.")


def audience(to: dict[str, Any]) -> list[str]:
    """Who approves the words approves who gets them. to: as a snapshot has it."""
    return [*_narrowed(to)] or [_("All who confirmed and want each issue.")]


def _narrowed(to: dict[str, Any]) -> Iterator[str]:
    if topics := to.get("topics"):
        names = ", ".join(map(str, Topic.objects.filter(pk__in=topics)))
        yield _("Who chose one of these topics, or none: %(names)s") % {"names": names}
    if language := to.get("language"):
        yield _("Who reads %(language)s") % {"language": dict(settings.LANGUAGES).get(language, language)}
    if joined_since := to.get("joined_since"):
        yield _("Who joined since %(day)s") % {"day": date_format(date.fromisoformat(joined_since))}
    if got := _subject(to.get("got")):
        yield _("Who got “%(subject)s”") % {"subject": got}
    if missed := _subject(to.get("did_not_get")):
        yield _("Who did not get “%(subject)s”") % {"subject": missed}


def _subject(pk: int | None) -> str:
    return str(Newsletter.objects.get(pk=pk)) if pk else ""


def next_step(newsletter: Newsletter, by: Actor) -> str:
    """Whose turn it is, to whoever has no button for it; nothing where they have it, or nobody has to do anything."""
    if newsletter.state == State.DRAFT:
        return _who_approves(newsletter, by)
    waits = newsletter.state in (State.APPROVED, State.PAUSED) or newsletter.is_late
    if not waits or by.has_perm(SEND):
        return ""
    words = GOES_ON if newsletter.state == State.PAUSED else SENT_NEXT
    return words % {"names": _names(staff_with(SEND))}


def _who_approves(newsletter: Newsletter, by: Actor) -> str:
    authors = newsletter.events.filter(kind=NewsletterEvent.Kind.SAVED).values("actor")
    others = staff_with("newsletters.approve_newsletter").exclude(pk__in=authors)
    if by.account in others:
        return ""
    if names := _names(others):
        return _("Somebody who wrote none of it approves it next: %(names)s.") % {"names": names}
    return _(
        "Nobody else here may approve it yet: a manager invites somebody under “Staff accounts”, as clinical or as "
        "a manager. Who wrote any of it does not approve it."
    )


# By what each right lets somebody decide about.
TO_DECIDE = {"to_approve": "newsletters.approve_newsletter", "to_send": SEND}


def to_decide(account: Any) -> dict[str, QuerySet[Newsletter]]:
    """Nobody else tells an approver that a draft is there."""
    wrote = NewsletterEvent.objects.filter(kind=NewsletterEvent.Kind.SAVED, actor=account).values("newsletter")
    drafts = Newsletter.objects.filter(~Q(pk__in=wrote), state=State.DRAFT)
    return {"to_approve": drafts, "to_send": Newsletter.objects.filter(state=State.APPROVED)}


def for_deciding(by: Actor, waiting: dict[str, Found], url: str) -> list[Queue]:
    """Nothing for whoever may neither approve nor send."""
    count = sum(waiting[name].count for name, right in TO_DECIDE.items() if by.has_perm(right))
    return [Queue(title=_("Newsletters to approve or send"), count=count, url=url, empty="")] if count else []


def _names(accounts: QuerySet[Any]) -> str:
    return ", ".join(sorted(map(str, accounts)))
