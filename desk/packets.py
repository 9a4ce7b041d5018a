"""The documents that people ask for. A version is made, looked at, and approved; then it is the one that goes out."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from articles.models import Topic
from enquiries import sources
from enquiries.actions import approve_version, make_packet_for, send_version, stop_packet, waiting_for_packet
from enquiries.first_content import make_version, says_the_same
from enquiries.models import Packet, PacketVersion
from foundation.actors import acting
from foundation.prepared import Rows

# Later somebody may want one all the same, such as after an update of the site.
JUST_NOW = timedelta(minutes=10)


@dataclass(frozen=True)
class OldPacket:
    """The version that goes out says something else than its sources by now, or may not go out at all."""

    version: PacketVersion
    changes: list[sources.Change]
    next: PacketVersion | None  # made already, and not approved yet
    waiting: int  # people whose packet goes out once a version in the clinic's own name is approved
    held: bool
    may_make: bool
    is_next_old: bool = False  # and says something else than its sources, too
    template: ClassVar[str] = "admin/enquiries/packet/_banner.html"

    @property
    def in_words(self) -> str:
        """For whoever saved the profile, which may be none of the reasons."""
        if any(change.kind in sources.OF_PROFILE for change in self.changes):
            return _(
                "The packet is older than the profile, and still says the old. Look at what changed and make the next:"
            )
        if self.changes:
            return _("The packet is older than what else it was made from. Look at what changed and make the next:")
        if self.version.packet.topic:
            return f"{self.why_held}."
        return _("No packet goes out, for it bears the demo clinic's name. Make one of your own:")

    @property
    def why_held(self) -> str:
        """In place of a condition's own the general one goes out."""
        if self.version.packet.topic:
            return _("%(packet)s goes to nobody: it bears the demo clinic's name") % {"packet": self.version}
        return _("No packet goes out: it bears the demo clinic's name")


def going_out() -> QuerySet[PacketVersion]:
    going = PacketVersion.objects.select_related("packet__topic").defer("pdf").filter(sent_by__isnull=False)
    return going.order_by("packet")


GOING_OUT = Rows(going_out)


def old_packets(*, may_make: bool) -> list[OldPacket]:
    """The general one first."""
    found = (old_packet(version, may_make=may_make) for version in GOING_OUT.ask())
    return [old for old in found if old]


def old_packet(version: PacketVersion, *, may_make: bool) -> OldPacket | None:
    changes, held = sources.changes(version, sources.fingerprint_of_late), not sources.may_go_out(version)
    if not changes and not held:
        return None
    newer = version.packet.versions.filter(number__gt=version.number, approved_at=None).defer("pdf").first()
    is_next_old = newer is not None and bool(sources.changes(newer, sources.fingerprint_of_late))
    return OldPacket(version, changes, newer, waiting_for(version) if held else 0, held, may_make, is_next_old)


def waiting_for(version: PacketVersion) -> int:
    topic = version.packet.topic
    about = {"fields__topic": topic.slug} if topic else {}
    return waiting_for_packet().filter(**about).count()


def tell_of_old_packet(request: HttpRequest, **_signal: Any) -> None:
    """The profile was saved, and the packet still says what it said before."""
    for found in old_packets(may_make=False):
        page = reverse("admin:enquiries_packet_change", args=[found.version.packet_id])
        messages.warning(request, format_html('{} <a href="{}">{}</a>', found.in_words, page, found.version.packet))


@transaction.atomic
def made_once(packet: Packet) -> tuple[PacketVersion, bool]:
    """By a second click none is made: it would say just what the one before it does, which waits to be looked at."""
    Packet.objects.select_for_update().get(pk=packet.pk)
    newest = packet.versions.select_related("packet__topic").defer("pdf").first()
    is_just_made = newest and newest.approved_at is None and newest.created_at > timezone.now() - JUST_NOW
    if newest and is_just_made and says_the_same(newest):
        return newest, False
    return make_version(packet), True


