"""The people whom staff follow up, and everything that happened with each."""

from datetime import date

from django.conf import settings
from django.db import connection, models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mailings.models import AddressField, address_is_lower_case


class LeadQuerySet(models.QuerySet["Lead"]):
    def open(self) -> "LeadQuerySet":
        return self.exclude(stage__in=Lead.CLOSED).filter(merged_into=None, erased_at=None)

    def due(self, today: date) -> "LeadQuerySet":
        return self.open().filter(next_action_on__lte=today)

    def unassigned(self) -> "LeadQuerySet":
        return self.open().filter(owner=None)


class Lead(models.Model):
    class Stage(models.TextChoices):
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

    CLOSED = (Stage.BOOKED, Stage.LOST, Stage.UNSUITABLE, Stage.INVALID)
    CLOSED_WITH_REASON = (Stage.LOST, Stage.UNSUITABLE, Stage.INVALID)

    name = models.CharField(_("name"), max_length=200, blank=True)
    email = AddressField(_("e-mail address"), unique=True, null=True, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    stage = models.CharField(_("stage"), max_length=20, choices=Stage, default=Stage.NEW)
    closed_reason = models.CharField(_("reason for closing"), max_length=300, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="leads",
        verbose_name=_("owner"),
        limit_choices_to={"is_active": True, "is_staff": True},
    )
    next_action = models.CharField(_("next action"), max_length=200, blank=True)
    next_action_on = models.DateField(_("on"), null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="merged"
    )
    erased_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    objects = LeadQuerySet.as_manager()

    class Meta:
        verbose_name = _("lead")
        verbose_name_plural = _("leads")
        ordering = ["-created_at", "-pk"]
        # What is more than changing a lead; clinic/roles.py says who may.
        permissions = [
            ("move_clinical_stages", _("Can decide clinical stages")),
            ("resend_packet", _("Can send the packet again")),
            ("export_person", _("Can export a person")),
            ("erase_person", _("Can erase a person")),
        ]
        indexes = [
            # The day's list: open leads by date.
            models.Index(
                fields=["next_action_on"],
                name="lead_open_next_action",
                condition=~Q(stage__in=["booked", "lost", "unsuitable", "invalid"]),
            ),
            models.Index(fields=["-created_at"], name="lead_created"),
        ]
        constraints = [
            address_is_lower_case("lead"),
            # Unique would let one lead have it, and mail to nobody counts as sent.
            models.CheckConstraint(condition=~Q(email=""), name="lead_email_not_empty"),
            models.CheckConstraint(
                condition=Q(email__isnull=False) | ~Q(phone="") | Q(erased_at__isnull=False),
                name="lead_reachable",
                violation_error_message=_("Give an e-mail address or a telephone number."),
            ),
            models.CheckConstraint(
                condition=Q(stage__in=["booked", "lost", "unsuitable", "invalid"])
                | Q(merged_into__isnull=False)
                | (~Q(next_action="") & Q(next_action_on__isnull=False)),
                name="lead_open_has_next_action",
                violation_error_message=_("An open lead needs a next action and its date."),
            ),
            models.CheckConstraint(
                condition=~Q(stage__in=["lost", "unsuitable", "invalid"]) | ~Q(closed_reason=""),
                name="lead_closed_has_reason",
                violation_error_message=_("Say why this lead is closed."),
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("pk")), name="lead_not_merged_into_itself"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email or self.phone or str(_("erased person"))

    def get_absolute_url(self) -> str:
        return reverse("admin:enquiries_lead_change", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.stage not in self.CLOSED and self.erased_at is None

    def survivor(self) -> "Lead":
        """The lead that a merged one lives on in; itself otherwise."""
        return self.merged_into.survivor() if self.merged_into else self

    def allowed_stages(self) -> list[str]:
        """Where this lead may move, from the same table that the trigger reads."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_stage FROM enquiries_allowed_move WHERE from_stage = %s", [self.stage])
            allowed = {row[0] for row in cursor.fetchall()}
        return [stage for stage in self.Stage.values if stage in allowed]


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
        ADDRESS_CORRECTED = "address_corrected", _("address corrected")
        NEXT_ACTION = "next_action", _("next action")
        OWNER = "owner", _("owner")
        DETAILS = "details", _("details changed")

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="events", verbose_name=_("lead"))
    kind = models.CharField(_("kind"), max_length=30, choices=Kind)
    at = models.DateTimeField(_("at"), default=timezone.now)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("by"))
    text = models.TextField(_("text"), blank=True)
    data = models.JSONField(default=dict)
    enquiry = models.ForeignKey("Enquiry", models.PROTECT, null=True, blank=True, related_name="events")

    class Meta:
        verbose_name = _("lead event")
        verbose_name_plural = _("lead events")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["lead", "-at"], name="leadevent_timeline")]

    def __str__(self) -> str:
        return self.get_kind_display()
