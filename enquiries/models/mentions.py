"""Colleagues who are named in a note or in the words of a call. They hang on the event and go where it goes."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enquiries.models.lead_events import LeadEvent
from enquiries.models.leads import Lead
from enquiries.models.rota import possible_owners


class MentionQuerySet(models.QuerySet["Mention"]):
    def unseen_by(self, account: Any) -> "MentionQuerySet":
        """None while they follow up no leads: they could not say that they have seen it."""
        return self.filter(account=account, account__in=possible_owners(), seen_at=None)

    def of(self, family: Any) -> "MentionQuerySet":
        """With who wrote it, the newest first."""
        return self.filter(event__lead__in=family).select_related("event__actor").order_by("-pk")


class Mention(models.Model):
    event = models.ForeignKey(LeadEvent, models.PROTECT, related_name="mentions", verbose_name=_("event"))
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, related_name="+", verbose_name=_("who")
    )
    seen_at = models.DateTimeField(_("seen"), null=True, blank=True)

    objects = MentionQuerySet.as_manager()

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["event", "account"], name="mention_once")]
        # Today asks it each time, of the few that somebody has not seen.
        indexes = [models.Index(fields=["account"], name="mention_unseen", condition=Q(seen_at=None))]

    def __str__(self) -> str:
        return f"{self.account} · {self.event_id}"


def where_mentioned(account: Any) -> models.QuerySet[Lead]:
    """The leads with words in which they were named and which they have not seen: of a merged one, its survivor."""
    unseen = Mention.objects.unseen_by(account).select_related("event__lead__merged_into")
    return Lead.objects.filter(pk__in={mention.event.lead.survivor().pk for mention in unseen}, erased_at=None)
