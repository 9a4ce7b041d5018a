"""What has a time of day, when the clock of the clinic becomes another one."""

from typing import Any
from zoneinfo import ZoneInfo

from enquiries.models import Lead


def keep_times_of_day(*, before: ZoneInfo, after: ZoneInfo, **kwargs: Any) -> None:
    """A call that was planned for four stays at four. Of merged and closed leads too, for when they are back.

    Runs in the transaction that changes the zone: no page may show the one without the other. Reckoned here and not
    by Postgres, whose clock of some names is another than that of the pages.
    """
    timed = Lead.objects.filter(next_action_at__isnull=False)
    # By their numbers, as everybody locks them.
    leads = list(timed.select_for_update().order_by("pk").only("next_action_at"))
    for lead in leads:
        if lead.next_action_at:
            lead.next_action_at = lead.next_action_at.astimezone(before).replace(tzinfo=after)
    Lead.objects.bulk_update(leads, ["next_action_at"], batch_size=500)
