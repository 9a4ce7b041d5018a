from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from enquiries.actions import erase_person
from enquiries.models import Lead


class Command(BaseCommand):
    help = "Erases a person, by e-mail address or number of the lead. Consent proof and suppression stay, as hashes."

    def add_arguments(self, parser: CommandParser) -> None:
        who = parser.add_mutually_exclusive_group(required=True)
        who.add_argument("address", nargs="?", default="")
        who.add_argument("--lead", type=int, help="for somebody without an e-mail address")

    def handle(self, *args: Any, address: str, lead: int | None, **options: Any) -> None:
        found = Lead.objects.filter(pk=lead).first() if lead else None
        if lead and found is None:
            raise CommandError(f"There is no lead {lead}.")
        erased = erase_person(address=address, lead=found)
        self.stdout.write(f"Erased. Leads: {erased}.")
