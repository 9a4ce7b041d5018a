"""Changes what stands on every page: `python -m tests.faults.changes NAME`.

Prints the moment (time.monotonic, which is one for all processes) when it is committed.
"""

import sys
import time
from collections.abc import Callable
from datetime import timedelta

import django

NAME, WORDING = "Sons of Zoë", "Other words that somebody agrees to."


def open_at_all_hours() -> None:
    from foundation.models import ClinicProfile, OpeningHours

    OpeningHours.objects.all().delete()
    profile = ClinicProfile.objects.get()
    days = range(7)
    OpeningHours.objects.bulk_create(
        OpeningHours(profile=profile, weekday=day, opens="00:00", closes="00:00") for day in days
    )


def rename() -> None:
    from foundation.models import ClinicProfile

    ClinicProfile.objects.update(name=NAME)


def add_holiday() -> None:
    """Of today and of its neighbours: midnight may come at any time."""
    from foundation.models import ClinicProfile

    profile = ClinicProfile.objects.get()
    for days in (-1, 0, 1):
        profile.holidays.get_or_create(day=profile.today() + timedelta(days=days))


def replace_wording() -> None:
    from foundation.models import ConsentWording

    newest = ConsentWording.objects.current(ConsentWording.Kind.PACKET)
    ConsentWording.objects.create(kind=newest.kind, number=newest.number + 1, text=WORDING)


CHANGES: dict[str, Callable[[], None]] = {
    "hours": open_at_all_hours,
    "name": rename,
    "holiday": add_holiday,
    "wording": replace_wording,
}


if __name__ == "__main__":
    django.setup()
    CHANGES[sys.argv[1]]()
    sys.stdout.write(f"{time.monotonic()}\n")
