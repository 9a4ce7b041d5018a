"""How calls end at this clinic, in its own words beside the three that are built in."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enquiries.models.lead_events import LeadEvent


class CallOutcome(models.Model):
    """A button of the call. Calls keep its words themselves, so it may be changed and deleted."""

    # More buttons than this are read one by one.
    MOST = 8

    words = models.CharField(_("words"), max_length=40, unique=True)
    counts_as = models.CharField(
        _("counts as"),
        max_length=20,
        choices=LeadEvent.Outcome,
        help_text=_("Whether it ends the wait for a first answer: a call that nobody answered does not."),
    )

    class Meta:
        verbose_name = _("outcome of calls")
        verbose_name_plural = _("outcomes of calls")
        ordering = ["words"]
        constraints = [models.CheckConstraint(condition=~Q(words=""), name="calloutcome_has_words")]

    def __str__(self) -> str:
        return self.words

    def clean(self) -> None:
        """The page of a lead shows no more, and one that has no button would look lost."""
        if self._state.adding and CallOutcome.objects.count() >= self.MOST:
            words = _("There are %(most)s already, and no more are shown. Change one of them, or delete one first.")
            raise ValidationError(words % {"most": self.MOST})
