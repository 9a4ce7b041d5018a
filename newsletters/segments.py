"""Who would get an issue if it went out now: who may, is not suppressed, and of the segment that it names."""

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from foundation.models import ClinicProfile
from mailings.models import Suppression
from mailings.rules import stopped_elsewhere, stopped_for_many
from newsletters.models import DigestRecipient, Newsletter, Subscriber
from newsletters.models.subscribers import SubscriberQuerySet

ADDRESSES_AT_ONCE = 5000


def segment(newsletter: Newsletter) -> SubscriberQuerySet:
    """By what the issue asks; whoever may not be written to is still among them."""
    return _of(newsletter, Subscriber.objects.may_get_issue())


def digest_segment(newsletter: Newsletter) -> SubscriberQuerySet:
    """Whose monthly e-mail lists this issue: whom it was for, but for who has had it as a mail of its own."""
    found = _of(newsletter, Subscriber.objects.may_get_digest())
    return found.exclude(_is_among(newsletter.recipients.may_have_it()))


def _of(newsletter: Newsletter, found: SubscriberQuerySet) -> SubscriberQuerySet:
    if topics := list(newsletter.topics.all()):
        found = found.reading(topics)
    if newsletter.to_language:
        found = found.filter(language=newsletter.to_language)
    if newsletter.joined_since:
        found = found.filter(confirmed_at__gte=_beginning(newsletter.joined_since))
    if newsletter.got:
        found = found.filter(pk__in=_who_got(newsletter.got))
    if newsletter.did_not_get:
        found = _without_who_may_have(newsletter.did_not_get, found)
    return found.order_by()


def _who_got(issue: Newsletter) -> QuerySet[Any, Any]:
    """As a mail of its own or in the monthly e-mail, so that what corrects it reaches both.

    One list of both, which Postgres joins; of two conditions with "or" it would try each for every subscriber.
    """
    listed = DigestRecipient.objects.of_issue(issue).got_it().values_list("subscriber")
    return issue.recipients.got_it().values_list("subscriber").union(listed, all=True)


def _without_who_may_have(issue: Newsletter, found: SubscriberQuerySet) -> SubscriberQuerySet:
    listed = DigestRecipient.objects.of_issue(issue).may_have_it()
    return found.exclude(_is_among(issue.recipients.may_have_it())).exclude(_is_among(listed))


def _beginning(day: date) -> datetime:
    """By the clinic's clock: a worker has another one than the pages of staff."""
    return datetime.combine(day, time(), ClinicProfile.objects.current().zone)


def _is_among(recipients: QuerySet[Any]) -> Exists:
    """As a join: "NOT IN" of more than fits into memory reads all of them anew for each subscriber."""
    return Exists(recipients.filter(subscriber=OuterRef("pk")))


def may_be_mailed(found: SubscriberQuerySet) -> SubscriberQuerySet:
    """Of these subscribers those to whom what goes to many may be sent. Postgres asks it of each; here they are few."""
    barred = Suppression.objects.standing().filter(address_hash=OuterRef("address_hash"))
    as_one = found.exclude(Exists(barred)).exclude(email__in=stopped_elsewhere())
    return as_one.exclude(pk__in=[pk for batch in _unhashed(found) for pk in _barred(batch)])


def _unhashed(found: SubscriberQuerySet) -> Iterator[dict[str, int]]:
    """By address, batch by batch: until all are hashed they may be many."""
    rows, last = found.unhashed().order_by("pk").values_list("email", "pk"), 0
    while batch := dict(rows.filter(pk__gt=last)[:ADDRESSES_AT_ONCE]):
        yield batch
        last = max(batch.values())


def _barred(batch: dict[str, int]) -> Iterator[int]:
    return map(batch.__getitem__, stopped_for_many(batch))


def count(newsletter: Newsletter) -> int:
    return may_be_mailed(segment(newsletter)).count()


def has_readers(newsletter: Newsletter) -> bool:
    return may_be_mailed(segment(newsletter)).exists()


def is_for_the_monthly(newsletter: Newsletter) -> bool:
    """Whether anybody reads of it in the e-mail that lists what came out, whoever gets it as a mail of its own."""
    return may_be_mailed(digest_segment(newsletter)).exists()


def read_another(newsletter: Newsletter, language: str) -> bool:
    return segment(newsletter).exclude(language=language).exists()
