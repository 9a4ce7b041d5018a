"""Who would get an issue if it went out now: who may, is not suppressed, and of the segment that it names."""

from datetime import date, datetime, time
from itertools import islice

from django.db.models import Exists, OuterRef, QuerySet

from foundation.models import ClinicProfile
from mailings.rules import stopped_for_many
from newsletters.models import Newsletter, NewsletterRecipient, Subscriber
from newsletters.models.subscribers import SubscriberQuerySet

ADDRESSES_AT_ONCE = 5000


def segment(newsletter: Newsletter) -> QuerySet[Subscriber]:
    """By what the issue asks; whoever may not be written to is still among them."""
    return _of(newsletter, Subscriber.objects.may_get_issue())


def digest_segment(newsletter: Newsletter) -> QuerySet[Subscriber]:
    """Whose monthly e-mail lists this issue: whom it was for, but for who has had it as a mail of its own."""
    found = _of(newsletter, Subscriber.objects.may_get_digest())
    return found.exclude(_is_among(newsletter.recipients.may_have_it()))


def _of(newsletter: Newsletter, found: SubscriberQuerySet) -> QuerySet[Subscriber]:
    if topics := list(newsletter.topics.all()):
        found = found.reading(topics)
    if newsletter.to_language:
        found = found.filter(language=newsletter.to_language)
    if newsletter.joined_since:
        found = found.filter(confirmed_at__gte=_beginning(newsletter.joined_since))
    if newsletter.got:
        found = found.filter(_is_among(newsletter.got.recipients.got_it()))
    if newsletter.did_not_get:
        found = found.exclude(_is_among(newsletter.did_not_get.recipients.may_have_it()))
    return found.order_by()


def _beginning(day: date) -> datetime:
    """By the clinic's clock: a worker has another one than the pages of staff."""
    return datetime.combine(day, time(), ClinicProfile.objects.current().zone)


def _is_among(recipients: QuerySet[NewsletterRecipient]) -> Exists:
    """As a join: "NOT IN" of more than fits into memory reads all of them anew for each subscriber."""
    return Exists(recipients.filter(subscriber=OuterRef("pk")))


def suppressed(found: QuerySet[Subscriber]) -> set[int]:
    """Of these subscribers those to whom nothing that goes to many may be sent; batch by batch, to stay small."""
    rows = iter(found.values_list("email", "pk").iterator(ADDRESSES_AT_ONCE))
    barred: set[int] = set()
    while of := dict(islice(rows, ADDRESSES_AT_ONCE)):
        barred |= {of[address] for address in stopped_for_many(of)}
    return barred


def count(newsletter: Newsletter) -> int:
    return _count(segment(newsletter))


def is_for_the_monthly(newsletter: Newsletter) -> bool:
    """Whether anybody reads of it in the e-mail that lists what came out, whoever gets it as a mail of its own."""
    return _count(digest_segment(newsletter)) > 0


def _count(found: QuerySet[Subscriber]) -> int:
    return found.count() - len(suppressed(found))


def read_another(newsletter: Newsletter, language: str) -> bool:
    return segment(newsletter).exclude(language=language).exists()
