"""What the clinic counted among its own people: no number can be told without those it is of, and since when."""

import re
from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from foundation.models.profile import ClinicProfile
from foundation.signals import what_speaks_against

NUMBER = r"(?:\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|a hundred)"
SHARES = (
    r"[%％‰]",
    r"\bper ?cent\b",
    r"\b(?:most|nearly all|almost all|all) (?:of|people|patients)\b",
    r"\b(?:the|a) (?:\w+ )?majority\b",
    r"\bevery(?:body|one)\b",
    r"\bhalf (?:of )?(?:them|whom|our|the people|the patients|people|patients)\b",
    rf"\b{NUMBER}[ -](?:thirds?|quarters?|fifths?|tenths?)\b",
    rf"\b{NUMBER} (?:of|in|out of) (?:every )?{NUMBER}\b",
)
SHARE = re.compile("|".join(SHARES), re.IGNORECASE)
NO_SHARE = _("Write no share and no “most”: how many of how many is told beside it.")
MORE_THAN_ALL = _("There are more than the people that it is of.")


class OwnNumber(models.Model):
    """Told as: of so many people, from then to then, so many; so many did not; of so many it is not known."""

    class Kind(models.TextChoices):
        HARM = "harm", _("what went wrong")
        BETTER = "better", _("what got better")

    profile = models.ForeignKey(ClinicProfile, models.CASCADE, related_name="own_numbers")
    kind = models.CharField(_("what it tells"), max_length=10, choices=Kind)
    of = models.PositiveIntegerField(
        _("of how many people"),
        help_text=_("All who were treated in that time, and not only those who came back."),
    )
    who = models.CharField(_("who they are"), max_length=120, help_text=_("people treated here for knee arthritis"))
    since = models.DateField(
        _("counted from"),
    )
    until = models.DateField(
        _("counted to"),
    )
    count = models.PositiveIntegerField(_("how many of them"))
    what = models.CharField(_("did what"), max_length=120, help_text=_("walked farther a year later"))
    not_known = models.PositiveIntegerField(
        _("of how many it is not known"),
        help_text=_("Whom you could not ask, for instance. Write 0 if you know it of everybody."),
    )

    class Meta:
        verbose_name = _("number of your own")
        verbose_name_plural = _("numbers of your own")
        # What went wrong first.
        ordering = ["-kind", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(of__gte=F("count") + F("not_known")) & Q(of__gte=1),
                name="ownnumber_within_its_people",
                violation_error_message=MORE_THAN_ALL,
            ),
            models.CheckConstraint(
                condition=Q(until__gte=F("since")),
                name="ownnumber_ends_after_it_began",
                violation_error_message=_("The last day comes before the first."),
            ),
            models.CheckConstraint(condition=~Q(who="") & ~Q(what=""), name="ownnumber_says_of_whom_and_what"),
        ]

    def __str__(self) -> str:
        return f"{self.count}/{self.of} {self.what}"

    @property
    def others(self) -> int:
        return self.of - self.count - self.not_known

    def where(self, speaks: Callable[[str], object]) -> str:
        """Beside which words it is said: of the two together, unless those of whom claim it alone."""
        return "who" if speaks(self.who) else "what"

    def clean(self) -> None:
        if SHARE.search(f"{self.who} {self.what}"):
            raise ValidationError({self.where(SHARE.search): NO_SHARE})
        if against := what_speaks_against(f"{self.count} of {self.of} {self.who} {self.what}."):
            raise ValidationError({self.where(what_speaks_against): against})
        counted = (self.of, self.count, self.not_known)
        # In Python, where no number is too large to be added up.
        if None not in counted and self.others < 0:
            raise ValidationError({"count": MORE_THAN_ALL})
        if self.until and self.until > self.profile.today():
            raise ValidationError({"until": _("This day is still to come.")})


def told(profile: ClinicProfile) -> list[OwnNumber]:
    """None, unless it is said what went wrong, without which Postgres takes no others since 0035."""
    found = list(profile.own_numbers.all()) if profile.pk else []
    return found if any(number.kind == OwnNumber.Kind.HARM for number in found) else []
