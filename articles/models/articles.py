"""What the clinic publishes. A page is rendered from the live revision alone: what was read can be shown later."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.outage import last_known


class TopicManager(models.Manager["Topic"]):
    def choices(self) -> list[tuple[str, str]]:
        """Slug and name of each topic, for forms; the last ones known while the database is away."""
        return _topic_choices()


@last_known(default=list, of_the_frame=True)
def _topic_choices() -> list[tuple[str, str]]:
    return list(Topic.objects.values_list("slug", "name"))


class Topic(models.Model):
    slug = models.SlugField(_("slug"), unique=True)
    name = models.CharField(_("name"), max_length=100, unique=True)
    description = models.TextField(_("description"), blank=True)

    objects = TopicManager()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("articles:topic", args=[self.slug])


class Paper(models.Model):
    """The study that an article is about; one row per DOI."""

    doi = models.CharField("DOI", max_length=200, unique=True)
    pmid = models.CharField("PMID", max_length=20, blank=True)
    pmcid = models.CharField("PMCID", max_length=20, blank=True)
    title = models.TextField(_("title"))
    journal = models.CharField(_("journal"), max_length=300, blank=True)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)

    class Meta:
        verbose_name = _("paper")
        verbose_name_plural = _("papers")
        ordering = ["-year", "title"]
        constraints = [
            # DOIs are compared without case; stored in one case they cannot stand twice.
            models.CheckConstraint(condition=Q(doi=models.functions.Lower("doi")), name="paper_doi_lower_case")
        ]

    def __str__(self) -> str:
        return self.title


class ArticleQuerySet(models.QuerySet["Article"]):
    def published(self) -> "ArticleQuerySet":
        """Publishing is a question, not an event: state, a live revision, and the time has come."""
        return self.filter(
            state=Article.State.PUBLISHED, live_revision__isnull=False, published_at__lte=timezone.now()
        ).select_related("live_revision")

    def withdrawn(self) -> "ArticleQuerySet":
        """Those that visitors could once read."""
        return self.filter(state=Article.State.WITHDRAWN, published_at__lte=timezone.now())

    def next_published_at(self, now: datetime) -> datetime | None:
        """When the next of those whose time has not come is there by itself."""
        waiting = self.filter(state=Article.State.PUBLISHED, published_at__gt=now)
        return waiting.aggregate(next=models.Min("published_at"))["next"]


class Article(models.Model):
    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        WITHDRAWN = "withdrawn", _("withdrawn")

    slug = models.SlugField(_("slug"), max_length=100, unique=True)
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
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    # Who published or withdrew it last; nobody for the content that the site came with.
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, verbose_name=_("changed by")
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ["-published_at"]
        permissions = [("publish_article", _("Can publish and withdraw articles"))]
        indexes = [models.Index(fields=["state", "-published_at"], name="article_published")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="published") | Q(live_revision__isnull=False, published_at__isnull=False),
                name="article_published_is_complete",
            )
        ]

    def __str__(self) -> str:
        return self.live_revision.content["title"] if self.live_revision else self.slug

    def get_absolute_url(self) -> str:
        return reverse("articles:article", args=[self.slug])

    @property
    def content(self) -> dict[str, Any]:
        """The live snapshot, as article.schema.json describes it; empty before the first publishing."""
        return self.live_revision.content if self.live_revision else {}


class ArticleRevision(models.Model):
    """One saved state of an article. Never changed (a trigger says so): the next state is the next number."""

    class Source(models.TextChoices):
        FIRST_CONTENT = "first_content", _("first content")
        EDITOR = "editor", _("editor")

    article = models.ForeignKey(Article, models.PROTECT, related_name="revisions", verbose_name=_("article"))
    number = models.PositiveIntegerField(_("number"))
    content = models.JSONField(_("content"))
    content_sha256 = models.CharField(_("sha256"), max_length=64)
    source = models.CharField(_("source"), max_length=20, choices=Source, default=Source.EDITOR)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("saved by")
    )
    created_at = models.DateTimeField(_("saved at"), auto_now_add=True)

    class Meta:
        verbose_name = _("article revision")
        verbose_name_plural = _("article revisions")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["article", "number"], name="articlerevision_number_once")]

    def __str__(self) -> str:
        return f"{self.article.slug} {self.number}"
