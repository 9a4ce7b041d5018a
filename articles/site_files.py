"""The small files that browsers, phones and security researchers look for at fixed addresses."""

from datetime import timedelta

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from foundation.models import ClinicProfile

# As palette.css has them: --paper, and the --brand of the mark.
PAPER, BRAND = "#fbf8f2", "#0f5257"


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """For whoever asks without having read a page: bookmarks, feed readers."""
    found = finders.find("favicon.ico")
    if not isinstance(found, str):
        raise Http404
    with open(found, "rb") as file:
        return HttpResponse(file.read(), content_type="image/x-icon")


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    name = ClinicProfile.objects.current().name
    found = {
        "name": str(name),
        "short_name": str(name),
        "lang": get_language(),
        "start_url": "/",
        "display": "browser",
        "background_color": PAPER,
        "theme_color": BRAND,
        "icons": [{"src": static("mark.svg"), "type": "image/svg+xml", "sizes": "any"}],
    }
    return JsonResponse(found, content_type="application/manifest+json")


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """RFC 9116: whom to tell of a hole."""
    address = ClinicProfile.objects.current().email
    if not address:
        raise Http404
    expires = timezone.now().replace(microsecond=0) + timedelta(days=180)
    lines = [
        f"Contact: mailto:{address}",
        f"Expires: {expires.isoformat().replace('+00:00', 'Z')}",
        f"Preferred-Languages: {', '.join(code for code, _name in settings.LANGUAGES)}",
        f"Canonical: {settings.SITE_URL}/.well-known/security.txt",
    ]
    # Its date moves with each day.
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain", headers={"Cache-Control": "no-store"})
