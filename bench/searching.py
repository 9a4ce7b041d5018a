"""How long a search takes at two sizes: whole requests, through every middleware, in this process."""

import gc
import statistics
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils.http import urlencode

from bench.measure import WARM_UP, once

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


def measure(sizes: list[int]) -> dict[int, dict[str, float]]:
    """By size, by question, the milliseconds within which 95 of 100 answers came."""
    client, measured, there = Client(headers={"host": settings.SITE_HOST}), {}, 0
    for size in sizes:
        call_command("make_sample_articles", str(size - there), seed=size)
        there = size
        settle(client)
        measured[size] = {name: p95(client, address(q)) for name, q in QUESTIONS.items()}
    return measured


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


def p95(client: Client, url: str) -> float:
    for _number in range(WARM_UP):
        once(client, url)
    times = [once(client, url) * 1000 for _number in range(ROUNDS)]
    return statistics.quantiles(times, n=20)[-1]


def rows(measured: dict[int, dict[str, float]]) -> list[dict[str, Any]]:
    small, large = min(measured), max(measured)
    return [row(name, measured[small][name], measured[large][name]) for name in QUESTIONS]


def row(name: str, small: float, large: float) -> dict[str, Any]:
    fits = large <= P95_AT_MOST and large <= SLOWER_AT_MOST * small
    return {"what": name, "small": round(small, 1), "large": round(large, 1), "within_target": fits}


def table(found: list[dict[str, Any]], sizes: list[int]) -> str:
    heads = ["p95", *(f"{size:,} articles" for size in (min(sizes), max(sizes))), "slower by", ""]
    lines = [heads, ["---", "---:", "---:", "---:", "---"], *map(line, found)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def line(row: dict[str, Any]) -> list[str]:
    verdict = "ok" if row["within_target"] else "beyond its target"
    times = [f"{row['small']:.1f} ms", f"{row['large']:.1f} ms", f"× {row['large'] / row['small']:.2f}"]
    return [row["what"], *times, verdict]


INTRODUCTION = f"""# Search

Of each question the time within which 95 of 100 whole answers came, rendered, in one process with nothing else to do.
Targets: {P95_AT_MOST:.0f} ms at the larger size, and at most {SLOWER_AT_MOST} times that of the smaller."""
