from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EnquiriesConfig(AppConfig):
    name = "enquiries"
    verbose_name = _("Enquiries")

    def ready(self) -> None:
        from enquiries import emails
        from enquiries.actions import delivery_events

        emails.register_own_kinds()
        delivery_events.connect()
