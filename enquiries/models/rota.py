"""Who is here to be given a new lead, and whose turn it is."""

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection, models
from django.db.models import F, Func, Q, QuerySet, Value
from django.utils.translation import gettext_lazy as _

from foundation.staff import WORKS_HERE, staff_now

# The role whose work it is; clinic/roles.py names it too.
COORDINATOR = "coordinator"
# Who may own a lead follows it up; a trigger asks for the same.
FOLLOWS_UP = "enquiries.change_lead"


class Absence(models.Model):
    """Days on which somebody is given no new leads; both ends are among them."""

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="absences",
        verbose_name=_("who"),
        limit_choices_to=WORKS_HERE,
    )
    begins_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["-ends_on", "member"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("begins_on")),
                name="absence_ends_after_it_begins",
                violation_error_message=_("The last day comes before the first."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.member} {self.begins_on} – {self.ends_on}"


class Turn(models.Model):
    """When somebody was last given a lead by turns."""

    member = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="turn")
    taken_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.member} {self.taken_at}"


def follows_up() -> Q:
    """By the function that the trigger asks, too: written out, these joins are planned for longer than answered."""
    right = Value(FOLLOWS_UP.partition(".")[2])
    return Q(Func(F("pk"), right, function="staff_has_right", output_field=models.BooleanField()))


def possible_owners() -> QuerySet[Any]:
    return staff_now().filter(follows_up())


def owns_no_more() -> QuerySet[Any]:
    """Who left, or does other work now: leads of theirs are looked after by nobody."""
    return get_user_model()._default_manager.exclude(follows_up(), **WORKS_HERE)


def lock_turns() -> None:
    """One lead after the other, until the end of this transaction. Take a lead's own row before: one order for all."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('enquiries turns', 0))")


def at_work(day: date) -> QuerySet[Any]:
    """The coordinators who are here that day, whoever waited longest for a lead first."""
    away = Absence.objects.filter(begins_on__lte=day, ends_on__gte=day)
    staff = possible_owners().filter(groups__name=COORDINATOR)
    return staff.exclude(pk__in=away.values("member")).order_by(F("turn__taken_at").asc(nulls_first=True), "pk")
