import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error as DatabaseTrouble

from articles.actions import import_articles
from articles.importing import MOST_BYTES, Unreadable, read
from articles.importing.report import Outcome, of_refusal, report
from articles.importing.unsure import at_line
from foundation.actors import JOB


class Command(BaseCommand):
    help = (
        "Brings the clinic's plain-text export of articles in, as drafts that somebody reviews. Nothing is published."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, and do nothing")
        parser.add_argument("--report", type=Path, metavar="FILE.json", help="write what happened, as JSON")

    def handle(self, *args: Any, file: Path, dry_run: bool, report: Path | None, **options: Any) -> None:
        # Before anything is saved: a report that has no place would be missed too late.
        write(report, of_refusal("The import did not come to its end."))
        try:
            told = self.bring_in(file, dry_run)
        except CommandError as error:
            write(report, of_refusal(str(error)))
            raise
        write(report, told)

    def bring_in(self, file: Path, dry_run: bool) -> dict[str, Any]:
        try:
            reading = read(beginning_of(file))
            outcomes = import_articles(articles=reading.articles, by=JOB, dry_run=dry_run)
        except Unreadable as error:
            raise CommandError(f"{file}: {error}") from None
        except DatabaseTrouble as error:
            raise CommandError(f"Nothing was imported, the database is away ({type(error).__name__}).") from None
        for outcome in outcomes:
            self.tell(outcome)
        for warning in reading.warnings:
            self.stdout.write(at_line(warning))
        done = "Nothing was saved: a dry run." if dry_run else "They are drafts; nothing was published."
        self.stdout.write(f"{len(outcomes)} articles, {reading.dropped_blocks} blocks of forms left out. {done}")
        return report(reading, outcomes)

    def tell(self, outcome: Outcome) -> None:
        self.stdout.write(f"{outcome.status.value:9} {outcome.slug}")
        for warning in outcome.warnings:
            self.stdout.write(f"          {at_line(warning)}")


def beginning_of(file: Path) -> bytes:
    """One byte more than is read: enough to be refused, whatever its size."""
    try:
        with file.open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from None


def write(place: Path | None, told: dict[str, Any]) -> None:
    if place is None:
        return
    try:
        place.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise CommandError(f"The report cannot be written to {place}: {error.strerror}.") from None
