"""How far a lead has come, and which leads the lists of staff ask for."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class LeadStage(models.TextChoices):
    """Outside the lead, whose Meta cannot look into it; everybody else calls it Lead.Stage."""

    NEW = "new", _("new")
    CONTACTED = "contacted", _("contacted")
    IN_CONVERSATION = "in_conversation", _("in conversation")
    RECORDS = "records", _("waiting for records")
    MEDICAL_REVIEW = "medical_review", _("medical review")
    CANDIDATE = "candidate", _("candidate")
    QUOTED = "quoted", _("quoted")
    DORMANT = "dormant", _("dormant")
    BOOKED = "booked", _("booked")
    LOST = "lost", _("lost")
    UNSUITABLE = "unsuitable", _("unsuitable")
    INVALID = "invalid", _("invalid")


CLOSED_WITH_REASON = [LeadStage.LOST, LeadStage.UNSUITABLE, LeadStage.INVALID]
CLOSED = [LeadStage.BOOKED, *CLOSED_WITH_REASON]
# What the lists of staff ask of a lead, so that their indexes hold nothing else: few of all leads are open.
SHOWN = Q(merged_into__isnull=True, erased_at__isnull=True)
OPEN = ~Q(stage__in=CLOSED) & SHOWN
