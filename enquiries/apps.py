from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EnquiriesConfig(AppConfig):
    name = "enquiries"
    verbose_name = _("Enquiries")

    def ready(self) -> None:
        from articles.signals import sitemap_asked
        from enquiries import emails, stops
        from enquiries.actions import appointments, delivery_events
        from foundation.signals import time_zone_changed
        from mailings.rules import STOPPED_AS_ONE

        emails.register_own_kinds()
        delivery_events.connect()
        STOPPED_AS_ONE.append(stops.stopped_as_one)
        time_zone_changed.connect(appointments.keep_times_of_day)
        sitemap_asked.connect(public_pages)


def public_pages(changes: Any, **kwargs: Any) -> Any:
    from enquiries import page_dates

    return page_dates.pages_for_machines(changes)
