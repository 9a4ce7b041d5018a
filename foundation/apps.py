from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.utils.translation import gettext_lazy as _


class FoundationConfig(AppConfig):
    name = "foundation"
    verbose_name = _("The clinic")

    def ready(self) -> None:
        from foundation import outage

        connection_created.connect(outage.watch, dispatch_uid="foundation.watch")
