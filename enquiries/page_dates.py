"""When the page on which the packet is asked for became other last, for the map of the site."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from articles.models import Topic
from enquiries.models import Packet
from foundation.models import Changes, ConsentWording, RequiredNotice

Kind = ConsentWording.Kind


def pages_for_machines(changes: Changes) -> list[tuple[str, datetime | None]]:
    tables = (model._meta.db_table for model in (Packet, Topic, RequiredNotice))
    came_or_went, _next = RequiredNotice.objects.changed_by_time(timezone.now())
    moments = (
        changes.of_page(*tables, details=("packet_intro", "countries_first")),
        ConsentWording.objects.newest_at(Kind.PACKET, Kind.ANSWER, Kind.NEWSLETTER),
        came_or_went,
    )
    return [(reverse("enquiries:request-packet"), max(filter(None, moments), default=None))]
