from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    """Pages alone: what they show and change is in the rooms below, with its tables and permissions."""

    name = "desk"
    verbose_name = _("Desk")

    def ready(self) -> None:
        from desk.packets import tell_of_old_packet
        from foundation.signals import profile_saved

        profile_saved.connect(tell_of_old_packet)
