"""The mail before a next action that has a time of day: who wants it, and that it was written."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from enquiries.models.leads import Lead
from enquiries.models.rota import possible_owners
from mailings.models import OutgoingEmail, Why

# Time to finish what one is at.
AHEAD = timedelta(minutes=15)
# Of what was planned for the very next minute, the job may hear when that is over.
BEHIND = timedelta(minutes=1)


class ReminderReader(models.Model):
    """An account that wants it; one without a row does not."""

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="+", verbose_name=_("account")
    )

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.account)


def reminder_readers() -> QuerySet:
    """Those who still follow up leads."""
    return possible_owners().filter(pk__in=ReminderReader.objects.values("account"))


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def standing(self) -> "ReminderQuerySet":
        """Without what was put off before its mail was out: put back again, it is reminded of again."""
        return self.exclude(outgoing__state=OutgoingEmail.State.CANCELLED, outgoing__why=Why.NO_LONGER_WANTED)


class Reminder(models.Model):
    lead = models.ForeignKey(Lead, models.PROTECT, related_name="reminders", verbose_name=_("lead"))
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("account"))
    due_at = models.DateTimeField(_("due at"))
    outgoing = models.OneToOneField(OutgoingEmail, models.PROTECT, related_name="reminder", verbose_name=_("mail"))

    objects = ReminderQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            # However often the job runs, and also when it was put off and back again.
            models.UniqueConstraint(fields=["lead", "account", "due_at"], name="reminder_once"),
        ]

    def __str__(self) -> str:
        return f"{self.account} · {self.due_at}"