@admin.register(Packet)
class PacketAdmin(admin.ModelAdmin):
    list_display = ("title", "carriage")
    fields = ("title", "carriage")

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        own = [
            path("<int:pk>/for-condition/", wrap(self.for_condition), name="enquiries_packet_for-condition"),
            path("<int:pk>/stop/", wrap(self.stop), name="enquiries_packet_stop"),
            path("<int:pk>/make-version/", wrap(self.make_version), name="enquiries_packet_make-version"),
            path("<int:pk>/versions/<int:number>/", wrap(self.pdf), name="enquiries_packet_pdf"),
            path("<int:pk>/versions/<int:number>/approve/", wrap(self.approve), name="enquiries_packet_approve"),
            path("<int:pk>/versions/<int:number>/send/", wrap(self.send), name="enquiries_packet_send"),
        ]
        return [*own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        packet = self.get_object(request, object_id)
        versions = PacketVersion.objects.filter(packet=packet).select_related("approved_by").defer("pdf")
        may = {
            "may_make": request.user.has_perm("enquiries.add_packetversion"),
            "may_approve": request.user.has_perm("enquiries.approve_packetversion"),
        }
        old = next((old for old in self.old_ones(request) if old.version.packet_id == (packet and packet.pk)), None)
        without = Topic.objects.filter(kind=Topic.Kind.CONDITION, packet=None) if packet and not packet.topic else []
        context = {"versions": versions, "banner": old, "conditions": without, **may, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    def for_condition(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A packet of its own, with a first version to look at."""
        if not request.user.has_perm("enquiries.add_packetversion"):
            raise PermissionDenied
        conditions = Topic.objects.filter(kind=Topic.Kind.CONDITION)
        topic = conditions.filter(slug=request.POST.get("topic", "")).first() if request.method == "POST" else None
        if topic is None:
            if request.method == "POST":
                messages.error(request, _("Choose a condition."))
            return redirect("admin:enquiries_packet_change", pk)
        packet = make_packet_for(topic=topic)
        self.make(request, packet)
        return redirect("admin:enquiries_packet_change", packet.pk)

    def stop(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Of a condition's own packet alone."""
        if not request.user.has_perm("enquiries.approve_packetversion"):
            raise PermissionDenied
        packet = get_object_or_404(Packet, pk=pk)
        if request.method == "POST" and packet.topic:
            stop_packet(packet=packet)
            messages.success(
                request, _("Who asks about %(topic)s gets the general packet from now on.") % {"topic": packet.topic}
            )
        return redirect("admin:enquiries_packet_change", pk)

    def make_version(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not request.user.has_perm("enquiries.add_packetversion"):
            raise PermissionDenied
        packet = get_object_or_404(Packet, pk=pk)
        if request.method == "POST":
            self.make(request, packet)
        return redirect("admin:enquiries_packet_change", pk)

    def make(self, request: HttpRequest, packet: Packet) -> None:
        try:
            version, is_new = made_once(packet)
        except ValueError as error:
            messages.error(request, str(error))
            return
        words = _("%(version)s is made. Look at it, then approve it.")
        if not is_new:
            words = _("%(version)s was made a moment ago, and nothing has changed since. Look at it, then approve it.")
        messages.success(request, words % {"version": version})

    def approve(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        if not request.user.has_perm("enquiries.approve_packetversion"):
            raise PermissionDenied
        version = get_object_or_404(PacketVersion.objects.defer("pdf"), packet=pk, number=number)
        if request.method == "POST":
            approve_version(version=version, by=acting(request))
            self.tell_of_approval(request, version)
        return redirect("admin:enquiries_packet_change", pk)

    def tell_of_approval(self, request: HttpRequest, version: PacketVersion) -> None:
        """What was approved before stays as it was; and what bears the demo's name goes to nobody."""
        going = PacketVersion.objects.defer("pdf").select_related("packet").filter(sent_by=version.packet_id).first()
        names = {"version": version, "going": going}
        if going is None:
            messages.warning(request, _("%(version)s was approved before. The general packet goes out.") % names)
        elif going != version:
            messages.warning(request, _("%(version)s was approved before. %(going)s goes out.") % names)
        elif not sources.may_go_out(version):
            words = _("%(version)s is approved, but goes to nobody: it bears the demo clinic's name.")
            messages.warning(request, words % names)
        else:
            messages.success(request, _("%(version)s is approved and goes out from now on.") % names)

    def send(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        """Back to a version that was approved before."""
        if not request.user.has_perm("enquiries.approve_packetversion"):
            raise PermissionDenied
        version = get_object_or_404(PacketVersion.objects.defer("pdf"), packet=pk, number=number)
        if request.method == "POST":
            self.send_again(request, version)
        return redirect("admin:enquiries_packet_change", pk)

    def send_again(self, request: HttpRequest, version: PacketVersion) -> None:
        goes_out_already = Packet.objects.filter(sent_version=version).exists()
        try:
            send_version(version=version)
        except ValidationError as error:
            messages.error(request, error.messages[0])
        else:
            words = _("%(version)s goes out already.") if goes_out_already else _("%(version)s goes out from now on.")
            messages.success(request, words % {"version": version})

    def old_ones(self, request: HttpRequest) -> list[OldPacket]:
        return old_packets(may_make=request.user.has_perm("enquiries.add_packetversion"))

    def banner(self, request: HttpRequest) -> OldPacket | None:
        """One after the other: each ends when its next version is approved."""
        return next(iter(self.old_ones(request)), None)

    def pdf(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        version = get_object_or_404(PacketVersion.objects.select_related("packet"), packet=pk, number=number)
        name = f"{version.packet.slug}-{version.number}.pdf"
        headers = {"Content-Disposition": f'inline; filename="{name}"'}
        return HttpResponse(bytes(version.pdf), content_type="application/pdf", headers=headers)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A packet is named in code, where the mail that carries it is written."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Packet | None = None) -> bool:
        return False
