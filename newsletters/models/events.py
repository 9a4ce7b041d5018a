"""Who did what to an issue, one line each; append-only."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mailings.models import OutgoingEmail
from newsletters.models.newsletters import Newsletter


class NewsletterEventQuerySet(models.QuerySet["NewsletterEvent"]):
    def fell_back(self) -> "NewsletterEventQuerySet":
        """Of each issue that could not begin at its time, and waits since, the move that says so."""
        moves = NewsletterEvent.objects.filter(
            newsletter__state=Newsletter.State.APPROVED, kind=NewsletterEvent.Kind.MOVED
        )
        last = moves.order_by("newsletter_id", "-at", "-pk").distinct("newsletter_id").values("pk")
        return self.filter(pk__in=last, data__from=Newsletter.State.SCHEDULED, actor=None)

    def held_since(self, move: "NewsletterEvent") -> "NewsletterEventQuerySet":
        return self.filter(kind=NewsletterEvent.Kind.HELD, pk__gt=move.pk)


class NewsletterEvent(models.Model):
    class Kind(models.TextChoices):
        SAVED = "saved", _("saved")
        TESTED = "tested", _("sent to oneself as a test")
        SENT_AGAIN = "sent_again", _("sent again to who had not got it")
        HELD = "held", _("held after a restore, since it may be out already")
        # A trigger writes these, so that no path moves an issue and leaves no trace.
        MOVED = "moved", _("moved")

    newsletter = models.ForeignKey(Newsletter, models.PROTECT, related_name="events", verbose_name=_("newsletter"))
    kind = models.CharField(_("what"), max_length=20, choices=Kind)
    # Of a move: from, to, and why, as codes. Of sending again: to how many, and how many may not get it. Of saving it
    # from the page on which it was begun, of a test and of sending again: which page. Of a test: of which words.
    data = models.JSONField(default=dict, blank=True, db_default={})
    # A test to oneself.
    outgoing = models.OneToOneField(
        OutgoingEmail, models.PROTECT, null=True, blank=True, related_name="newsletter_test", verbose_name=_("mail")
    )
    # Nobody: what the site does by itself.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, db_index=False, verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"), default=timezone.now)

    objects = NewsletterEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event of a newsletter")
        verbose_name_plural = _("events of newsletters")
        ordering = ["-at", "-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d %H:%M}"
