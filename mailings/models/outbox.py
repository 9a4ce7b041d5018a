"""The outbox: one row a mail, and the ledger of what became of it."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, models
from django.db.models import Func, Max, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.addresses import ERASED, AddressField, address_is_lower_case
from mailings.models.mailings import Mailing
from mailings.models.pace import NEXT_LOOK
from mailings.models.providers import behind
from mailings.models.why import Why, in_words

# After a restart, for whoever kept an answer meanwhile: it tries every half second, and may wait two for a connection.
TIME_TO_WRITE_DOWN = timedelta(seconds=3)
# A clock that is off by less is nobody's trouble, and no mail is queued for a time so far away.
FAR_AHEAD = timedelta(hours=1)


def misdated(now: datetime) -> Q:
    """To be tried later than anything here puts a mail off: a clock ran ahead when that was written."""
    longest = timedelta(seconds=max(settings.MAIL_RETRY_SECONDS))
    queued = Q(attempts=0, priority=OutgoingEmail.Priority.NOW, next_attempt_at__gt=now + FAR_AHEAD)
    return queued | Q(attempts__gt=0, next_attempt_at__gt=now + longest + FAR_AHEAD)


# In one trip, since each claim asks it: what ProviderPause, Mailing, SlowProvider and BulkPace say.
STANDS_STILL = """
SELECT 'provider', provider FROM mailings_providerpause WHERE resumed_at IS NULL
UNION ALL SELECT 'mailing', id::text FROM mailings_mailing WHERE paused_at IS NOT NULL
UNION ALL SELECT 'slow', provider FROM mailings_slowprovider WHERE next_at > %(now)s AND next_at <= %(soon)s
UNION ALL SELECT 'closed', '' FROM mailings_bulkpace WHERE closed_until > %(now)s AND closed_until <= %(next_look)s
"""


def what_stands_still(now: datetime) -> dict[str, list[str]]:
    """By what it is, its names; nothing for what flows. A clock that ran ahead makes nobody wait."""
    soon = now + timedelta(seconds=settings.MAIL_SLOW_SECONDS[1])
    found: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(STANDS_STILL, {"now": now, "soon": soon, "next_look": now + NEXT_LOOK})
        for what, name in cursor.fetchall():
            found.setdefault(what, []).append(name)
    return found


class HasBeenUp(Func):
    """Whether Postgres has been up for so long. By its own clock, which knows when it began."""

    template = "(now() - pg_postmaster_start_time() >= %(expressions)s)"
    output_field = models.BooleanField()


class OutgoingEmailQuerySet(models.QuerySet["OutgoingEmail"]):
    def due(self, now: datetime) -> "OutgoingEmailQuerySet":
        """Waiting and its time has come, or left on the wire by a process that died.

        What a wrong clock made to wait does not wait: whoever still has it in hand loses it before it is on the wire.
        """
        unclaimed = Q(lease_until=None) | Q(lease_until__lt=now) | Q(lease_until__gt=now + FAR_AHEAD)
        its_time = Q(next_attempt_at__lte=now) | misdated(now)
        waiting = Q(state=OutgoingEmail.State.QUEUED) & its_time & unclaimed
        left = Q(state=OutgoingEmail.State.SENDING, lease_until__lt=now)
        return self.filter(waiting | (left & Q(HasBeenUp(Value(TIME_TO_WRITE_DOWN)))))

    def flowing(self) -> "OutgoingEmailQuerySet":
        """Without what waits for a provider that refuses us or is slow, for its mailing, or for the next hour."""
        stands = what_stands_still(timezone.now())
        found = self.exclude(behind(stands["provider"])) if "provider" in stands else self
        found = found.exclude(mailing__in=stands["mailing"]) if "mailing" in stands else found
        bulk = OutgoingEmail.Priority.BULK
        found = found.exclude(behind(stands["slow"]), priority=bulk) if "slow" in stands else found
        return found.exclude(priority=bulk) if "closed" in stands else found

    def waiting(self) -> "OutgoingEmailQuerySet":
        """All that is still to go out, now or later."""
        return self.filter(state__in=[OutgoingEmail.State.QUEUED, OutgoingEmail.State.SENDING])

    def oldest_due(self, now: datetime) -> datetime | None:
        """Since when the mail that has waited longest could have gone out, as none can to who refuses us."""
        found = self.due(now).flowing().filter(next_attempt_at__lte=now).order_by("next_attempt_at")
        # The index is by priority first: of each it has the oldest in front, however many wait behind it.
        first = [found.filter(priority=each).values("next_attempt_at")[:1] for each in OutgoingEmail.Priority]
        return min((row["next_attempt_at"] for row in first[0].union(*first[1:], all=True)), default=None)

    def far_ahead(self, now: datetime) -> datetime | None:
        """The latest time to come that a mail bears: when it was queued, or until when a wrong clock puts it off."""
        queued = self.filter(created_at__gt=now + FAR_AHEAD).aggregate(at=Max("created_at"))["at"]
        put_off = self.waiting().filter(misdated(now)).aggregate(at=Max("next_attempt_at"))["at"]
        return max(filter(None, [queued, put_off]), default=None)

    def to(self, address: str) -> "OutgoingEmailQuerySet":
        return self.filter(email=address)

    def to_people(self) -> "OutgoingEmailQuerySet":
        return self.exclude(audience=OutgoingEmail.Audience.STAFF)

    def to_staff(self) -> "OutgoingEmailQuerySet":
        return self.filter(audience=OutgoingEmail.Audience.STAFF)

    def did_not_arrive(self) -> "OutgoingEmailQuerySet":
        """Nobody got it, or nobody can say; what was no longer wanted is not among them."""
        return self.of_somebody().filter(
            Q(state__in=OutgoingEmail.DID_NOT_ARRIVE) | Q(state=OutgoingEmail.State.CANCELLED, forbidden=True)
        )

    def of_somebody(self) -> "OutgoingEmailQuerySet":
        """Without the mails of erased people, whose links are dead."""
        return self.exclude(email__endswith=OutgoingEmail.ERASED)

    def counted(self) -> "OutgoingEmailQuerySet":
        """What reached, or may still reach, the person: the rest does not count against a limit."""
        return self.exclude(state__in=OutgoingEmail.NEVER_REACHED)


class OutgoingEmail(models.Model):
    """A mail that must go out. It holds no body: that is rendered at send time from what caused it."""

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        SENDING = "sending", _("sending")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")
        BOUNCED = "bounced", _("came back")
        # On the wire without an answer once too often: it may have arrived, so staff decide.
        UNCERTAIN = "uncertain", _("uncertain")

    class Priority(models.IntegerChoices):
        NOW = 1, _("somebody waits for it")
        BULK = 2, _("sent to many")

    class Audience(models.TextChoices):
        PERSON = "person", _("a person")
        # To the clinic itself, which no bounce may silence; and nobody's, so erasing whoever has its address leaves it.
        STAFF = "staff", _("staff")

    NEVER_REACHED = (State.FAILED, State.CANCELLED, State.BOUNCED)
    DID_NOT_ARRIVE = (State.FAILED, State.BOUNCED, State.UNCERTAIN)
    ERASED = ERASED

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=40)
    # Only the version before leaves it to Postgres, so empty; the trigger outgoingemail_adopt sees that and mends it.
    audience = models.CharField(
        _("goes to"), max_length=10, choices=Audience, default=Audience.PERSON, db_default="", editable=False
    )
    language = models.CharField(
        _("language"), max_length=20, default=settings.LANGUAGE_CODE, db_default=settings.LANGUAGE_CODE, editable=False
    )
    priority = models.PositiveSmallIntegerField(
        _("priority"), choices=Priority, default=Priority.NOW, db_default=Priority.NOW
    )
    # The sending of which it is one of many; its index is made apart, and only of these.
    mailing = models.ForeignKey(
        Mailing,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="mails",
        editable=False,
        verbose_name=_("mailing"),
    )
    email = AddressField(_("to"))
    # A lock, so that one cause makes one mail, and nothing else: nobody reads it, and what a mail is about is a row.
    dedupe_key = models.CharField(_("key"), max_length=200, unique=True)
    message_id = models.CharField(_("Message-ID"), max_length=200, unique=True)
    # What a provider calls it in its reports; empty for plain SMTP, where reports name our own Message-ID.
    provider_message_id = models.CharField(max_length=200, blank=True, db_default="", editable=False)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.QUEUED)
    next_attempt_at = models.DateTimeField(_("next attempt at"), default=timezone.now)
    lease_id = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    # How often it was on the wire and no answer came, so how many copies may be out at most.
    unanswered = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    last_reply = models.TextField(_("last reply"), blank=True)
    # What we ourselves say of it, by its code; before, or in place of, the words of a mail server.
    why = models.CharField(_("why"), max_length=20, choices=Why, blank=True, db_default="")
    # Cancelled because its address is suppressed, and not because it was no longer wanted.
    forbidden = models.BooleanField(_("may not be sent"), default=False, db_default=False, editable=False)
    created_at = models.DateTimeField(_("queued at"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)

    objects = OutgoingEmailQuerySet.as_manager()

    class Meta:
        verbose_name = _("outgoing e-mail")
        verbose_name_plural = _("outgoing e-mails")
        ordering = ["-created_at"]
        # Sending again, settling, resuming and lifting can annoy many people at once.
        permissions = [("steer_mail", _("Can steer outgoing mail"))]
        indexes = [
            # The drain and the sweep look only at what is left to do, however long the ledger grows.
            models.Index(
                fields=["priority", "next_attempt_at"],
                name="outgoingemail_next",
                condition=Q(state__in=["queued", "sending"]),
            ),
            # The list that staff see, newest first, so read from its end; an issue adds all its mails there.
            models.Index(fields=["created_at"], name="outgoingemail_queued"),
            # Reports of bounces find their mail by it.
            models.Index(
                fields=["provider_message_id"], name="outgoingemail_provider", condition=~Q(provider_message_id="")
            ),
            # "Who did not get it", however long the ledger grows.
            models.Index(
                fields=["-created_at"],
                name="outgoingemail_did_not_arrive",
                condition=Q(state__in=["failed", "bounced", "uncertain"]) | Q(state="cancelled", forbidden=True),
            ),
            # Staff's list of what stopped on its way: few, among millions that went out.
            models.Index(
                fields=["state", "id"],
                name="outgoingemail_stopped",
                condition=Q(state__in=["failed", "bounced", "cancelled", "uncertain"]),
            ),
            # Their list of what waits, which is not always the newest.
            models.Index(fields=["id"], name="outgoingemail_waiting", condition=Q(state__in=["queued", "sending"])),
            # Their list of one kind. The rows of an issue are everywhere, and found without it; freezing writes none.
            models.Index(fields=["kind", "id"], name="outgoingemail_of_kind", condition=~Q(kind="newsletter")),
            # Which notices to themselves did not arrive: Today asks it each time.
            models.Index(
                fields=["-created_at"],
                name="outgoingemail_missed_notice",
                condition=Q(audience="staff")
                & (Q(state__in=["failed", "bounced", "uncertain"]) | Q(state="cancelled", forbidden=True)),
            ),
            # The account of one sending, how many of its mails are where; and its ledger, read page by page.
            models.Index(
                fields=["mailing", "state", "id"], name="outgoingemail_of_mailing", condition=Q(mailing__isnull=False)
            ),
            # All that went to an address. Of it alone: Postgres then keeps each address once, however many mails it
            # got, and the whole stays in memory. With more fields an issue among five million took twice as long.
            models.Index(fields=["email"], name="outgoingemail_to"),
            # Limits count the mails of one address and kind; staff get thousands of one.
            models.Index(
                fields=["email", "kind", "created_at"], name="outgoingemail_share", condition=~Q(kind="newsletter")
            ),
        ]
        constraints = [
            address_is_lower_case("outgoingemail"),
            models.CheckConstraint(condition=~Q(email=""), name="outgoingemail_email_not_empty"),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False), name="outgoingemail_sent_has_time"
            ),
            models.CheckConstraint(
                condition=~Q(state="sending") | Q(lease_until__isnull=False), name="outgoingemail_sending_has_lease"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} · {self.get_state_display()}"

    @property
    def in_words(self) -> str:
        return in_words(self.why, self.last_reply)

    @property
    def is_missing(self) -> bool:
        """Of this mail what did_not_arrive() asks of all."""
        return self.state in self.DID_NOT_ARRIVE or (self.state == self.State.CANCELLED and self.forbidden)

    @property
    def is_to_staff(self) -> bool:
        return self.audience == self.Audience.STAFF

    @property
    def is_to_many(self) -> bool:
        return self.priority == self.Priority.BULK

    @property
    def is_erased(self) -> bool:
        return self.email.endswith(self.ERASED)
