"""What the monthly e-mail says: of each issue its title, how it begins, and where to read it."""

from collections.abc import Iterable
from datetime import date, datetime
from html import unescape
from typing import Any, NamedTuple

from django.db.models import Min, Q, QuerySet
from django.db.models.functions import Now
from django.utils.html import strip_tags

from articles.models import Article
from articles.search.excerpts import end_of
from articles.sections import html_of
from foundation.models import ContentVersion
from mailings.models import OutgoingEmail
from newsletters.models import DigestRecipient, Newsletter, NewsletterEntry, Subscriber
from newsletters.models.digests import stopped

LONGEST_LINE = 280


class Listed(NamedTuple):
    title: str
    line: str
    path: str


class Month(NamedTuple):
    """As a key, so that all who read the same issues share what is rendered."""

    first_day: date
    issues: tuple[int, ...]

    @property
    def listed(self) -> list[Listed]:
        return [listed(found) for found in Newsletter.objects.filter(pk__in=self.issues).order_by("number")]


def listed(newsletter: Newsletter) -> Listed:
    content = newsletter.content
    line = first_line(content["introduction"]) or content["preheader"]
    return Listed(content["subject"], line, newsletter.get_absolute_url())


def first_line(markdown: str) -> str:
    """Without links and emphasis: it only says what an issue is about. No sentence of it loses its "but"."""
    lines = strip_tags(html_of(markdown)).splitlines()
    line = unescape(next((line.strip() for line in lines if line.strip()), ""))
    shown = line if len(line) <= LONGEST_LINE else line[: end_of(line, 0, LONGEST_LINE)].strip()
    return f"{shown} …" if len(shown) < len(line) else shown


def wanted() -> QuerySet[DigestRecipient]:
    """Asked for each mail: who left, pauses, was erased, or wants each issue by now gets none."""
    return DigestRecipient.objects.filter(subscriber__in=Subscriber.objects.may_get_digest())


def of_mails(mails: Iterable[OutgoingEmail]) -> QuerySet[DigestRecipient]:
    return DigestRecipient.objects.filter(outgoing__in=mails).exclude(subscriber=None)


def is_wanted(outgoing: OutgoingEmail) -> bool:
    """Also whether anything is left to list at this moment, whatever it was prepared with."""
    prepare([outgoing])
    recipient = vars(outgoing)["recipient"]
    return bool(recipient and recipient.issues) and wanted().filter(outgoing=outgoing).exists()


def prepare(mails: list[OutgoingEmail]) -> None:
    """Whether each is still wanted is asked when its turn comes; what was withdrawn, once for all of a lease.

    With the version of the site's content, read before: by it Postgres knows, when the turn comes, what is outdated.
    """
    version = ContentVersion.objects.values_list("version", flat=True).first()
    found = {recipient.outgoing_id: recipient for recipient in with_what_is_left(of_mails(mails))}
    until = withdrawn_next({issue for recipient in found.values() for issue in recipient.issues})
    for outgoing in mails:
        vars(outgoing).update(recipient=found.get(outgoing.pk), as_prepared=(version, until))


def as_prepared(outgoing: OutgoingEmail) -> tuple[Any, ...]:
    return vars(outgoing).get("as_prepared", (None, None))


def withdrawn_next(issues: set[int]) -> datetime | None:
    """When the first of what they list goes by its day: no version moves at that moment."""
    listed = Article.objects.filter(pk__in=NewsletterEntry.objects.filter(newsletter__in=issues).values("article"))
    return listed.aggregate(first=Min("withdraws_at", filter=Q(withdraws_at__gt=Now())))["first"]


def recipient_of(outgoing: OutgoingEmail) -> Any:
    prepared = vars(outgoing).get("recipient")
    return prepared or with_what_is_left(of_mails([outgoing]))[0]


def with_what_is_left(recipients: QuerySet[DigestRecipient]) -> list[DigestRecipient]:
    """Each with the issues that people may be sent to at this moment."""
    rows = list(recipients.select_related("digest", "subscriber"))
    gone = stopped({issue for recipient in rows for issue in recipient.issues})
    for recipient in rows:
        recipient.issues = [issue for issue in recipient.issues if issue not in gone]
    return rows


def month_of(recipient: DigestRecipient) -> Month:
    if not recipient.issues:
        # Of one among many; alone it is asked whether it is wanted, and cancelled.
        raise ValueError("nothing is left to list")
    return Month(recipient.digest.month, tuple(recipient.issues))
