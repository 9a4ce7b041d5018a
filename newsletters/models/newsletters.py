"""One issue of the newsletter. What goes out is the frozen text of its approval; a draft is what that is made of."""

import json
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models import Article, Topic
from mailings.models import Mailing


class NewsletterQuerySet(models.QuerySet["Newsletter"]):
    def went_out(self) -> "NewsletterQuerySet":
        """What people got, so that it may be shown to everybody; also while it goes again to whom it missed."""
        return self.filter(sent_at__isnull=False)

    def archived(self) -> "NewsletterQuerySet":
        """Also what was stopped on its way, so that whoever has it finds it, and reads that it was."""
        return self.filter(Q(sent_at__isnull=False) | Q(stopped_at__isnull=False))

    def discarded(self) -> "NewsletterQuerySet":
        """Drafts that nobody wants any more: never approved as they stand, so no word of them is owed to anybody."""
        return self.filter(state=Newsletter.State.CANCELLED, frozen="", mailing=None)

    def due(self, now: datetime) -> "NewsletterQuerySet":
        """Its time has come, and not long ago: the site may have been away for a night, and news grow old."""
        return self.filter(
            state=Newsletter.State.SCHEDULED, scheduled_for__lte=now, scheduled_for__gt=now - Newsletter.LATE
        )

    def late(self, now: datetime) -> "NewsletterQuerySet":
        return self.late_since(now - Newsletter.LATE)

    def late_since(self, moment: Any) -> "NewsletterQuerySet":
        return self.filter(state=Newsletter.State.SCHEDULED, scheduled_for__lte=moment)

    def last_speed(self) -> float:
        """Mails a second of the last issue that says something of it; 0 before the first.

        One of a few is over long before anybody looks, and one that was held up stood still.
        """
        found = self.went_out().filter(candidates__gte=Newsletter.FEWEST_TIMED, resumed_at=None)
        last = found.order_by("-begun_at").first()
        seconds = (last.sent_at - last.begun_at).total_seconds() if last and last.sent_at and last.begun_at else 0
        return last.candidates / seconds if last and last.candidates and seconds > 0 else 0.0


