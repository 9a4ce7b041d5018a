"""Consents that somebody took back, on their own word to staff."""

from django.db import models

from enquiries.models.lead_events import LeadEvent
from mailings.models import Consent


class EndedConsent(models.Model):
    """The consent stays, as the proof that we were allowed to. The event says who heard it, when, and in what words."""

    consent = models.OneToOneField(Consent, models.PROTECT, related_name="ended")
    event = models.ForeignKey(LeadEvent, models.PROTECT, related_name="+")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.consent)
