"""The packet that a new site opens with, made from the clinic's own profile."""

from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from articles.models import Article, ClinicProfile
from enquiries.actions import approve_version, save_version
from enquiries.documents import build_packet_pdf
from enquiries.models import Packet, PacketVersion

TEXTS = ("about", "known", "unknown", "costs", "questions_to_ask")
CLINIC = ("name", "tagline", "postal_address", "phone", "email", "hours")


def load() -> None:
    """Makes and approves version 1; once there is one, new versions are made and approved by staff."""
    packet, _created = Packet.objects.get_or_create(
        slug="information-packet", defaults={"title": _("Information packet")}
    )
    if not packet.versions.exists():
        approve_version(version=make_version(packet), by=None)


def make_version(packet: Packet) -> PacketVersion:
    """A version to be approved, from what the profile and the published articles say now."""
    newest = packet.versions.defer("pdf").first()
    number = newest.number + 1 if newest else 1
    return save_version(packet=packet, pdf=build_packet_pdf(packet_content(number)))


def packet_content(number: int) -> dict[str, Any]:
    profile = ClinicProfile.objects.current()
    month = date_format(profile.today(), "F Y")
    return {
        "clinic": {**{name: getattr(profile, name) for name in CLINIC}, "site_url": settings.SITE_URL},
        **{name: getattr(profile, name) for name in TEXTS},
        "process_steps": list(profile.process_steps.values("title", "text")),
        "articles": [article_line(article) for article in Article.objects.published()],
        "version_label": _("Version %(number)s, %(month)s") % {"number": number, "month": month},
    }


def article_line(article: Article) -> dict[str, str]:
    url = f"{settings.SITE_URL}{article.get_absolute_url()}"
    return {"title": article.content["title"], "summary": article.content["summary"], "url": url}
