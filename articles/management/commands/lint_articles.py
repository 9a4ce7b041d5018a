import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from articles.claims import scoring


class Command(BaseCommand):
    help = "Says how well the claims lint does on sentences that somebody else has judged."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--score", type=Path, metavar="FILE.csv", help="rows of text, design, expected (rule ids)")
        parser.add_argument("--report", type=Path, metavar="FILE.json", help="with --score: the rule ids of each row")

    def handle(self, *args: Any, score: Path | None, report: Path | None, **options: Any) -> None:
        if score:
            self.score(score, report)

    def score(self, file: Path, report: Path | None) -> None:
        rows = list(read(file, {"text", "design", "expected"}))
        fired = [scoring.fired(row["text"], row["design"]) for row in rows]
        total = scoring.score(
            (scoring.expected_rules(row["expected"]), found) for row, found in zip(rows, fired, strict=True)
        )
        if report:
            report.write_text(json.dumps(fired, indent=1) + "\n", encoding="utf-8")
        for rule in scoring.SCORED:
            counts = (total.found[rule], total.missed[rule], total.false_alarms[rule])
            self.stdout.write(f"{rule:25} found {counts[0]:4} missed {counts[1]:4} false alarms {counts[2]:4}")
        self.stdout.write(f"recall {total.recall:.2f} precision {total.precision:.2f}")


def read(file: Path, needed: set[str]) -> Iterator[dict[str, str]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = csv.DictReader(lines)
            if missing := needed - set(rows.fieldnames or []):
                raise CommandError(f"{file} has no column {', '.join(sorted(missing))}.")
            yield from ({name: row[name] or "" for name in needed} for row in rows)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CommandError(f"{file} cannot be read: {error}.") from None
