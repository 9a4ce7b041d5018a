import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from articles.models import Topic
from enquiries.models.enquiries import Enquiry
from enquiries.models.leads import Lead
from mailings.models import OutgoingEmail


class Packet(models.Model):
    """An information document that people can ask for."""

    class Carriage(models.TextChoices):
        BOTH = "both", _("attached and linked")
        ATTACHED = "attached", _("attached")
        LINKED = "linked", _("linked")

    slug = models.SlugField(_("slug"), unique=True)
    title = models.CharField(_("title"), max_length=200)
    # Who asks about this one gets it in place of the general packet, while a version of it goes out.
    topic = models.OneToOneField(
        Topic, models.PROTECT, null=True, blank=True, editable=False, related_name="packet", verbose_name=_("condition")
    )
    carriage = models.CharField(_("how it is sent"), max_length=20, choices=Carriage, default=Carriage.BOTH)
    # A trigger sets it to what is approved; staff may go back to an earlier one.
    sent_version = models.ForeignKey(
        "PacketVersion",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        # A handful of packets, found by their slugs.
        db_index=False,
        related_name="sent_by",
        verbose_name=_("version that goes out"),
    )

    class Meta:
        verbose_name = _("packet")
        verbose_name_plural = _("packets")

    def __str__(self) -> str:
        return self.title


class PacketVersionQuerySet(models.QuerySet["PacketVersion"]):
    def approved(self) -> "PacketVersionQuerySet":
        return self.filter(approved_at__isnull=False)

    def to_send(self, topic: str = "") -> "PacketVersion":
        """The version that goes out to who asks about a topic, by its slug; raises PacketVersion.DoesNotExist before
        first content is loaded."""
        return self.defer("pdf").get(pk=RawSQL("SELECT version FROM packet_going_out(%s)", [topic]))


class PacketVersion(models.Model):
    """The bytes of one edition of a packet. Once approved it never changes (a trigger says so)."""

    packet = models.ForeignKey(Packet, models.PROTECT, related_name="versions", verbose_name=_("packet"))
    number = models.PositiveIntegerField(_("number"))
    pdf = models.BinaryField("PDF")
    sha256 = models.CharField(max_length=64)
    language = models.CharField(
        _("language"), max_length=20, default=settings.LANGUAGE_CODE, db_default=settings.LANGUAGE_CODE, editable=False
    )
    # Digests of what it was made from, by enquiries.sources; empty for what was made before they were kept.
    sources = models.JSONField(_("made from"), default=dict, db_default={}, editable=False)
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("approved by")
    )
    created_at = models.DateTimeField(_("made at"), auto_now_add=True)

    objects = PacketVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("packet version")
        verbose_name_plural = _("packet versions")
        ordering = ["packet", "-number"]
        permissions = [("approve_packetversion", _("Can approve packet versions"))]
        constraints = [
            models.UniqueConstraint(fields=["packet", "number"], name="packetversion_number_once"),
            models.UniqueConstraint(fields=["packet", "sha256"], name="packetversion_bytes_once"),
            models.CheckConstraint(condition=~Q(sha256=""), name="packetversion_has_sha256"),
        ]

    def __str__(self) -> str:
        return f"{self.packet} {self.number}"


class PacketContent(models.Model):
    """What a version was set from: in another order of its studies it says the same words. Append-only."""

    version = models.OneToOneField(PacketVersion, models.CASCADE, primary_key=True, related_name="content")
    text = models.TextField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.version)


class PacketRendition(models.Model):
    """A version with one of its studies first, for who came from the page of that article. Append-only."""

    version = models.ForeignKey(PacketVersion, models.CASCADE, related_name="renditions", db_index=False)
    slug = models.SlugField(max_length=100, db_index=False)
    pdf = models.BinaryField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["version", "slug"], name="packetrendition_once")]

    def __str__(self) -> str:
        return f"{self.version} {self.slug}"


class PacketLook(models.Model):
    """What the site shows of a version before anybody asks for it; made with it, or of its bytes, without a picture."""

    version = models.OneToOneField(PacketVersion, models.CASCADE, primary_key=True, related_name="look")
    pages = models.PositiveSmallIntegerField()
    # Of the PDF, in bytes.
    size = models.PositiveIntegerField()
    # Its own headings, as it says them.
    sections = models.JSONField(default=list)
    picture = models.BinaryField(null=True)
    # Its address; empty without a picture.
    picture_sha256 = models.CharField(max_length=64, blank=True)
    picture_height = models.PositiveSmallIntegerField(default=0)
    # Which page it is of, and what that page is about.
    picture_page = models.PositiveSmallIntegerField(default=0)
    picture_heading = models.CharField(max_length=200, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(picture__isnull=True, picture_sha256="")
                | (Q(picture__isnull=False) & ~Q(picture_sha256="")),
                name="packetlook_picture_has_address",
            ),
        ]

    def __str__(self) -> str:
        return str(self.version)


class PacketDelivery(models.Model):
    """Which version went to whom, by which mail, and whether they fetched it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    lead = models.ForeignKey(Lead, models.PROTECT, related_name="deliveries", verbose_name=_("lead"))
    enquiry = models.ForeignKey(
        Enquiry, models.PROTECT, null=True, blank=True, related_name="deliveries", verbose_name=_("enquiry")
    )
    version = models.ForeignKey(PacketVersion, models.PROTECT, verbose_name=_("version"))
    outgoing = models.OneToOneField(
        OutgoingEmail, models.PROTECT, related_name="packet_delivery", verbose_name=_("mail")
    )
    created_at = models.DateTimeField(_("queued at"), auto_now_add=True)
    first_downloaded_at = models.DateTimeField(_("first downloaded at"), null=True, blank=True)

    class Meta:
        verbose_name = _("packet delivery")
        verbose_name_plural = _("packet deliveries")
        ordering = ["-created_at"]
        indexes = [
            # Today asks of each new lead whether they hold the packet in their hands.
            models.Index(
                fields=["lead"], name="packetdelivery_downloaded", condition=Q(first_downloaded_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} → {self.lead}"

    @property
    def asked_about(self) -> str:
        """By its slug; whichever packet went out to them at that time."""
        return self.enquiry.topic if self.enquiry else ""

    @property
    def told_of(self) -> Lead:
        """On whose timeline it stands: whose address it goes to, or else whose asked, also while they are merged."""
        asked = self.enquiry.lead if self.enquiry else None
        address, otherwise = self.outgoing.email, asked or self.lead
        for near in (self.lead, otherwise):
            if near.email == address:
                return near
        return next((member for member in self.lead.family() if member.email == address), otherwise)

    def enquiry_of(self, lead: Lead) -> Enquiry | None:
        """Beside a line of that lead's timeline: by another's enquiry it would be told of that other one."""
        return self.enquiry if self.enquiry and self.enquiry.lead_id == lead.pk else None
