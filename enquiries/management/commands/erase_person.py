from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from mailings.tokens import hash_address


class Command(BaseCommand):
    help = "Erases a person by e-mail address. Consent proof and suppression stay, without saying whose they are."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address")

    def handle(self, *args: Any, address: str, **options: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT erase_person(%s, %s)", [address, hash_address(address)])
            (leads,) = cursor.fetchone()
        self.stdout.write(f"Erased. Leads: {leads}.")