class Newsletter(models.Model):
    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        APPROVED = "approved", _("approved")
        SCHEDULED = "scheduled", _("scheduled")
        SENDING = "sending", _("sending")
        PAUSED = "paused", _("paused")
        SENT = "sent", _("sent")
        CANCELLED = "cancelled", _("cancelled")

    class PausedBecause(models.TextChoices):
        STAFF = "staff", _("Somebody who works here paused it.")
        BOUNCES = "bounces", _("Of a hundred mails two or more came back, since the addresses do not exist.")
        COMPLAINTS = "complaints", _("Of a thousand people one or more reported it as spam.")
        ARTICLE = "article", _("An article in it was withdrawn, retracted or overturned since.")
        # Of a monthly e-mail; an issue waits as approved.
        RESTORED = "restored", _("The database was restored from a backup, and people may have it already.")

    LATE = timedelta(hours=2)
    # Whether it is over is looked at every few seconds.
    FEWEST_TIMED = 1000
    UNDER_WAY = (State.SENDING, State.PAUSED)

    state = models.CharField(_("state"), max_length=20, choices=State, default=State.DRAFT)
    # Of the page on which it was begun: a second click there, or the way back to it, makes no second draft.
    form_key = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    # What it is made of; the triggers let it be changed in a draft only.
    language = models.CharField(_("language"), max_length=20, default=settings.LANGUAGE_CODE)
    subject = models.CharField(_("subject"), max_length=150)
    preheader = models.CharField(
        _("preheader"),
        max_length=150,
        blank=True,
        help_text=_("Mail programs show it behind the subject, before the mail is opened."),
    )
    introduction = models.TextField(_("introduction"), blank=True, help_text=_("Markdown, as in articles."))
    # Empty: made of the same source as the HTML.
    text = models.TextField(_("text part"), blank=True)

    counts_clicks = models.BooleanField(
        _("count how often its links are followed"),
        default=False,
        db_default=False,
        help_text=_(
            "As a sum for all readers, by article and day; shown from ten on, and never who. The links then lead over "
            "an address of this site, which readers see. Without the tick they lead straight to the articles."
        ),
    )

    # Who gets it, of those who are confirmed and may be written to; what is empty asks nothing.
    topics = models.ManyToManyField(
        Topic, through="NewsletterTopic", related_name="+", blank=True, verbose_name=_("who chose one of these topics")
    )
    to_language = models.CharField(_("who reads this language"), max_length=20, blank=True)
    joined_since = models.DateField(_("who joined since"), null=True, blank=True)
    got = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("who got this issue")
    )
    did_not_get = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("who did not get this issue")
    )

    # Frozen by the approval: what is rendered for everybody, as JSON whose sha256 is what somebody said yes to.
    frozen = models.TextField(blank=True, editable=False)
    frozen_sha256 = models.CharField("sha256", max_length=64, blank=True, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("approved by"),
    )
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True, editable=False)

    launched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("launched by"),
    )
    # Not before it do the first mails go; until then it can be taken back.
    scheduled_for = models.DateTimeField(_("goes out at"), null=True, blank=True, editable=False)
    paused_because = models.CharField(
        _("paused because"), max_length=20, choices=PausedBecause, blank=True, editable=False
    )
    # What was held against it before it was resumed does not pause it again.
    resumed_at = models.DateTimeField(_("resumed at"), null=True, blank=True, editable=False)
    # From here on: written by the launch in one transaction with the recipients.
    number = models.PositiveIntegerField(_("number"), null=True, blank=True, unique=True, editable=False)
    slug = models.SlugField(_("slug"), max_length=100, blank=True, editable=False)
    mailing = models.OneToOneField(
        Mailing, models.PROTECT, null=True, blank=True, editable=False, verbose_name=_("mailing")
    )
    candidates = models.PositiveIntegerField(_("recipients"), null=True, blank=True, editable=False)
    begun_at = models.DateTimeField(_("begun at"), null=True, blank=True, editable=False)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True, editable=False)
    # Cancelled when some had it already and others did not.
    stopped_at = models.DateTimeField(_("stopped on its way at"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = NewsletterQuerySet.as_manager()

    class Meta:
        verbose_name = _("newsletter")
        verbose_name_plural = _("newsletters")
        ordering = ["-created_at"]
        permissions = [
            ("approve_newsletter", _("Can approve newsletters that others wrote")),
            ("send_newsletter", _("Can send newsletters, pause and cancel them")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["slug"], condition=~Q(slug=""), name="newsletter_slug_once"),
            models.CheckConstraint(condition=~Q(subject=""), name="newsletter_has_subject"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "cancelled"])
                | (~Q(frozen="") & Q(approved_by__isnull=False, approved_at__isnull=False)),
                name="newsletter_beyond_draft_is_approved",
            ),
            models.CheckConstraint(
                condition=~Q(state="scheduled") | Q(scheduled_for__isnull=False, launched_by__isnull=False),
                name="newsletter_scheduled_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["sending", "paused", "sent"])
                | (Q(mailing__isnull=False, candidates__isnull=False, number__isnull=False) & ~Q(slug="")),
                name="newsletter_begun_has_recipients",
            ),
            models.CheckConstraint(
                condition=Q(state="paused") & ~Q(paused_because="") | ~Q(state="paused") & Q(paused_because=""),
                name="newsletter_paused_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False), name="newsletter_sent_has_time"
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    def get_absolute_url(self) -> str:
        """In the archive; of what went out."""
        return reverse("newsletters:archived-issue", args=[self.slug])

    @property
    def content(self) -> dict[str, Any]:
        """What was approved; empty before that."""
        return json.loads(self.frozen) if self.frozen else {}

    @property
    def has_begun(self) -> bool:
        return self.mailing_id is not None

    @property
    def is_stopped(self) -> bool:
        return self.stopped_at is not None and self.sent_at is None

    @property
    def went_out_at(self) -> datetime | None:
        return self.sent_at or self.begun_at

    @property
    def is_late(self) -> bool:
        return Newsletter.objects.late(timezone.now()).filter(pk=self.pk).exists()

    def stops(self) -> list[tuple[int, str]]:
        """Its articles that people should not be sent to, each with a code; call it in a transaction."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT article, code FROM newsletter_stops(%s)", [self.pk])
            return cursor.fetchall()


class NewsletterEntry(models.Model):
    """One summary in it, in the order in which they are read."""

    newsletter = models.ForeignKey(Newsletter, models.CASCADE, related_name="entries", verbose_name=_("newsletter"))
    article = models.ForeignKey(Article, models.PROTECT, related_name="+", verbose_name=_("article"))
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        ordering = ["position"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["newsletter", "article"], name="newsletterentry_article_once"),
            models.UniqueConstraint(fields=["newsletter", "position"], name="newsletterentry_position_once"),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.article}"


class NewsletterTopic(models.Model):
    """A row of its own, so that deleting a topic is refused: with none left, an issue would go to everybody."""

    newsletter = models.ForeignKey(Newsletter, models.CASCADE, related_name="+", verbose_name=_("newsletter"))
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="+", verbose_name=_("topic"))

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["newsletter", "topic"], name="newslettertopic_once")]

    def __str__(self) -> str:
        return str(self.topic)
