from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from enquiries import actions
from enquiries.emails import file_name
from enquiries.forms import PacketForm
from enquiries.models import PacketDelivery
from foundation.tokens import read_token
from foundation.views import PublicFormView, private_page, suggestion_from, unknown_link


class RequestPacketView(PublicFormView):
    form_class = PacketForm
    page = "enquiries/request_packet.html"
    panel = "enquiries/packet_panel.html"
    thanks_panel = "enquiries/thanks_panel.html"
    thanks_view = "enquiries:thanks"

    def store(self, form: Any, held_reason: str) -> None:
        actions.request_packet(submission=form.submission(held_reason))


@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    return render(request, "enquiries/thanks.html", {"suggestion": suggestion_from(request)})


@require_http_methods(["GET", "HEAD", "POST"])
def packet(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows a button and changes nothing, for mail scanners follow every link; POST gives the PDF."""
    identifier = read_token("packet", token)
    deliveries = PacketDelivery.objects.filter(lead__erased_at=None).select_related("version__packet")
    delivery = deliveries.filter(uuid=identifier).first() if identifier else None
    if delivery is None:
        return unknown_link(request)
    if request.method != "POST":
        return private_page(request, "enquiries/packet.html", {"delivery": delivery})
    if not actions.note_download(delivery=delivery):
        return unknown_link(request)
    response = HttpResponse(bytes(delivery.version.pdf), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name(delivery)}"'
    response.headers["X-Robots-Tag"] = "noindex"
    return response
