"""Everything that happened with a lead."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.fields.json import KeyTransform
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enquiries.models.leads import Lead


class LeadEventQuerySet(models.QuerySet["LeadEvent"]):
    def of(self, leads: Any, *more: models.QuerySet["LeadEvent"]) -> "LeadEventQuerySet":
        """What is told of these: by whose enquiry it was, where there is one, else by the lead that it stands with.

        An event cannot be moved, and up to 0.4 all that came in while merged stood with the survivor.
        more: what belongs to their story, too.
        """
        every = LeadEvent.objects.order_by()
        told = every.filter(enquiry__lead__in=leads)
        # Look-ups in indexes; with OR, Postgres would read the whole table.
        found = (
            every.filter(lead__in=leads, enquiry=None)
            .values("pk")
            .union(told.values("pk"), *(also.order_by().values("pk") for also in more))
        )
        return self.filter(pk__in=found)


class LeadEvent(models.Model):
    """One thing that happened with a lead: timeline, stage history and audit in one. A trigger keeps it append-only."""

    class Kind(models.TextChoices):
        STAGE = "stage", _("stage")
        ENQUIRY = "enquiry", _("enquiry")
        CONSENT = "consent", _("consent")
        PACKET_QUEUED = "packet_queued", _("packet queued")
        PACKET_SENT = "packet_sent", _("packet sent")
        PACKET_FAILED = "packet_failed", _("packet failed")
        PACKET_NOT_SENT = "packet_not_sent", _("packet not sent")
        PACKET_UNCERTAIN = "packet_uncertain", _("packet may not have arrived")
        PACKET_BOUNCED = "packet_bounced", _("packet came back")
        PACKET_COMPLAINED = "packet_complained", _("packet reported as spam")
        PACKET_DOWNLOADED = "packet_downloaded", _("packet downloaded")
        DISOWNED = "disowned", _("says it was not them")
        NOTE = "note", _("note")
        # Both end the clock of the first answer, once the mail is sent, unless nobody answered or it went to many.
        CALL = "call", _("call")
        MAIL = "mail", _("mail")
        IMPORTED = "imported", _("imported")
        ADDRESS_CORRECTED = "address_corrected", _("address corrected")
        NEXT_ACTION = "next_action", _("next action")
        OWNER = "owner", _("owner")
        DETAILS = "details", _("details changed")
        MERGED = "merged", _("merged")
        UNMERGED = "unmerged", _("taken apart again")
        TOLD_APART = "told_apart", _("not the same person")
        STOP_LIFTED = "stop_lifted", _("wants mail again")
        CONSENT_ENDED = "consent_ended", _("wants no contact any more")
        # Written down by a slip, so what was ended goes on.
        END_UNDONE = "end_undone", _("did not say so")
        PACKET_ASKED = "packet_asked", _("asked for the packet")
        # Of a mail to one: its own event tells of the writing, and answers nothing while it waits.
        MAIL_SENT = "mail_sent", _("mail sent")
        TAGS = "tags", _("tags")

    class Outcome(models.TextChoices):
        """Of a call, in its data. Unanswered, it ends no waiting for a first answer."""

        SPOKE = "spoke", _("spoke with them")
        LEFT_MESSAGE = "left_message", _("left a message")
        NO_ANSWER = "no_answer", _("no answer")

    class Direction(models.TextChoices):
        """Of a call, in its data; calls of before it was asked say none."""

        OURS = "ours", _("we called")
        THEIRS = "theirs", _("they called")

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="events", verbose_name=_("lead"))
    kind = models.CharField(_("kind"), max_length=30, choices=Kind)
    at = models.DateTimeField(_("at"), default=timezone.now)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("by"))
    text = models.TextField(_("text"), blank=True)
    data = models.JSONField(default=dict)
    enquiry = models.ForeignKey("Enquiry", models.PROTECT, null=True, blank=True, related_name="events")

    # What it says beside its kind: enquiries.words sets it for a whole timeline at once.
    said = ""
    # Of a packet that is for one, by whose name it is called.
    tells_a_condition = False

    objects = LeadEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("lead event")
        verbose_name_plural = _("lead events")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["lead", "-at"], name="leadevent_timeline"),
            # Both leads show the events of a merge, which stand with the survivor.
            models.Index(
                KeyTransform("merged", "data"),
                name="leadevent_merge",
                condition=Q(kind__in=["merged", "unmerged"]),
            ),
            # Who came by a list, and by none of the forms: Today and the numbers tell them apart.
            models.Index(fields=["lead"], name="leadevent_imported", condition=Q(kind="imported")),
            # Today asks who wrote again after they had asked us to stop.
            models.Index(fields=["lead"], name="leadevent_not_sent", condition=Q(kind="packet_not_sent")),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
