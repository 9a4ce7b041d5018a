import json
import os
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error as DatabaseTrouble

from mailings import bounces
from mailings.actions import note_report

# sysexits.h: the mail server keeps the mail and tries again. Any other failure would send the bounce back.
TRY_AGAIN = 75
# Postfix and Exim say so to what they pipe into.
GIVEN_BY_THE_SERVER = ("ORIGINAL_RECIPIENT", "RECIPIENT")


class Command(BaseCommand):
    help = (
        "Takes a mail that came back to BOUNCE_ADDRESS, from standard input, as a mail server pipes it;"
        " or explains what the mails in files would do."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--recipient", default="", help="the address that it came to, if no header says so")
        parser.add_argument(
            "--explain", nargs="+", type=Path, metavar="FILE", help="read only, one line of JSON a file"
        )

    def handle(self, *args: Any, recipient: str, explain: list[Path] | None = None, **options: Any) -> None:
        if explain:
            return self.explain(explain)
        recipients = [recipient, *(os.environ.get(name, "") for name in GIVEN_BY_THE_SERVER)]
        # All of it, even what is not looked at: a mail server takes a broken pipe for a failure.
        content = sys.stdin.buffer.read()
        try:
            self.take(content, recipients)
        except DatabaseTrouble as error:
            self.stderr.write(f"The database is away ({type(error).__name__}); try again later.")
            sys.exit(TRY_AGAIN)

    def take(self, content: bytes, recipients: list[str]) -> None:
        found = bounces.read(content, recipients)
        if isinstance(found, str):
            self.stderr.write(f"Ignored: {found}.")
            return
        is_new = note_report(report=found)
        self.stdout.write(f"{'Noted' if is_new else 'Known already'}: {found.kind} {found.status}".rstrip())

    def explain(self, files: list[Path]) -> None:
        for file in files:
            try:
                content = file.read_bytes()
            except OSError as error:
                raise CommandError(f"{file} cannot be read: {error.strerror}.") from None
            self.stdout.write(json.dumps({"file": str(file), **explained(content)}, ensure_ascii=False))


def explained(content: bytes) -> dict[str, Any]:
    """As contract.md has it, whichever mail it is about."""
    try:
        found = bounces.understood(content)
    except Exception as error:  # Python's parser has its limits
        return {"kind": "none", "permanent": False, "status": "", "why": f"it cannot be read ({type(error).__name__})"}
    if found is None:
        return {"kind": "none", "permanent": False, "status": "", "why": bounces.NO_REPORT}
    return {
        "kind": str(found.kind),
        "permanent": found.is_permanent,
        "status": found.status,
        "why": found.why,
    }
