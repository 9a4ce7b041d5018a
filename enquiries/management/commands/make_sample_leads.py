import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone
from psycopg.errors import InsufficientPrivilege

from enquiries.management.sample_people import person
from enquiries.management.sample_rows import COLUMNS, NUMBERED, Writer
from enquiries.models import PacketVersion, possible_owners
from foundation.models import ClinicProfile, ConsentWording

BATCH = 5000
# From so many on, making one index anew is quicker than adding to it, though the list of leads has to wait meanwhile.
MANY = 20_000
# Within the 24 months after which people are erased.
YEARS_BACK = timedelta(days=700)
BAR = 30
SEARCH_INDEX = "lead_search"


class Command(BaseCommand):
    help = "Fills the database of a development or test site with people who never were, up to millions of them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", type=int, help="how many leads")
        parser.add_argument("--seed", type=int, default=1, help="the same number, seed and day give the same people")

    def handle(self, *args: Any, number: int, seed: int, **options: Any) -> None:
        if settings.SITE_URL.startswith("https://"):
            raise CommandError("This site has an https address, so it may be real; it gets no people who never were.")
        started, done = time.monotonic(), 0
        facts, random = shared_facts(), Random(seed)  # noqa: S311 - not for secrets
        # All or none: an interrupt leaves neither half of them nor the site without its index.
        with transaction.atomic(), connection.cursor() as cursor, search_index_put_off(cursor, number):
            bypass_triggers(cursor)
            for size in batches(number):
                self.add_batch(cursor, random, facts, done, size, number)
                done += size
                self.show(done, number, started)
        tidy()
        self.stdout.write(f"{number:,} sample leads in {time.monotonic() - started:.0f} s.")

    def add_batch(self, cursor: Any, random: Random, facts: dict[str, Any], done: int, size: int, number: int) -> None:
        writer = Writer(random, {table: reserve(cursor, table, size) for table in NUMBERED}, facts)
        for place in range(done, done + size):
            at = moment(facts["now"], (place + random.random()) / number)
            writer.add(person(random, facts["now"] - at), at)
        for table, columns in COLUMNS.items():
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in writer.rows[table]:
                    copy.write_row(row)

    def show(self, done: int, number: int, started: float) -> None:
        if not self.stdout.isatty():
            return
        filled, left = BAR * done // number, (time.monotonic() - started) * (number - done) / done
        bar = f"[{'#' * filled}{'.' * (BAR - filled)}]"
        ending = "\n" if done == number else ""
        self.stdout.write(f"\r{bar} {done:,} of {number:,}, {left:.0f} s left ", ending=ending)
        self.stdout.flush()


def batches(number: int) -> Iterator[int]:
    for done in range(0, number, BATCH):
        yield min(BATCH, number - done)


def moment(now: datetime, share: float) -> datetime:
    """Oldest first, as they would have come in."""
    return now - YEARS_BACK * (1 - share)


def shared_facts() -> dict[str, Any]:
    try:
        wording, version = ConsentWording.objects.current("contact"), PacketVersion.objects.to_send()
    except (ConsentWording.DoesNotExist, PacketVersion.DoesNotExist) as error:
        raise CommandError("There is no packet and no wording yet; run load_first_content before this.") from error
    staff = possible_owners().order_by("pk")
    # By the minute, so that two runs on one morning differ as little as can be.
    now = timezone.now().replace(second=0, microsecond=0)
    owners: list[int | None] = [*staff.values_list("pk", flat=True)] or [None]
    today = ClinicProfile.objects.current().today()
    return {"wording": wording.pk, "version": version.pk, "owners": owners, "now": now, "today": today}


@contextmanager
def search_index_put_off(cursor: Any, number: int) -> Iterator[None]:
    """It costs more than all the other indexes of the table together."""
    cursor.execute("SELECT pg_get_indexdef(%s::regclass)", [SEARCH_INDEX])
    definition = cursor.fetchone()[0]
    if number >= MANY:
        cursor.execute(f"DROP INDEX {SEARCH_INDEX}")
    yield
    if number >= MANY:
        cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
        cursor.execute(definition)


def bypass_triggers(cursor: Any) -> None:
    """A lead begins as new and its history as of now, say the triggers; these have a past."""
    try:
        with transaction.atomic():
            cursor.execute("SET LOCAL session_replication_role = replica")
    except ProgrammingError as error:
        if not isinstance(error.__cause__, InsufficientPrivilege):
            raise
        raise CommandError("Only a superuser of the database may do this, as ./run manage is on its own.") from error


def reserve(cursor: Any, table: str, size: int) -> int:
    """The first of so many ids that nobody else gets."""
    cursor.execute("SELECT setval(s, nextval(s) + %s - 1) FROM pg_get_serial_sequence(%s, 'id') AS s", [size, table])
    return cursor.fetchone()[0] - size + 1


def tidy() -> None:
    """What autovacuum would do within minutes: count the rows, and note which pages all may see."""
    with connection.cursor() as cursor:
        for table in COLUMNS:
            cursor.execute(f"ANALYZE {table}" if connection.in_atomic_block else f"VACUUM (ANALYZE) {table}")
