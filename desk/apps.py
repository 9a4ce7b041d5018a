from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    """Pages alone: what they show and change is in the rooms below, with its tables and permissions."""

    name = "desk"
    verbose_name = _("Desk")

    def ready(self) -> None:
        from desk.packets import tell_of_old_packet
        from desk.schedules import tell_of_other_times
        from foundation.signals import profile_saved, time_zone_changed

        profile_saved.connect(tell_of_old_packet)
        time_zone_changed.connect(tell_of_other_times)
