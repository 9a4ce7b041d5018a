"""When the clinic is open: what counts towards a promised answer."""

from datetime import time

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from foundation.models.profile import ClinicProfile


class OpeningHours(models.Model):
    """One span of one weekday. A day may have several, and one without any is a day off."""

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("Monday")
        TUESDAY = 1, _("Tuesday")
        WEDNESDAY = 2, _("Wednesday")
        THURSDAY = 3, _("Thursday")
        FRIDAY = 4, _("Friday")
        SATURDAY = 5, _("Saturday")
        SUNDAY = 6, _("Sunday")

    profile = models.ForeignKey(ClinicProfile, models.CASCADE, related_name="opening_hours")
    weekday = models.PositiveSmallIntegerField(_("day of the week"), choices=Weekday)
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"), help_text=_("00:00 is the end of the day."))

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours, by which answers are promised")
        # Of the room in which it was made.
        db_table = "articles_openinghours"
        ordering = ["weekday", "opens"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes__gt=F("opens")) | Q(closes=time(0)),
                name="openinghours_close_later",
                violation_error_message=_("Closing comes after opening. Write a night as two rows, cut at 00:00."),
            ),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="openinghours_weekday"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"


class Holiday(models.Model):
    """A day on which the clinic is closed, whatever weekday it is."""

    profile = models.ForeignKey(ClinicProfile, models.CASCADE, related_name="holidays")
    day = models.DateField(_("day"))
    name = models.CharField(_("name"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        # Of the room in which it was made.
        db_table = "articles_holiday"
        ordering = ["day"]
        constraints = [
            # Typed twice, it would have to be deleted twice.
            models.UniqueConstraint(
                fields=["profile", "day"],
                name="holiday_day_once",
                violation_error_message=_("This day is on the list already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name}".strip()
