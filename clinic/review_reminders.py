"""The mail that an article has to be read again: 60 and 30 days before, and on the day."""

from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from articles.models import Article, last_read
from clinic.models import ReviewReminder
from foundation.models import ClinicProfile
from foundation.staff import works_here
from mailings.actions import queue_email
from mailings.emails import absolute, compose, register
from mailings.models import OutgoingEmail

REVIEW_DUE = "review_due"
DAYS_BEFORE = (0, 30, 60)


def register_own_kinds() -> None:
    register(
        REVIEW_DUE,
        label=_("review due"),
        message=review_due,
        still_wanted=is_still_due,
        to_staff=True,
    )


def remind() -> None:
    """May come twice, and late: each mail has a key, and a day that was missed is made good by the next run."""
    today = ClinicProfile.objects.current().today()
    reviewed = Article.objects.published().filter(review_due_on__lte=today + timedelta(days=DAYS_BEFORE[-1]))
    for article in reviewed.order_by("review_due_on"):
        # The filter leaves out those that were never reviewed.
        left = (article.review_due_on - today).days if article.review_due_on else 0
        _remind_of(article, next(days for days in DAYS_BEFORE if left <= days))


@transaction.atomic
def _remind_of(article: Article, days: int) -> None:
    for address in _readers(article, days):
        key = f"{REVIEW_DUE}:{article.pk}:{article.review_due_on}:{days}:{address}"
        outgoing = queue_email(kind=REVIEW_DUE, address=address, dedupe_key=key)
        about = {"article": article, "due_on": article.review_due_on}
        ReviewReminder.objects.get_or_create(outgoing=outgoing, defaults=about)


def _readers(article: Article, days: int) -> set[str]:
    """Whoever read it last, if they still work here; the clinic else, and on the day itself as well."""
    read = last_read(article.live_revision) if article.live_revision else None
    account = read.reviewer.account if read else None
    theirs = {account.email} if account and works_here(account) else set()
    return theirs if theirs and days else {*theirs, settings.STAFF_ALERT_EMAIL} - {""}


def is_still_due(outgoing: OutgoingEmail) -> bool:
    """Not when it was reviewed again, or taken off the site, while the mail waited."""
    reminder = ReviewReminder.objects.filter(outgoing=outgoing).first()
    if reminder is None:
        return False
    return Article.objects.published().filter(pk=reminder.article_id, review_due_on=reminder.due_on).exists()


def review_due(outgoing: OutgoingEmail) -> EmailMultiAlternatives:
    reminder = ReviewReminder.objects.select_related("article__live_revision").get(outgoing=outgoing)
    path = reverse("admin:articles_article_change", args=[reminder.article_id])
    context = {
        "title": str(reminder.article),
        "due_on": reminder.due_on,
        "is_overdue": reminder.due_on <= ClinicProfile.objects.current().today(),
        "url": absolute(path),
    }
    return compose(outgoing, REVIEW_DUE, context)
