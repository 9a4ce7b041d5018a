import secrets
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from clinic import environment
from clinic.models import StaffUser


class Command(BaseCommand):
    help = "Makes the first staff account from ADMIN_EMAIL and ADMIN_PASSWORD, if there is no account yet."

    def handle(self, *args: Any, **options: Any) -> None:
        if StaffUser.objects.exists():
            return
        email = settings.ADMIN_EMAIL or environment.refuse("ADMIN_EMAIL is not set. The first staff account needs it.")
        given = environment.text("ADMIN_PASSWORD", "")
        password = given or secrets.token_urlsafe(12)
        StaffUser.objects.create_superuser(email, password)
        shown = "the password from ADMIN_PASSWORD" if given else f"password {password} (shown only now)"
        self.stdout.write(f"First staff account: {email}, {shown}")
