"""What a mail to staff tells of. It names nobody, so only this row knows where its link leads."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enquiries.models.enquiries import Enquiry
from enquiries.models.lead_events import LeadEvent
from enquiries.models.packets import PacketDelivery
from mailings.models import OutgoingEmail


class StaffNotice(models.Model):
    class About(models.TextChoices):
        ENQUIRY = "enquiry", _("an enquiry")
        ENQUIRIES = "enquiries", _("many enquiries")
        HELD = "held", _("what is held")
        PACKET = "packet", _("a packet that did not arrive")
        PACKETS = "packets", _("many packets that did not arrive")
        OWNER = "owner", _("leads that were given to somebody")

    outgoing = models.OneToOneField(OutgoingEmail, models.PROTECT, related_name="staff_notice", verbose_name=_("mail"))
    about = models.CharField(_("about"), max_length=20, choices=About)
    enquiry = models.ForeignKey(
        Enquiry, models.PROTECT, null=True, blank=True, related_name="notices", verbose_name=_("enquiry")
    )
    delivery = models.ForeignKey(
        PacketDelivery, models.PROTECT, null=True, blank=True, related_name="notices", verbose_name=_("packet delivery")
    )
    # The first of those that the mail counts.
    event = models.ForeignKey(
        LeadEvent, models.PROTECT, null=True, blank=True, related_name="notices", verbose_name=_("event")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )

    class Meta:
        verbose_name = _("notice to staff")
        verbose_name_plural = _("notices to staff")
        ordering = ["-pk"]
        indexes = [
            # Each hour asks when staff were last told of what is held, among a notice for every enquiry.
            models.Index(fields=["-id"], name="staffnotice_held", condition=Q(about="held")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(about="enquiry", enquiry__isnull=False)
                | Q(about="packet", delivery__isnull=False)
                | Q(about="owner", event__isnull=False, owner__isnull=False)
                | Q(about__in=["enquiries", "held", "packets"]),
                name="staffnotice_has_cause",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_about_display()} · {self.outgoing}"
