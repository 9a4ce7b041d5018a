"""Whoever asks two seconds after somebody published gets what was published, and never a page made of two."""

import subprocess
import sys
from bisect import bisect_right

import pytest

from clinic.embedded.processes import ROOT
from clinic.embedded.speech import say
from tests.faults.readers import Readers
from tests.faults.stack import Stack

WEBS = 4
SECONDS = 2.0


def publish_among_readers(stack: Stack, editions: int, seconds_between: float) -> None:
    [(slug,)] = stack.outbox.ask("SELECT slug FROM articles_article ORDER BY id LIMIT 1")
    command = [sys.executable, "-m", "tests.faults.publisher", str(editions), str(seconds_between)]
    grown = stack.grown(webs=WEBS, workers=stack.worker_count, beats=1)
    with grown as ports, Readers(list(ports.values()), f"/research/{slug}/") as readers:
        done = subprocess.run(command, cwd=ROOT, env=stack.env, capture_output=True, text=True, check=True)
        stack.pause(SECONDS + 1)
    published = [(int(number), float(at)) for number, at in map(str.split, done.stdout.splitlines())]
    assert len(published) == editions
    check(readers, published)


def check(readers: Readers, published: list[tuple[int, float]]) -> None:
    moments, texts = [at for _number, at in published], readers.texts()
    stale = [seen for seen in readers.seen if seen.edition < due(published, moments, seen.asked_at - SECONDS)]
    statuses = {seen.status for seen in readers.seen}
    mixed = [seen for seen in readers.seen if seen.edition < 0]
    differing = [number for number, _at in published if len(texts.get(number, ())) > 1]
    say(
        f"publishes: {len(published)}, reads {len(readers.seen)}, stale after {SECONDS:g} s {len(stale)}, "
        f"mixed {len(mixed)}, editions with two texts {len(differing)}"
    )
    assert statuses == {200, 304}
    assert (stale, mixed, differing) == ([], [], [])
    # Each of them ends with the last.
    assert {reader.seen[-1].edition for reader in readers.all} == {published[-1][0]}


def due(published: list[tuple[int, float]], moments: list[float], moment: float) -> int:
    """The edition that was out by then, of those in the order of their moments; 0 before the first."""
    out = bisect_right(moments, moment)
    return published[out - 1][0] if out else 0


@pytest.mark.alone
@pytest.mark.stack
@pytest.mark.timeout(300)
def test_of_twenty_editions_four_webs_give_none_that_is_stale_or_mixed(stack: Stack) -> None:
    publish_among_readers(stack, 20, 0.3)


@pytest.mark.full
@pytest.mark.timeout(3600)
def test_of_a_thousand_editions_four_webs_give_none_that_is_stale_or_mixed(stack: Stack) -> None:
    publish_among_readers(stack, 1000, 0.2)
