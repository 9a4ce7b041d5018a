"""The documents that people ask for. A version is made, looked at, and approved; then it is the one that goes out."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext as _

from enquiries.actions import approve_version
from enquiries.first_content import make_version
from enquiries.models import Packet, PacketVersion
from foundation.actors import acting


@admin.register(Packet)
class PacketAdmin(admin.ModelAdmin):
    list_display = ("title", "carriage")
    fields = ("title", "carriage")

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        own = [
            path("<int:pk>/make-version/", wrap(self.make_version), name="enquiries_packet_make-version"),
            path("<int:pk>/versions/<int:number>/", wrap(self.pdf), name="enquiries_packet_pdf"),
            path("<int:pk>/versions/<int:number>/approve/", wrap(self.approve), name="enquiries_packet_approve"),
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
        context = {"versions": versions, "sent_now": versions.approved().first(), **may, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    def make_version(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not request.user.has_perm("enquiries.add_packetversion"):
            raise PermissionDenied
        packet = get_object_or_404(Packet, pk=pk)
        if request.method == "POST":
            self.make(request, packet)
        return redirect("admin:enquiries_packet_change", pk)

    def make(self, request: HttpRequest, packet: Packet) -> None:
        try:
            version = make_version(packet)
        except ValueError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("%(version)s is made. Look at it, then approve it.") % {"version": version})

    def approve(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        if not request.user.has_perm("enquiries.approve_packetversion"):
            raise PermissionDenied
        version = get_object_or_404(PacketVersion.objects.defer("pdf"), packet=pk, number=number)
        if request.method == "POST":
            approve_version(version=version, by=acting(request))
            messages.success(request, _("%(version)s is approved and goes out from now on.") % {"version": version})
        return redirect("admin:enquiries_packet_change", pk)

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
