from django.apps import AppConfig
from django.conf import settings
from django.contrib.admin.apps import AdminConfig
from django.core.signals import got_request_exception
from django.utils.translation import gettext_lazy as _


class ClinicConfig(AppConfig):
    name = "clinic"
    verbose_name = _("Staff accounts")

    def ready(self) -> None:
        from clinic import audit_receivers, jobs, requests, review_reminders
        from clinic.accounts import mails, records

        if settings.SENTRY_DSN:
            # A fifth of a second at each start, for the few who have one.
            from clinic import sentry

            sentry.start(settings.SENTRY_DSN)
        audit_receivers.connect()
        jobs.connect()
        mails.register_own_kinds()
        review_reminders.register_own_kinds()
        records.connect()
        got_request_exception.connect(requests.note_exception)


class StaffAdminConfig(AdminConfig):
    default_site = "clinic.staff.StaffSite"
