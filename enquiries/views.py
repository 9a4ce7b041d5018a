from collections.abc import Mapping
from io import BytesIO
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from enquiries import actions, words
from enquiries.emails import file_name, pdf_for
from enquiries.forms import PacketForm
from enquiries.models import PacketDelivery, PacketLook
from foundation.models import ClinicProfile
from foundation.tokens import read_token
from foundation.views import PublicFormView, private_page, suggestion_from, unknown_link

NO_ANSWER = "none"
BY_PHONE, NO_NUMBER = "phone", "none"
SECONDS_OF_A_YEAR = 31_536_000


class RequestPacketView(PublicFormView):
    form_class = PacketForm
    page = "enquiries/request_packet.html"
    panel = "enquiries/packet_panel.html"
    thanks_panel = "enquiries/thanks_panel.html"
    thanks_view = "enquiries:thanks"

    def store(self, form: Any, held_reason: str) -> None:
        # Before the transaction, in which nothing is believed that was read before it.
        ClinicProfile.objects.current()
        actions.request_packet(submission=form.submission(held_reason))

    def told(self, form: Any) -> dict[str, str]:
        typed = form.cleaned_data
        choice = {} if typed["consent_contact"] else {"answer": NO_ANSWER}
        # Nobody can call them, and they would wait for it.
        is_unreachable = typed["consent_contact"] and typed["contact_by"] == BY_PHONE and not typed["phone"]
        return {**super().told(form), **choice, **({"telephone": NO_NUMBER} if is_unreachable else {})}

    @staticmethod
    def thanks_context(told: Mapping[str, str]) -> dict[str, Any]:
        """By when somebody answers is told by the clock alone: a person's own would say that we know them."""
        wants_no_answer = told.get("answer") == NO_ANSWER
        by_when = "" if wants_no_answer else words.answered_by_when()
        return {
            "suggestion": suggestion_from(told),
            "wants_no_answer": wants_no_answer,
            "by_when": by_when,
            "lacks_number": told.get("telephone") == NO_NUMBER,
        }


@require_safe
@cache_control(public=True, max_age=SECONDS_OF_A_YEAR, immutable=True)
def packet_page(request: HttpRequest, sha256: str) -> HttpResponseBase:
    """The page to look at; its address names its bytes. Of what nobody approved it shows none."""
    found = PacketLook.objects.filter(picture_sha256=sha256, version__approved_at__isnull=False).first()
    if found is None or found.picture is None:
        raise Http404
    return FileResponse(BytesIO(found.picture), content_type="image/webp")


@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    response = render(request, "enquiries/thanks.html", RequestPacketView.thanks_context(request.GET))
    # Kept anywhere, it would promise a moment that is over.
    response.headers["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def packet(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows a button and changes nothing, for mail scanners follow every link; POST gives the PDF."""
    identifier = read_token("packet", token)
    deliveries = PacketDelivery.objects.filter(lead__erased_at=None).select_related("version__packet", "enquiry")
    delivery = deliveries.filter(uuid=identifier).first() if identifier else None
    if delivery is None:
        return unknown_link(request)
    if request.method != "POST":
        # Nothing of what they asked: whoever comes by the mail may open it.
        return private_page(request, "enquiries/packet.html", {"delivery": delivery, "size": len(pdf_for(delivery))})
    if not actions.note_download(delivery=delivery):
        return unknown_link(request)
    response = HttpResponse(pdf_for(delivery), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name(delivery)}"'
    response.headers["X-Robots-Tag"] = "noindex"
    return response
