"""Who read an article for the clinic, and what they said of which bytes of it."""

import calendar
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from articles.models.people import Reviewer
from articles.models.revisions import ArticleRevision


def months_on(day: date, months: int) -> date:
    """The same day of a later month, or the last one of a month that is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    last = calendar.monthrange(day.year + years, month + 1)[1]
    return date(day.year + years, month + 1, min(day.day, last))


def same_bytes(revision: ArticleRevision) -> dict[str, Any]:
    """Of what was said of a revision; its content too, since a fingerprint is what its writer says that it is."""
    return {
        "revision__article": revision.article_id,
        "content_sha256": revision.content_sha256,
        "revision__content": revision.content,
    }


class ReviewQuerySet(models.QuerySet["Review"]):
    def of(self, revision: ArticleRevision) -> "ReviewQuerySet":
        """Of these bytes of this article, whichever revision they stood in; the last one counts."""
        return self.filter(**same_bytes(revision))

    def of_the_whole(self) -> "ReviewQuerySet":
        return self.filter(decision=Review.Decision.APPROVED, scope=Review.Scope.WHOLE)


class Review(models.Model):
    """What a medical reviewer said of the bytes with this fingerprint; append-only, and void for any other bytes."""

    class Decision(models.TextChoices):
        APPROVED = "approved", _("approved")
        SENT_BACK = "sent_back", _("sent back")

    class Scope(models.TextChoices):
        WHOLE = "whole", _("the whole article")
        # Lets the correction be shown; it says nothing new of the rest, and so moves no date.
        TYPO = "typo", _("the typo fix alone")

    revision = models.ForeignKey(ArticleRevision, models.PROTECT, related_name="reviews", verbose_name=_("revision"))
    content_sha256 = models.CharField(_("sha256"), max_length=64)
    decision = models.CharField(_("decision"), max_length=20, choices=Decision)
    scope = models.CharField(_("what was read"), max_length=20, choices=Scope, default=Scope.WHOLE)
    note = models.TextField(_("note"), blank=True)
    reviewer = models.ForeignKey(Reviewer, models.PROTECT, related_name="reviews", verbose_name=_("reviewer"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("signed in as"))
    created_at = models.DateTimeField(_("reviewed at"), auto_now_add=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.revision} {self.decision}"


class ReviewRequest(models.Model):
    """Somebody asked for a review of this revision; answered by a Review, overtaken by the next revision."""

    revision = models.OneToOneField(ArticleRevision, models.PROTECT, related_name="request", verbose_name=_("revision"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("asked by"))
    created_at = models.DateTimeField(_("asked at"), auto_now_add=True)

    class Meta:
        verbose_name = _("review request")
        verbose_name_plural = _("review requests")

    def __str__(self) -> str:
        return str(self.revision)


class ReleaseQuerySet(models.QuerySet["Release"]):
    def of(self, revision: ArticleRevision) -> "ReleaseQuerySet":
        return self.filter(**same_bytes(revision))


class Release(models.Model):
    """These bytes may be published without a medical review, and who answers for it; the page says so. Append-only."""

    class Cause(models.TextChoices):
        MANAGER = "manager", _("a manager decided so")
        FIRST_CONTENT = "first_content", _("the site came with it")
        BEFORE_REVIEWS = "before_reviews", _("published before reviews existed")

    revision = models.ForeignKey(ArticleRevision, models.PROTECT, related_name="releases", verbose_name=_("revision"))
    content_sha256 = models.CharField(_("sha256"), max_length=64)
    cause = models.CharField(_("cause"), max_length=20, choices=Cause)
    reason = models.TextField(_("reason"), blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("released by")
    )
    created_at = models.DateTimeField(_("released at"), auto_now_add=True)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("release without medical review")
        verbose_name_plural = _("releases without medical review")
        ordering = ["-pk"]
        constraints = [
            # A manager answers by name and says why; what we did ourselves has neither.
            models.CheckConstraint(
                condition=Q(cause="manager", created_by__isnull=False) & ~Q(reason="")
                | ~Q(cause="manager") & Q(created_by__isnull=True),
                name="release_manager_is_named",
            )
        ]

    def __str__(self) -> str:
        return f"{self.revision} {self.cause}"


def approval_of(revision: ArticleRevision) -> Review | None:
    """The last word of a reviewer on these bytes, if it is yes."""
    last = Review.objects.of(revision).select_related("reviewer").first()
    return last if last and last.decision == Review.Decision.APPROVED else None


def last_decision() -> Subquery:
    """Of the bytes of each revision of a queryset, whichever revision they stood in."""
    said = Review.objects.filter(revision__article=OuterRef("article"), content_sha256=OuterRef("content_sha256"))
    return Subquery(said.order_by("-pk").values("decision")[:1])


def authors_of(revision: ArticleRevision) -> set[Any]:
    """Whoever saved what was not approved before this, or those same bytes at any time: none of them reviews it.

    Postgres asks the same, in check_review.
    """
    every = revision.article.revisions.order_by()
    earlier = every.filter(number__lt=revision.number).annotate(said=last_decision())
    before = earlier.filter(said=Review.Decision.APPROVED).order_by("-number").first()
    since = every.filter(number__lte=revision.number, number__gt=before.number if before else 0)
    saved = every.filter(content_sha256__in=since.values("content_sha256"), created_by__isnull=False)
    return {found.created_by for found in saved.select_related("created_by")}


def is_cleared(revision: ArticleRevision) -> bool:
    """Whether these bytes may be shown, as far as reviews go: Postgres asks the same, in article_cleared."""
    refused = Review.objects.of(revision).filter(decision=Review.Decision.SENT_BACK).order_by("-created_at").first()
    released = Release.objects.of(revision)
    if refused:
        released = released.filter(created_at__gt=refused.created_at)
    return approval_of(revision) is not None or released.exists()


def until(revision: ArticleRevision) -> Iterator[ArticleRevision]:
    """It, and then those before it, the newest first: mostly the first settles what is asked, and no other is read."""
    yield revision
    yield from ArticleRevision.objects.filter(article=revision.article_id, number__lt=revision.number)


def last_read(revision: ArticleRevision) -> Review | None:
    """The approval of the whole that still holds: of these bytes, or of those that only typo fixes part from them."""
    for earlier in until(revision):
        approval = approval_of(earlier)
        if approval is None or approval.scope == Review.Scope.WHOLE:
            return approval
        whole = Review.objects.of(earlier).of_the_whole().first()
        if whole:
            return whole
    return None


def is_sent_back(revision: ArticleRevision) -> bool:
    """Whether a reviewer said no to these bytes, or to those that only typo fixes part from them."""
    for earlier in until(revision):
        last = Review.objects.of(earlier).first()
        if last is None or last.decision == Review.Decision.SENT_BACK:
            return last is not None
        if last.scope == Review.Scope.WHOLE:
            return False
    return False


def reviews_until_live(articles: Iterable[Any]) -> dict[int, list[Review]]:
    """By article, the last first, all that was said of what is live or came before it: one question for all of them."""
    until = Review.objects.filter(revision__number__lte=F("revision__article__live_revision__number"))
    found: dict[int, list[Review]] = {}
    for review in (
        until.filter(revision__article__in=articles).select_related("revision", "reviewer").defer("revision__content")
    ):
        found.setdefault(review.revision.article_id, []).append(review)
    return found


class Rendering(models.Model):
    """The sections of a revision as visitors are served them, made once, when it is published."""

    revision = models.OneToOneField(
        ArticleRevision, models.PROTECT, primary_key=True, related_name="rendering", verbose_name=_("revision")
    )
    sections = models.JSONField(_("sections"))
    created_at = models.DateTimeField(_("rendered at"), auto_now_add=True)

    class Meta:
        verbose_name = _("rendering")
        verbose_name_plural = _("renderings")

    def __str__(self) -> str:
        return str(self.revision)
