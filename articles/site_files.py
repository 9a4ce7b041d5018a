"""The small files that browsers, phones and security researchers look for at fixed addresses."""

from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from PIL import Image, ImageChops

from foundation.models import ClinicProfile, LogoFile
from foundation.palette import COLOR, of_the_sheet, palette, stylesheet
from foundation.palette import digest as digest_of

ICO = "image/x-icon"
SECONDS_OF_A_YEAR = 31_536_000
OURS = of_the_sheet().light["brand"]
# In shades of gray, where the drawing is of one of its other colors; less than that is an edge.
FAR_FROM_OURS = 105
# As pictures.logos makes them for a home screen.
ICONS = (180, 512)


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """For whoever asks without having read a page: bookmarks, feed readers."""
    clinic = ClinicProfile.objects.current()
    own = LogoFile.objects.filter(logo=clinic.icon, use="icon").first()
    found = bytes(own.data) if own else icon_in_colors(clinic.accent_color, clinic.on_accent_color)
    return HttpResponse(found, content_type=ICO)


# It is asked for with each new state of the content, and takes some milliseconds.
@lru_cache(maxsize=4)
def icon_in_colors(accent: str, on_accent: str) -> bytes:
    """Ours, in the colors that a clinic without a mark of its own chose."""
    if not digest_of(accent, on_accent):
        return ours()
    chosen = palette(accent, on_accent).light
    with Image.open(BytesIO(ours())) as icon:
        drawn = [recolored(icon.ico.getimage(size), chosen) for size in sorted(icon.info["sizes"])]  # type: ignore[attr-defined]
    out = BytesIO()
    drawn[-1].save(out, "ICO", sizes=[each.size for each in drawn], append_images=drawn[:-1])
    return out.getvalue()


def recolored(drawn: Image.Image, chosen: Mapping[str, str]) -> Image.Image:
    """As the drawing in letters below: what is of our color becomes theirs, all else the color of words on it."""
    drawn = drawn.convert("RGBA")
    away = ImageChops.difference(drawn.convert("RGB"), Image.new("RGB", drawn.size, OURS)).convert("L")
    mask = away.point([min(255, round(255 * level / FAR_FROM_OURS)) for level in range(256)])
    found = Image.composite(
        Image.new("RGB", drawn.size, chosen["on-brand"]), Image.new("RGB", drawn.size, chosen["brand"]), mask
    )
    found.putalpha(drawn.getchannel("A"))
    return found


def ours() -> bytes:
    found = finders.find("favicon.ico")
    if not isinstance(found, str):
        raise Http404
    with open(found, "rb") as file:
        return file.read()


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    clinic = ClinicProfile.objects.current()
    found = {
        "name": str(clinic.name),
        "short_name": str(clinic.name),
        "lang": get_language(),
        "start_url": "/",
        "display": "browser",
        "background_color": clinic.palette.light["paper"],
        "theme_color": clinic.palette.light["brand"],
        "icons": icons(clinic),
    }
    return JsonResponse(found, content_type="application/manifest+json")


@require_safe
def colors(request: HttpRequest, digest: str) -> HttpResponse:
    """Those that the clinic chose. Who holds a page of before asks by an older address, and is led to these."""
    clinic = ClinicProfile.objects.current()
    if not clinic.colors:
        raise Http404
    if digest != clinic.colors:
        # No page of its own for each address that strangers think of.
        return redirect("articles:colors", clinic.colors)
    response = HttpResponse(stylesheet(clinic.accent_color, clinic.on_accent_color), content_type="text/css")
    patch_cache_control(response, public=True, max_age=SECONDS_OF_A_YEAR, immutable=True)
    return response


@require_safe
def mark(request: HttpRequest, digest: str) -> HttpResponse:
    """Ours, for a clinic without one, in the colors that it chose."""
    clinic = ClinicProfile.objects.current()
    if not clinic.colors:
        raise Http404
    if digest != clinic.colors:
        return redirect("articles:mark", clinic.colors)
    response = HttpResponse(mark_in_colors(dict(clinic.palette.light)), content_type="image/svg+xml")
    patch_cache_control(response, public=True, max_age=SECONDS_OF_A_YEAR, immutable=True)
    return response


def mark_in_colors(colors: dict[str, str]) -> str:
    found = finders.find("mark.svg")
    if not isinstance(found, str):
        raise Http404
    # What is of our color becomes theirs, and whatever stands on it the color of their words on it.
    drawn = Path(found).read_text(encoding="utf-8")
    return COLOR.sub(lambda color: colors["brand" if color[0] == OURS else "on-brand"], drawn)


def address_of_mark(clinic: ClinicProfile) -> str:
    return reverse("articles:mark", args=[clinic.colors]) if clinic.colors else static("mark.svg")


def icons(clinic: ClinicProfile) -> list[dict[str, str]]:
    own = clinic.icon
    if not own:
        return [{"src": address_of_mark(clinic), "type": "image/svg+xml", "sizes": "any"}]
    return [
        {
            "src": reverse("articles:logo", args=[own, f"icon-{side}", "png"]),
            "type": "image/png",
            "sizes": f"{side}x{side}",
        }
        for side in ICONS
    ]


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
