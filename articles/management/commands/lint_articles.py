import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from articles.claims import scoring
from articles.claims.causal import Claim, confusion, on_direct


class Command(BaseCommand):
    help = "Says how well the claims lint does on sentences that somebody else has judged."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--score", type=Path, metavar="FILE.csv", help="rows of text, design, expected (rule ids)")
        what.add_argument("--causal", type=Path, metavar="FILE.csv", help="rows of sentence, label (0 to 3)")
        parser.add_argument("--report", type=Path, metavar="FILE.json", help="with --score: the rule ids of each row")

    def handle(
        self,
        *args: Any,
        score: Path | None = None,
        causal: Path | None = None,
        report: Path | None = None,
        **options: Any,
    ) -> None:
        if score:
            self.score(score, report)
        if causal:
            self.causal(causal)

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

    def causal(self, file: Path) -> None:
        table = confusion((row["sentence"], label_of(row["label"])) for row in read(file, {"sentence", "label"}))
        self.stdout.write("label \\ said    " + " ".join(f"{claim.name.lower():>13}" for claim in Claim))
        for claim, counts in zip(Claim, table, strict=True):
            self.stdout.write(f"{claim} {claim.name.lower():14}" + " ".join(f"{count:13}" for count in counts))
        precision, recall, f1 = on_direct(table)
        self.stdout.write(f"direct precision {precision:.2f} recall {recall:.2f} f1 {f1:.2f}")


def label_of(cell: str) -> Claim:
    try:
        return Claim(int(cell))
    except ValueError:
        raise CommandError(f"A label is 0, 1, 2 or 3, and not {cell!r}.") from None


def read(file: Path, needed: set[str]) -> Iterator[dict[str, str]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = csv.DictReader(lines)
            if missing := needed - set(rows.fieldnames or []):
                raise CommandError(f"{file} has no column {', '.join(sorted(missing))}.")
            yield from ({name: row[name] or "" for name in needed} for row in rows)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CommandError(f"{file} cannot be read: {error}.") from None
