from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from clinic.accounts.factors import remove_all
from clinic.models import StaffUser


class Command(BaseCommand):
    help = "For who lost their phone: removes all second factors of an account and signs it out everywhere."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="the e-mail address that the account signs in with")

    def handle(self, *args: Any, **options: Any) -> None:
        user = StaffUser.objects.filter(email=options["email"].lower()).first()
        if user is None:
            raise CommandError("There is no account with this e-mail address.")
        removed = remove_all(user)
        self.stdout.write(f"Removed {removed}. The next sign-in needs the password only, and can set up a new one.")
