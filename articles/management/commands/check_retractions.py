from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from articles.actions import load_list, watch_named_papers
from articles.retractions import NotTheList, read_list

# More are not worth reading in a terminal.
MOST_LINES = 20


class Command(BaseCommand):
    help = (
        "Holds all papers against the public retraction list (Retraction Watch's CSV) and keeps the list,"
        " so that each night's check needs no network."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.csv")
        parser.add_argument(
            "--whole", action="store_true", help="the list is whole, though it is far shorter than the last one"
        )

    def handle(self, *args: Any, file: Path, whole: bool = False, **options: Any) -> None:
        try:
            # Names in it are in several encodings; what identifies a paper is ASCII.
            with file.open(encoding="utf-8", errors="replace", newline="") as lines:
                watch_named_papers()
                checked = load_list(read_list(lines), is_whole=whole)
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from None
        except NotTheList as error:
            raise CommandError(f"{file} is not the retraction list: it lacks the columns {error}.") from None
        self.stdout.write(f"{checked.rows} rows kept, {checked.found} new notices about papers of ours.")
        if not checked.is_whole:
            self.stdout.write(
                f"The last list had {checked.before} rows: this one seems cut short, so nothing is concluded from"
                " what it lacks. If it is whole, say --whole."
            )
        if checked.gone:
            self.stdout.write(
                f"{checked.gone} notices about papers of ours stand on no row any more: they wait for somebody to keep"
                " or lift them, and readers see them until then."
            )
        if checked.unread:
            first = ", ".join(map(str, checked.unread[:MOST_LINES]))
            self.stdout.write(f"{len(checked.unread)} rows say of no paper what we know, such as at lines {first}.")
