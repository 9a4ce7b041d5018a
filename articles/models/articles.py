"""What the clinic publishes. A page is rendered from the live revision alone: what was read can be shown later."""

from datetime import datetime, time
from typing import Any

from django.conf import settings
from django.db import connection, models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.papers import Paper
from articles.models.topics import Topic
from foundation.models import ClinicProfile


class ArticleQuerySet(models.QuerySet["Article"]):
    def published(self) -> "ArticleQuerySet":
        """Publishing is a question, not an event: state, a live revision, and the time has come."""
        return self.published_at(timezone.now())

    def published_at(self, now: Any) -> "ArticleQuerySet":
        found = self.filter(state=Article.State.PUBLISHED, live_revision__isnull=False, published_at__lte=now)
        return found.filter(Q(withdraws_at=None) | Q(withdraws_at__gt=now)).select_related("live_revision")

    def withdrawn(self) -> "ArticleQuerySet":
        """Those that visitors could once read; so is what was to go by now, before a job has written that down.

        What was withdrawn and waits for a day to come stays one of them until then.
        """
        now = timezone.now()
        over = Q(state=Article.State.WITHDRAWN) | Q(state=Article.State.PUBLISHED, withdraws_at__lte=now)
        back = Q(state=Article.State.PUBLISHED, first_shown_at__isnull=False, published_at__gt=now)
        return self.filter(over & Q(published_at__lte=now) | back)

    def changed_by_time(self, now: datetime) -> tuple[datetime | None, datetime | None]:
        """When a page changed by itself last, and when the next one will: a time comes, or a review is overdue."""
        profile = ClinicProfile.objects.current()
        today = profile.today(now)
        with connection.cursor() as cursor:
            cursor.execute(CHANGES, {"state": Article.State.PUBLISHED.value, "now": now, "today": today})
            shown, shows, gone, goes, *days = cursor.fetchone()
        overdue, due = (datetime.combine(day, time.min, profile.zone) if day else None for day in days)
        past, to_come = filter(None, (shown, overdue, gone)), filter(None, (shows, due, goes))
        return max(past, default=None), min(to_come, default=None)


# As text: whatever is published, the first page after it waits for this, and Django made it for longer than it takes.
CHANGES = """
SELECT
    max(published_at) FILTER (WHERE published_at <= %(now)s),
    min(published_at) FILTER (WHERE published_at > %(now)s),
    max(withdraws_at) FILTER (WHERE withdraws_at <= %(now)s),
    min(withdraws_at) FILTER (WHERE withdraws_at > %(now)s),
    max(review_due_on) FILTER (WHERE review_due_on <= %(today)s),
    min(review_due_on) FILTER (WHERE review_due_on > %(today)s)
FROM articles_article WHERE state = %(state)s
"""


class Article(models.Model):
    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        WITHDRAWN = "withdrawn", _("withdrawn")

    slug = models.SlugField(_("slug"), max_length=100, unique=True)
    # At which it was first read, or was when this began to be kept, where that is another: feeds know it by this for
    # good. A trigger writes it.
    first_slug = models.SlugField(
        _("first address"), max_length=100, blank=True, default="", db_default="", db_index=False, editable=False
    )
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.DRAFT)
    live_revision = models.ForeignKey(
        "ArticleRevision",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="live_for",
        verbose_name=_("live revision"),
    )
    paper = models.ForeignKey(
        Paper, models.PROTECT, null=True, blank=True, related_name="articles", verbose_name=_("paper")
    )
    topics = models.ManyToManyField(Topic, related_name="articles", blank=True, verbose_name=_("topics"))
    # When a medical reviewer last read the whole of what is live, and when it has to be read again; none: never read.
    reviewed_on = models.DateField(_("last reviewed"), null=True, blank=True, editable=False)
    review_due_on = models.DateField(_("review due"), null=True, blank=True, editable=False)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    # From then on it is withdrawn, whether or not the job that says so in `state` has come by.
    withdraws_at = models.DateTimeField(_("withdrawn from"), null=True, blank=True, editable=False)
    # As typed, for whoever comes to its address.
    withdrawal_reason = models.TextField(_("why it was withdrawn"), blank=True, db_default="", editable=False)
    # Of what waits for its day and was read before: since when that was, and what its address says meanwhile.
    first_shown_at = models.DateTimeField(_("first shown at"), null=True, blank=True, editable=False)
    gone_reason = models.TextField(_("why it is gone until then"), blank=True, db_default="", editable=False)
    # Who published or withdrew it last, or set it for a day; nobody for the content that the site came with.
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, verbose_name=_("changed by")
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ["-published_at"]
        permissions = [
            ("publish_article", _("Can publish and withdraw articles")),
            ("approve_article", _("Can approve articles as a medical reviewer")),
            ("release_article", _("Can release articles without medical review")),
        ]
        indexes = [
            models.Index(fields=["state", "-published_at"], name="article_published"),
            # Which of the published ones were to go by now: none or a few, asked for by each search.
            models.Index(
                fields=["withdraws_at"],
                name="article_goes",
                condition=Q(state="published", withdraws_at__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="published") | Q(live_revision__isnull=False, published_at__isnull=False),
                name="article_published_is_complete",
            ),
            # A page that is gone before it is there would say that it was withdrawn.
            models.CheckConstraint(
                condition=Q(withdraws_at=None) | Q(withdraws_at__gt=models.F("published_at")),
                name="article_goes_after_it_came",
            ),
        ]

    def __str__(self) -> str:
        return self.live_revision.content["title"] if self.live_revision else self.slug

    def get_absolute_url(self) -> str:
        return reverse("articles:article", args=[self.slug])

    @property
    def content(self) -> dict[str, Any]:
        """The live snapshot, as article.schema.json describes it; empty before the first publishing."""
        return self.live_revision.content if self.live_revision else {}

    def review_months(self) -> int:
        """How long a review holds: the topic that wants it soonest says so."""
        return 12 if self.topics.filter(risk=Topic.Risk.HIGH).exists() else 24

    def is_review_overdue(self) -> bool:
        """By the day where the clinic is."""
        return self.review_due_on is not None and self.review_due_on <= ClinicProfile.objects.current().today()

    def is_waiting(self) -> bool:
        """Published, and its day has not come."""
        return bool(self.state == self.State.PUBLISHED and self.published_at and self.published_at > timezone.now())

    def read_since(self) -> datetime | None:
        """From when on visitors could read it; none if they never could."""
        was_read = self.state != self.State.DRAFT and self.published_at and self.published_at <= timezone.now()
        return self.published_at if was_read else self.first_shown_at

    def is_leaving(self) -> bool:
        """Published, and the day is set on which it goes."""
        return self.state == self.State.PUBLISHED and self.withdraws_at is not None

    def is_unread(self) -> bool:
        """Nobody reads it yet, so that it can be set for a day."""
        return not Article.objects.published().filter(pk=self.pk).exists()
