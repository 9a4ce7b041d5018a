"""What of the clinic's details cannot all be true: it is said, and refused to nobody."""

from collections.abc import Iterator
from datetime import time
from itertools import pairwise

from django.utils.translation import gettext as _

from foundation import opening, time_zones
from foundation.models import ClinicProfile, OpeningHours


def warnings(profile: ClinicProfile) -> list[str]:
    return [*of_hours(profile), *of_time_zone(profile), *of_paper(profile)]


def of_hours(profile: ClinicProfile) -> Iterator[str]:
    """A day's hours that overlap are counted once, which may not be what was meant."""
    rows = list(profile.opening_hours.order_by("weekday", "opens", "closes"))
    for one, other in pairwise(rows):
        if one.weekday == other.weekday and other.opens < closing(one):
            words = _("Two rows of %(day)s overlap: from %(first)s and from %(second)s. They count as one.")
            spoken = {"first": opening.spoken(one.opens), "second": opening.spoken(other.opens)}
            yield words % {"day": one.get_weekday_display(), **spoken}


def closing(row: OpeningHours) -> time:
    """Midnight is the end of the day."""
    return row.closes if row.closes > time.min else time.max


def of_time_zone(profile: ClinicProfile) -> Iterator[str]:
    country = time_zones.country_in(profile.postal_address)
    if country and not time_zones.fits(profile.zone, country, profile.today().year):
        words = _(
            "The address is in a country where no clock goes as that of %(zone)s. Opening hours and promised answers "
            "count by the time zone: look whether it is right."
        )
        yield words % {"zone": profile.time_zone}


# By the Common Locale Data Repository; everybody else has A4 in the printer.
PRINT_ON_LETTER = frozenset(
    ["BZ", "CA", "CL", "CO", "CR", "DO", "GT", "HN", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE"]
)


def of_paper(profile: ClinicProfile) -> Iterator[str]:
    country = time_zones.country_in(profile.postal_address)
    usual = profile.Paper.LETTER if country in PRINT_ON_LETTER else profile.Paper.A4
    if country and profile.paper != usual:
        words = _("People in the country of the address print on %(usual)s, and the packet is made for %(chosen)s.")
        yield words % {"usual": usual.label, "chosen": profile.get_paper_display()}
