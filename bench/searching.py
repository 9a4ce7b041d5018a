"""How long a search takes at two sizes: whole requests, through every middleware, in this process."""

import gc
import os
import statistics
import time
from typing import Any, NamedTuple

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.test import Client
from django.utils.http import urlencode

from bench.measure import WARM_UP, once
from bench.staff_pages import of_session, seconds_of

# Of a hundred the 95th is no accident: of 25 it was the slowest but one.
ROUNDS = 100
P95_AT_MOST, SLOWER_AT_MOST = 50.0, 1.5
QUESTIONS = {
    "a condition": "multiple sclerosis",
    "what nearly all have": "stem cells",
    "a question": "can stem cells help with knee pain",
    "a synonym": "UC-MSC",
    "the beginning of a word": "parkin",
    "one rare word": "dental",
    "a DOI": "10.5555/sample.7",
    "words that none has together": "deafness gout stroke husband",
    "a slip": "fibromialgia",
    "nothing": "xyzzyqu",
}


class Times(NamedTuple):
    """p95: the milliseconds within which 95 of 100 answers came. processor: what Python and Postgres worked for one."""

    p95: float
    processor: float


def measure(sizes: list[int]) -> dict[int, dict[str, Times]]:
    """By size and question."""
    client, sites = Client(headers={"host": settings.SITE_HOST}), databases(sizes)
    for site in sites.values():
        connections[DEFAULT_DB_ALIAS] = site
        settle(client)
    measured: dict[int, dict[str, Times]] = {size: {} for size in sizes}
    for name, question in QUESTIONS.items():
        for size, found in in_turns(client, address(question), sites).items():
            measured[size][name] = found
    return measured


def databases(sizes: list[int]) -> dict[int, Any]:
    """One of each size at the same time: the largest is that of all tables, the others are what it was before."""
    found, there = {}, 0
    for size in sizes:
        call_command("make_sample_articles", str(size - there), seed=size)
        there = size
        found[size] = connections[DEFAULT_DB_ALIAS] if size == sizes[-1] else copied(f"searched_{size}")
    return found


def copied(name: str) -> Any:
    # Postgres copies no database that somebody looks at.
    connection.close()
    address = os.environ["DATABASE_URL"]
    with psycopg.connect(address.replace("/clinic?", "/postgres?"), autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE clinic')
    made = connections.create_connection(DEFAULT_DB_ALIAS)
    made.settings_dict = {**made.settings_dict, "NAME": name}
    return made


def in_turns(client: Client, url: str, sites: dict[int, Any]) -> dict[int, Times]:
    """So that whatever else the machine does falls on each size."""
    times: dict[int, list[tuple[float, float]]] = {size: [] for size in sites}
    for _round in range(WARM_UP + ROUNDS):
        for size, site in sites.items():
            connections[DEFAULT_DB_ALIAS] = site
            times[size].append(answered(client, url))
    return {size: summed_up(found[WARM_UP:]) for size, found in times.items()}


def answered(client: Client, url: str) -> tuple[float, float]:
    """Seconds until the answer, and those of them that somebody worked for it."""
    session = of_session()
    began, begun_there = time.process_time(), seconds_of(session)
    seconds = once(client, url)
    return seconds, time.process_time() - began + seconds_of(session) - begun_there


def summed_up(found: list[tuple[float, float]]) -> Times:
    seconds, worked = zip(*found, strict=True)
    return Times(1000 * statistics.quantiles(seconds, n=20)[-1], 1000 * statistics.median(worked))


def address(question: str) -> str:
    return f"/research/search/?{urlencode({'q': question})}"


def settle(client: Client) -> None:
    """As a site is that has had its articles for an hour: else what was written a moment ago is tidied up while the
    first question is asked, and that one pays for what a process does only once.
    """
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")
    for question in QUESTIONS.values():
        once(client, address(question))
    gc.collect()


def rows(measured: dict[int, dict[str, Times]]) -> list[dict[str, Any]]:
    small, large = min(measured), max(measured)
    return [row(name, measured[small][name], measured[large][name]) for name in QUESTIONS]


def row(name: str, small: Times, large: Times) -> dict[str, Any]:
    fits = large.p95 <= P95_AT_MOST and large.p95 <= SLOWER_AT_MOST * small.p95
    worked = [round(small.processor, 1), round(large.processor, 1)]
    p95 = {"small": round(small.p95, 1), "large": round(large.p95, 1)}
    return {"what": name, **p95, "processor": worked, "within_target": fits}


def table(found: list[dict[str, Any]], sizes: list[int]) -> str:
    sized = [f"{size:,} articles" for size in (min(sizes), max(sizes))]
    heads = ["p95", *sized, "slower by", "processor, median", "", "more by", ""]
    lines = [heads, ["---", *["---:"] * (len(heads) - 2), "---"], *map(line, found)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def line(row: dict[str, Any]) -> list[str]:
    verdict = "ok" if row["within_target"] else "beyond its target"
    return [row["what"], *compared(row["small"], row["large"]), *compared(*row["processor"]), verdict]


def compared(small: float, large: float) -> list[str]:
    return [f"{small:.1f} ms", f"{large:.1f} ms", f"× {large / small:.2f}"]


INTRODUCTION = f"""# Search

Of each question the time within which 95 of 100 whole answers came, rendered, in one process; and what Python and the
session in Postgres worked for one, which other load moves less. Both sizes are there at once, each a database, and are
asked in turns: minutes apart, whatever else the machine did would be told as growth.
Targets: {P95_AT_MOST:.0f} ms at the larger size, and at most {SLOWER_AT_MOST} times that of the smaller."""
