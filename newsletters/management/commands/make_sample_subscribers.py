import time
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

from foundation.models import ConsentWording
from foundation.tokens import hash_addresses

BATCH = 5000
BAR = 30
# Of a hundred: most stay, some leave, and a few never confirm. They joined over the last 700 days, oldest first.
PEOPLE = """
WITH numbered AS (
    SELECT n, email, address_hash, n %% 100 AS share,
        now() - interval '700 days' * (1 - (n - %(first)s)::double precision / %(number)s) AS at
    FROM unnest(%(numbers)s::bigint[], %(emails)s::text[], %(hashes)s::text[]) AS person (n, email, address_hash)
), consents AS (
    INSERT INTO mailings_consent (email, address_hash, wording_id, given, source_path, given_at)
    SELECT email, '', %(wording)s, 'web', '/newsletter/', at FROM numbered
    RETURNING id, email
)
INSERT INTO mailings_subscriber (
    uuid, email, address_hash, state, consent_id, created_at, confirmed_at, unsubscribed_at
)
SELECT gen_random_uuid(), email, numbered.address_hash,
    CASE WHEN share < 90 THEN 'confirmed' WHEN share < 96 THEN 'unsubscribed' ELSE 'pending' END,
    consents.id, at, CASE WHEN share < 96 THEN at END,
    CASE WHEN share BETWEEN 90 AND 95 THEN at + (now() - at) / 2 END
FROM numbered JOIN consents USING (email)
"""


class Command(BaseCommand):
    help = "Fills the database of a development or test site with subscribers who never were, up to millions of them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", type=int, help="how many subscribers")

    def handle(self, *args: Any, number: int, **options: Any) -> None:
        if settings.SITE_URL.startswith("https://"):
            raise CommandError("This site has an https address, so it may be real; it gets no people who never were.")
        started = time.monotonic()
        # All or none: an interrupt leaves no half of them.
        with transaction.atomic(), connection.cursor() as cursor:
            facts = {"wording": wording().pk, "first": next_number(cursor), "number": max(number, 1)}
            for done, size in batches(number):
                cursor.execute(PEOPLE, {**facts, **people(facts["first"] + done, size)})
                self.show(done + size, number, started)
            cursor.execute("ANALYZE mailings_subscriber")
        self.stdout.write(f"{number:,} sample subscribers in {time.monotonic() - started:.0f} s.")

    def show(self, done: int, number: int, started: float) -> None:
        if not self.stdout.isatty():
            return
        filled, left = BAR * done // number, (time.monotonic() - started) * (number - done) / done
        bar = f"[{'#' * filled}{'.' * (BAR - filled)}]"
        ending = "\n" if done == number else ""
        self.stdout.write(f"\r{bar} {done:,} of {number:,}, {left:.0f} s left ", ending=ending)
        self.stdout.flush()


def people(first: int, size: int) -> dict[str, list[Any]]:
    numbers = range(first, first + size)
    hashed = list(hash_addresses(f"reader{number}@sample.example.org" for number in numbers))
    return {
        "numbers": [*numbers],
        "emails": [address for _hash, address in hashed],
        "hashes": [address_hash for address_hash, _address in hashed],
    }


def batches(number: int) -> Iterator[tuple[int, int]]:
    for done in range(0, number, BATCH):
        yield done, min(BATCH, number - done)


def next_number(cursor: Any) -> int:
    """Behind all there are, so that a second run adds to the first."""
    cursor.execute("SELECT coalesce(max(id), 0) + 1 FROM mailings_subscriber")
    return int(cursor.fetchone()[0])


def wording() -> ConsentWording:
    try:
        return ConsentWording.objects.current(ConsentWording.Kind.NEWSLETTER)
    except ConsentWording.DoesNotExist as error:
        raise CommandError("There is no wording yet; run load_first_content before this.") from error
