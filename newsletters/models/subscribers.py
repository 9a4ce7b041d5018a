import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models import Topic
from foundation.addresses import AddressField, AddressHashField, address_is_lower_case
from foundation.held import held_because
from mailings.models.consent import Consent
from mailings.models.outbox import OutgoingEmail
from newsletters.models.imports import ImportedConsent


class SubscriberQuerySet(models.QuerySet["Subscriber"]):
    def held(self) -> "SubscriberQuerySet":
        return self.filter(state=Subscriber.State.HELD)

    def may_get_mail(self) -> "SubscriberQuerySet":
        """Who is on the list and wants mail just now. Asked when an issue begins, and again before each mail.

        Nobody stays on the list to whom nothing may be sent: whatever stops an address takes it off (take_off).
        """
        return self.filter(Q(paused_until=None) | Q(paused_until__lte=Now()), state=Subscriber.State.CONFIRMED)

    def may_get_issue(self) -> "SubscriberQuerySet":
        return self.may_get_mail().filter(rhythm=Subscriber.Rhythm.EACH)

    def may_get_digest(self) -> "SubscriberQuerySet":
        """Who would rather have one mail a month than each issue."""
        return self.may_get_mail().filter(rhythm=Subscriber.Rhythm.MONTHLY)

    def confirmed_by_link(self) -> "SubscriberQuerySet":
        """By the link of a mail that arrived, and not by a list."""
        return self.filter(state=Subscriber.State.CONFIRMED, confirmation__isnull=False)

    def taken_off(self) -> "SubscriberQuerySet":
        """By what a mail server said of their address, and not on their own word; some have asked for it again."""
        states = (Subscriber.State.UNSUBSCRIBED, Subscriber.State.PENDING)
        return self.filter(state__in=states, taken_off_at__isnull=False)

    def unhashed(self) -> "SubscriberQuerySet":
        """As the build before wrote them, or plain SQL; see actions.fill_hashes."""
        return self.filter(address_hash=None)

    def reading(self, topics: Any) -> "SubscriberQuerySet":
        """Who chose one of these topics, or none at all, which is all of them. topics: ids, rows or a query."""
        chosen = SubscriberTopic.objects.filter(subscriber=OuterRef("pk"))
        return self.filter(~Exists(chosen) | Exists(chosen.filter(topic__in=topics)))


class Subscriber(models.Model):
    """An address that asked for the newsletter; it gets one only while confirmed."""

    class State(models.TextChoices):
        HELD = "held", _("held")
        PENDING = "pending", _("waiting for confirmation")
        CONFIRMED = "confirmed", _("confirmed")
        UNSUBSCRIBED = "unsubscribed", _("unsubscribed")

    class Rhythm(models.TextChoices):
        EACH = "each", _("each issue when it comes out")
        MONTHLY = "monthly", _("one e-mail a month, with what came out")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = AddressField(_("e-mail address"), unique=True)
    # By which Postgres finds whom nothing may be sent to, among a million of them.
    address_hash = AddressHashField()
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.PENDING)
    # A HeldReason; a sentence in what was held before there were codes.
    held_reason = models.CharField(_("held because"), max_length=300, blank=True, db_default="")
    # Of the page on which they signed up, if the site speaks it.
    language = models.CharField(
        _("language"), max_length=20, default=settings.LANGUAGE_CODE, db_default=settings.LANGUAGE_CODE, editable=False
    )
    # What they chose by the link in their mails.
    topics = models.ManyToManyField(
        Topic, through="SubscriberTopic", related_name="+", blank=True, verbose_name=_("topics")
    )
    rhythm = models.CharField(
        _("how often"), max_length=10, choices=Rhythm, default=Rhythm.EACH, db_default=Rhythm.EACH, editable=False
    )
    paused_until = models.DateTimeField(_("paused until"), null=True, blank=True, editable=False)
    # None of who came with a list: of them an import says what they agreed to, or they were only asked so far.
    consent = models.ForeignKey(Consent, models.PROTECT, null=True, blank=True, verbose_name=_("consent"))
    imported = models.ForeignKey(
        ImportedConsent,
        models.PROTECT,
        null=True,
        blank=True,
        # Nobody asks whose a consent is; an index would be built under a lock.
        db_index=False,
        editable=False,
        related_name="+",
        verbose_name=_("consent given elsewhere"),
    )
    # The link in the newest confirmation mail is the one that counts.
    confirmation = models.OneToOneField(
        OutgoingEmail, models.PROTECT, null=True, related_name="confirms", verbose_name=_("confirmation mail")
    )
    welcome = models.OneToOneField(
        OutgoingEmail, models.PROTECT, null=True, related_name="welcomes", verbose_name=_("welcome mail")
    )
    created_at = models.DateTimeField(_("signed up at"), auto_now_add=True)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    unsubscribed_at = models.DateTimeField(_("unsubscribed at"), null=True, blank=True)
    # When a reader's address was called dead: of those whom staff put right, they read on.
    taken_off_at = models.DateTimeField(_("taken off at"), null=True, blank=True, editable=False)

    # What staff did last on somebody's word: who said it and how, on which day, and who heard it.
    said = models.TextField(_("who said so, and how"), blank=True, db_default="", editable=False)
    said_on = models.DateField(_("said on"), null=True, blank=True, editable=False)
    heard_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        # Staff are never deleted, and nobody asks what one colleague heard; an index would be built under a lock.
        db_index=False,
        verbose_name=_("heard by"),
    )

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscriber")
        verbose_name_plural = _("subscribers")
        # Of the room in which it was made.
        db_table = "mailings_subscriber"
        ordering = ["-created_at"]
        permissions = [
            ("import_subscribers", _("Can bring subscribers from elsewhere")),
            ("export_subscribers", _("Can take the list of subscribers out of the house")),
        ]
        indexes = [
            # Staff's list of them, counted on Today and at each scrape of the metrics.
            models.Index(fields=["email"], name="subscriber_held", condition=models.Q(state="held")),
            # Who left after an issue, of all who ever did.
            models.Index(fields=["unsubscribed_at"], name="subscriber_left", condition=models.Q(state="unsubscribed")),
            models.Index(fields=["id"], name="subscriber_unhashed", condition=models.Q(address_hash=None)),
        ]
        constraints = [
            address_is_lower_case("subscriber"),
            models.CheckConstraint(
                condition=~models.Q(state="confirmed") | models.Q(confirmed_at__isnull=False),
                name="subscriber_confirmed_has_time",
            ),
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def held_because(self) -> str:
        return held_because(self.held_reason)

    @property
    def is_paused(self) -> bool:
        return self.paused_until is not None and self.paused_until > timezone.now()


class SubscriberTopic(models.Model):
    """A row of its own, so that deleting a topic is refused: whoever has none left would get all of them.

    Postgres takes these along with the subscriber, since the version before deletes them and knows nothing of it.
    """

    subscriber = models.ForeignKey(
        Subscriber, models.CASCADE, related_name="+", db_index=False, verbose_name=_("subscriber")
    )
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="+", verbose_name=_("topic"))

    class Meta:
        default_permissions = ()
        # Also the index by which a subscriber finds theirs.
        constraints = [models.UniqueConstraint(fields=["subscriber", "topic"], name="subscribertopic_once")]

    def __str__(self) -> str:
        return str(self.topic)
