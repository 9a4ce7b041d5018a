"""What has a time of day, when the clock of the clinic becomes another one."""

from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import DateTimeField, F, Func, Value

from enquiries.models import Lead


def keep_times_of_day(*, before: ZoneInfo, after: ZoneInfo, **kwargs: Any) -> None:
    """A call that was planned for four stays at four. Of merged and closed leads too, for when they are back.

    Runs in the transaction that changes the zone: no page may show the one without the other.
    """
    timed = Lead.objects.filter(next_action_at__isnull=False)
    # By their numbers, as everybody locks them.
    list(timed.select_for_update().order_by("pk").values_list("pk"))
    timed.update(next_action_at=in_zone(after, in_zone(before, F("next_action_at"))))


def in_zone(zone: ZoneInfo, moment: Any) -> Func:
    """Of a moment its time of day there, and of a time of day the moment."""
    return Func(Value(zone.key), moment, function="timezone", output_field=DateTimeField())
