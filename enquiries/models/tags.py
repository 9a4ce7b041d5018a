"""Words by which a clinic sorts its leads, kept by managers. No more is said of a person than that one is on them."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from enquiries.models.leads import Lead
from foundation.prepared import Rows, Several


class TagQuerySet(models.QuerySet["Tag"]):
    def with_those_on(self, lead: Lead) -> "TagQuerySet":
        """All of them; is_on says which the lead has."""
        return self.annotate(is_on=Exists(LeadTag.objects.filter(tag=OuterRef("pk"), lead=lead)))


class Tag(models.Model):
    # More than this are read one by one, on each page of a lead.
    MOST = 30

    name = models.CharField(
        _("name"),
        max_length=40,
        help_text=_(
            "How you work with these people, such as “Congress 2027”. Never anything of somebody's health: a tag "
            "stands in lists and in exported files, and is read by all who may see leads."
        ),
    )

    # Set by with_those_on.
    is_on = False

    objects = TagQuerySet.as_manager()

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = [Lower("name"), "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="tag_one_of_a_name",
                violation_error_message=_("There is a tag of this name already."),
            ),
            models.CheckConstraint(condition=~Q(name=""), name="tag_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self._state.adding and Tag.objects.count() >= self.MOST:
            words = _("There are %(most)s already. Delete one that nobody needs any more, or give it another name.")
            raise ValidationError(words % {"most": self.MOST})


class LeadTag(models.Model):
    """On a lead until somebody takes it off. On a survivor also for those who are merged into it, while they are."""

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="lead_tags")
    # A deleted tag goes from all leads; their timelines say that there was one.
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="lead_tags", db_index=False)
    # Whose it is, of whoever lives on in this lead.
    came_with = models.ForeignKey(Lead, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("tag of a lead")
        verbose_name_plural = _("tags of leads")
        constraints = [models.UniqueConstraint(fields=["lead", "tag"], name="leadtag_once")]
        # The list of leads asks who has one.
        indexes = [models.Index(fields=["tag", "lead"], name="leadtag_of_tag")]

    def __str__(self) -> str:
        return f"#{self.lead_id}"


def tag_numbers(lead: Lead) -> list[int]:
    """As what is done with many leads keeps them, to be given back."""
    return sorted(lead.lead_tags.values_list("tag", flat=True))


def names() -> models.QuerySet[LeadTag, Any]:
    rows = LeadTag.objects.filter(lead__in=Several("leads", models.BigIntegerField()))
    return rows.order_by(Lower("tag__name"), "tag").values_list("lead", "tag__name")


NAMES = Rows(names)


def tags_of(leads: Iterable[Lead]) -> dict[int, list[str]]:
    """By lead, the names in their order; of who has none, nothing. One query for all."""
    found: dict[int, list[str]] = {}
    for lead, name in NAMES.ask(leads=[lead.pk for lead in leads]):
        found.setdefault(lead, []).append(name)
    return found
