import json
import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from enquiries.actions import export_person
from enquiries.models import Lead


class Command(BaseCommand):
    help = "Writes everything we hold about a person as JSON, by e-mail address or number of the lead."

    def add_arguments(self, parser: CommandParser) -> None:
        who = parser.add_mutually_exclusive_group(required=True)
        who.add_argument("address", nargs="?", default="")
        who.add_argument("--lead", type=int, help="for somebody without an e-mail address")
        parser.add_argument("--file", type=Path, help="where to write it; else to the terminal")

    def handle(self, *args: Any, address: str, lead: int | None, file: Path | None, **options: Any) -> None:
        found = Lead.objects.filter(pk=lead).first() if lead else None
        if lead and found is None:
            raise CommandError(f"There is no lead {lead}.")
        text = json.dumps(export_person(address=address, lead=found), indent=2, ensure_ascii=False)
        if file is None:
            self.stdout.write(text)
            return
        self.write(file, text)
        self.stdout.write(f"Written to {file}, for nobody else to read.")

    def write(self, file: Path, text: str) -> None:
        try:
            # Never over another file, and never readable by other accounts of this machine.
            with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as opened:
                opened.write(text + "\n")
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror}.") from error
