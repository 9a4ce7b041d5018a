import uuid
from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enquiries.models.leads import Lead
from foundation.addresses import AddressField, address_is_lower_case
from foundation.held import held_because
from mailings.models import Consent

# A slip is seen the same day; what is older was meant.
TIME_TO_BRING_BACK = timedelta(days=1)


class EnquiryQuerySet(models.QuerySet["Enquiry"]):
    def held(self) -> "EnquiryQuerySet":
        return self.filter(verdict=Enquiry.Verdict.HELD)


class Enquiry(models.Model):
    """One form submission, as typed. A trigger lets only its verdict and its lead change."""

    class Form(models.TextChoices):
        PACKET = "packet", _("information packet")
        STAFF = "staff", _("taken by staff")

    class Verdict(models.TextChoices):
        ACCEPTED = "accepted", _("accepted")
        HELD = "held", _("held")
        RELEASED = "released", _("released")
        DISCARDED = "discarded", _("discarded")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    lead = models.ForeignKey(
        Lead, models.PROTECT, null=True, blank=True, related_name="enquiries", verbose_name=_("lead")
    )
    form = models.CharField(_("form"), max_length=20, choices=Form, default=Form.PACKET)
    email = AddressField(_("e-mail address"), blank=True, default="")
    fields = models.JSONField(_("as typed"))
    fields_sha256 = models.CharField(max_length=64, editable=False)
    source_path = models.CharField(_("page"), max_length=500, blank=True)
    utm = models.JSONField("UTM", default=dict, blank=True)
    language = models.CharField(_("language"), max_length=20, blank=True)
    verdict = models.CharField(_("verdict"), max_length=20, choices=Verdict, default=Verdict.ACCEPTED)
    # A HeldReason; a sentence in what was held before there were codes.
    held_reason = models.CharField(_("held because"), max_length=300, blank=True)
    # Who released or discarded a held one.
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, verbose_name=_("decided by")
    )
    # Of one that was released before this was kept there is none.
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)
    # The same row as for being contacted, where one wording was about both; of up to 0.4 empty, and counted so.
    consent_packet = models.ForeignKey(
        Consent, models.PROTECT, null=True, blank=True, related_name="packet_enquiries", db_index=False
    )
    consent_contact = models.ForeignKey(
        Consent, models.PROTECT, null=True, blank=True, related_name="contact_enquiries"
    )
    consent_newsletter = models.ForeignKey(
        Consent, models.PROTECT, null=True, blank=True, related_name="newsletter_enquiries"
    )
    received_at = models.DateTimeField(_("received at"), default=timezone.now)

    objects = EnquiryQuerySet.as_manager()

    class Meta:
        verbose_name = _("enquiry")
        verbose_name_plural = _("enquiries")
        ordering = ["-received_at", "-pk"]
        permissions = [("view_health_text", _("Can read what a person wrote"))]
        indexes = [
            # Staff look for a part of an address. What is pending is kept short, as that of lead_search.
            GinIndex(
                fields=["email"],
                name="enquiry_address",
                opclasses=["gin_trgm_ops"],
                fastupdate=True,
                gin_pending_list_limit=64,
            ),
            # Every post asks: did this address send the same within ten minutes?
            models.Index(fields=["email", "-received_at"], name="enquiry_replay"),
            # The list's own order, and how many came in the last day, which the metrics ask all the time.
            models.Index(fields=["-received_at", "-id"], name="enquiry_newest"),
            # A person's export asks from the consent's side. Of its own, since it was made while enquiries came in.
            models.Index(fields=["consent_packet"], name="enquiry_packet_consent"),
            models.Index(fields=["-received_at"], name="enquiry_held", condition=Q(verdict="held")),
            # Today asks of each who holds the packet whether they may be contacted.
            models.Index(
                fields=["lead"],
                name="enquiry_contact",
                include=["consent_contact"],
                condition=Q(consent_contact__isnull=False),
            ),
        ]
        constraints = [
            address_is_lower_case("enquiry"),
            models.CheckConstraint(
                condition=Q(verdict__in=["held", "discarded"]) | Q(lead__isnull=False), name="enquiry_accepted_has_lead"
            ),
            models.CheckConstraint(condition=~Q(verdict="held") | ~Q(held_reason=""), name="enquiry_held_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.get_form_display()} {self.received_at:%Y-%m-%d %H:%M}"

    @property
    def consents(self) -> list[Consent]:
        """What was agreed to with it, each once."""
        given = (self.consent_packet, self.consent_contact, self.consent_newsletter)
        return list({consent.pk: consent for consent in given if consent}.values())

    @property
    def topic(self) -> str:
        """What they ask about, by its slug as typed; the form of an article offers the condition that it is about."""
        return self.fields.get("topic", "")

    @property
    def may_be_brought_back(self) -> bool:
        is_fresh = self.decided_at is not None and timezone.now() - self.decided_at < TIME_TO_BRING_BACK
        # Of an erased person nothing is left that somebody could decide about.
        return self.verdict == self.Verdict.DISCARDED and is_fresh and self.fields != {}

    @property
    def held_because(self) -> str:
        return held_because(self.held_reason)
