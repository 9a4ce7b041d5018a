"""How fast mail to many goes out, for all workers together; in rows, so that no restart forgets it."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# With room for clocks that do not run alike; what is closed for longer was closed by one that ran ahead.
NEXT_LOOK = timedelta(minutes=5)


class BulkPaceManager(models.Manager["BulkPace"]):
    def is_closed(self, now: datetime) -> bool:
        """The hour or the day is used up; looked at again within a minute."""
        return self.filter(pk=1, closed_until__gt=now, closed_until__lte=now + NEXT_LOOK).exists()


class BulkPace(models.Model):
    """One row: when the next mail may go, and until when none does. Only the function take_bulk_turn writes it."""

    next_at = models.DateTimeField(_("next mail at"))
    closed_until = models.DateTimeField(_("none before"), null=True, blank=True)

    objects = BulkPaceManager()

    class Meta:
        verbose_name = _("pace of mail to many")
        verbose_name_plural = _("pace of mail to many")
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="bulkpace_one_row")]

    def __str__(self) -> str:
        return f"{self.next_at:%H:%M:%S}"


class BulkSlot(models.Model):
    """As many as mails may go in one second: each is a mail's from its turn until a second after its answer."""

    free_at = models.DateTimeField(_("free at"))

    class Meta:
        verbose_name = _("slot of mail to many")
        verbose_name_plural = _("slots of mail to many")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.pk} {self.free_at:%H:%M:%S}"


class BulkMinute(models.Model):
    """How many went in one minute, of which hours and days are added up."""

    minute = models.DateTimeField(_("minute"), primary_key=True)
    mails = models.PositiveIntegerField(_("mails"))

    class Meta:
        verbose_name = _("mails to many in a minute")
        verbose_name_plural = _("mails to many in a minute")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.minute:%H:%M} {self.mails}"


class BulkDay(models.Model):
    """How many went on one day from one domain, by which a new sender's share grows; see BULK_WARMUP."""

    sender = models.CharField(_("domain of the sender"), max_length=254)
    day = models.DateField(_("day"))
    mails = models.PositiveIntegerField(_("mails"))

    class Meta:
        verbose_name = _("mails to many on a day")
        verbose_name_plural = _("mails to many on a day")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["sender", "day"], name="bulkday_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.mails}"


class SlowProviderQuerySet(models.QuerySet["SlowProvider"]):
    def standing(self) -> "SlowProviderQuerySet":
        """What a provider said an hour ago says nothing of now."""
        return self.filter(next_at__gt=timezone.now() - SlowProvider.FORGOTTEN_AFTER)

    def forgotten(self) -> "SlowProviderQuerySet":
        """Rows that would make the next refusal count as one of many."""
        return self.filter(next_at__lte=timezone.now() - SlowProvider.FORGOTTEN_AFTER)


class SlowProvider(models.Model):
    """One that said "not so much" (421, 450): mail to many goes there one by one, so far apart. Packets go as ever."""

    FORGOTTEN_AFTER = timedelta(hours=1)

    provider = models.CharField(_("provider"), max_length=254, primary_key=True)
    seconds = models.FloatField(_("seconds between two mails"))
    next_at = models.DateTimeField(_("next mail at"))
    # Several workers hear the same refusal at once, and it counts as one.
    grown_at = models.DateTimeField(_("last refusal at"))

    objects = SlowProviderQuerySet.as_manager()

    class Meta:
        verbose_name = _("provider that takes mail slowly")
        verbose_name_plural = _("providers that take mail slowly")
        default_permissions = ()

    def __str__(self) -> str:
        return self.provider
