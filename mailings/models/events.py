"""What happened to a mail, one line each: the timeline that staff read."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mailings.models.meaning import ABOUT_US, Meaning
from mailings.models.outbox import OutgoingEmail
from mailings.models.why import Why, in_words


class MailEventQuerySet(models.QuerySet["MailEvent"]):
    def refusals_of_us(self) -> "MailEventQuerySet":
        """Told to our own connection, or by a provider who proves who it is; what is returned anybody may write."""
        refusals = self.filter(kind__in=MailEvent.REFUSALS, meaning__in=ABOUT_US)
        return refusals.exclude(report_id__startswith=MailEvent.RETURNED)

    def hard_returns(self) -> "MailEventQuerySet":
        """Refused or returned for good, and not for what may pass or is about us: the address is dead or made up."""
        refused = self.filter(kind__in=MailEvent.REFUSALS, why="").exclude(meaning__in=SAYS_LITTLE)
        return refused.exclude(status__startswith="4").exclude(reply__startswith="4")


# Of the address, that is: these may pass, are about us, or about this one mail.
SAYS_LITTLE = (
    *ABOUT_US,
    *(Meaning.FULL, Meaning.TOO_LARGE, Meaning.DECLINED, Meaning.TOO_MUCH, Meaning.FAULT, Meaning.UNREACHABLE),
)


class MailEvent(models.Model):
    """A try and its reply, or what a mail server or provider reported later. Append-only; a report counts once."""

    class Kind(models.TextChoices):
        DEFERRED = "deferred", _("not taken yet")
        INTERRUPTED = "interrupted", _("cut off while it was on its way")
        UNCERTAIN = "uncertain", _("cut off again: nobody knows whether it arrived")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")
        DELIVERED = "delivered", _("arrived")
        DELAYED = "delayed", _("waits at another server")
        BOUNCED = "bounced", _("came back")
        COMPLAINED = "complained", _("was reported as spam")
        UNSUBSCRIBED = "unsubscribed", _("left through the mail program")
        REQUEUED = "requeued", _("sent again by staff")
        SETTLED = "settled", _("taken as arrived by staff")

    # By the recipient's server itself, or by one on the way.
    REFUSALS = (Kind.FAILED, Kind.BOUNCED)
    # Begins the report_id of what came as a mail: it proves which mail of ours it is about, and not who wrote it.
    RETURNED = "bounce:"

    # None: a report about a mail that is not in the outbox.
    outgoing = models.ForeignKey(
        OutgoingEmail, models.PROTECT, null=True, blank=True, related_name="events", verbose_name=_("mail")
    )
    kind = models.CharField(_("what"), max_length=20, choices=Kind)
    # The enhanced status code (5.1.1) where the server gave one, else its three digits.
    status = models.CharField(_("code"), max_length=12, blank=True)
    reply = models.TextField(_("reply"), blank=True)
    # What the reply means by its words or code; empty where we do not know, and in what is older than this.
    meaning = models.CharField(_("meaning"), max_length=20, choices=Meaning, blank=True, db_default="")
    why = models.CharField(_("why"), max_length=20, choices=Why, blank=True, db_default="")
    # Who reported it and under which name, such as "postmark:883953f4"; empty for our own tries.
    report_id = models.CharField(max_length=200, blank=True, editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"), default=timezone.now)

    objects = MailEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail event")
        verbose_name_plural = _("mail events")
        ordering = ["-at", "-pk"]
        indexes = [
            # How the last day's mails fared, which the metrics ask all the time.
            models.Index(fields=["at", "kind"], name="mailevent_newest"),
            # Several addresses that refuse us within minutes mean that the fault is ours.
            models.Index(
                fields=["at"], name="mailevent_about_us", condition=Q(meaning__in=["unwanted", "our_address"])
            ),
            # How many complained of one sending, of whose mails each has several lines.
            models.Index(fields=["outgoing"], name="mailevent_complained", condition=Q(kind="complained")),
        ]
        constraints = [
            # Providers report again until we answer, and sometimes after it.
            models.UniqueConstraint(fields=["report_id"], condition=~Q(report_id=""), name="mailevent_report_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d %H:%M}"

    @property
    def in_words(self) -> str:
        return in_words(self.why, self.reply)
