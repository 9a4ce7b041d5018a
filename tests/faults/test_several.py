import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from itertools import cycle, pairwise

import pytest

from clinic.beat import LONGEST_NAP_SECONDS
from clinic.embedded.processes import ROOT
from tests import ticks
from tests.faults.balancer import Balancer
from tests.faults.crowd import Crowd
from tests.faults.figures import Figures, figures_of
from tests.faults.stack import Stack

# So slow that all workers are busy, and one that is killed mostly has a mail on the wire.
SECONDS_A_MAIL = 0.3
WAITING_FOR_EACH_SECOND = 15
SECONDS_TO_RECOVER = 60
# A kill ends the processes of a web one after the other.
SECONDS_OF_A_KILL = 0.5
# Fewer say nothing of staff being signed out by a kill; a slow machine is given longer, and not judged by its speed.
STAFF_PAGES_AT_LEAST = 11
LONGER_AT_MOST = 60
# On a slow machine a period may pass before anybody gets to it. What a beat takes with it, another finds by then.
PERIODS_IN_A_ROW = int(LONGEST_NAP_SECONDS)


class Killer:
    """kill -9 of one process after the other, with its children, as when a container is killed."""

    def __init__(self, stack: Stack, ports: dict[str, int]) -> None:
        self.stack = stack
        self.ports = ports
        self.chance = random.Random(stack.seed)
        self.kinds = cycle(["web", "worker", "web", "beat"])
        # (port of a web, when)
        self.webs: list[tuple[int, float]] = []
        self.killed: Counter[str] = Counter()
        self.children = 0

    def kill_one(self) -> None:
        kind = next(self.kinds)
        name = self.chance.choice([name for name in self.stack.kept if name.startswith(kind)])
        if kind == "web":
            self.webs.append((self.ports[name], time.monotonic()))
        children = self.stack.kill_with_children(name)
        self.children += children if kind == "worker" else 0
        self.killed[kind] += 1

    def explains(self, port: int, began: float, ended: float) -> bool:
        """Whether a request was in flight at a web that was killed."""
        slack = SECONDS_OF_A_KILL
        return any(killed == port and began - slack < at < ended + slack for killed, at in self.webs)


def sign_in(stack: Stack) -> str:
    command = [sys.executable, "-m", "tests.faults.sign_in"]
    return subprocess.run(command, cwd=ROOT, env=stack.env, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def noted(stack: Stack) -> Iterator[None]:
    stack.outbox.ask(ticks.NOTE)
    yield
    stack.outbox.ask(ticks.FORGET)


def ticked(stack: Stack) -> Counter[int]:
    return Counter(period for (period,) in stack.outbox.ask(ticks.PERIODS, "deliver-mail"))


def longest_gap(history: Counter[int]) -> int:
    """Of periods in a row that nobody ticked."""
    return max((later - earlier - 1 for earlier, later in pairwise(sorted(history))), default=0)


def enough(crowd: Crowd, seconds_over: float) -> bool:
    return crowd.staff_pages >= STAFF_PAGES_AT_LEAST or seconds_over >= LONGER_AT_MOST


def live_under_kills(stack: Stack, *, seconds: float, between_kills: float) -> tuple[Figures, Crowd, Killer]:
    stack.begin({"delay": SECONDS_A_MAIL})
    cookie = sign_in(stack)
    with stack.grown(webs=3, workers=4, beats=3) as ports:
        killer = Killer(stack, ports)
        balancer = Balancer(list(ports.values()))
        waiting = stack.mail.people(int(seconds) * WAITING_FOR_EACH_SECOND, "several")
        filling = stack.queue(waiting)
        began = time.monotonic()
        with Crowd(balancer, cookie) as crowd:
            stack.pause(between_kills / 2)
            while time.monotonic() - began < seconds:
                killer.kill_one()
                stack.pause(between_kills)
            while not enough(crowd, time.monotonic() - began - seconds):
                stack.pause(0.5)
        lasted = time.monotonic() - began
        stack.wait_until_queued(filling)
        stack.wait_until_sent(SECONDS_TO_RECOVER)
    history, stored = ticked(stack), enquiries(stack)
    more = {
        "requests": balancer.requests,
        "staff_pages": crowd.staff_pages,
        "kills": killer.killed.total(),
        "in_flight_at_the_killed": len(balancer.cuts),
        "cut_off_otherwise": sum(not killer.explains(*cut) for cut in balancer.cuts),
        "wrong_answers": len(crowd.wrong),
        "enquiries_lost": len(set(crowd.answered) - set(stored)),
        "enquiries_doubled": len(stored) - len(set(stored)),
        "interrupted": len(stack.outbox.events("interrupted")),
        "periods": max(history) - min(history) + 1,
        "periods_not_ticked": max(history) - min(history) + 1 - len(history),
        "periods_not_ticked_in_a_row": longest_gap(history),
        "periods_ticked_twice": history.total() - len(history),
    }
    return figures_of(stack, "several of everything", waiting + crowd.answered, lasted, **more), crowd, killer


def enquiries(stack: Stack) -> list[str]:
    return [email for (email,) in stack.outbox.ask("SELECT email FROM enquiries_enquiry WHERE email LIKE 'crowd%%'")]


def check(stack: Stack, figures: Figures, crowd: Crowd, killer: Killer) -> None:
    assert crowd.wrong == [], figures
    assert crowd.staff_pages >= STAFF_PAGES_AT_LEAST, figures
    for count in ("cut_off_otherwise", "enquiries_lost", "enquiries_doubled", "periods_ticked_twice"):
        assert figures.more[count] == 0, figures
    assert figures.lost == [], figures
    # A worker killed with a mail on the wire cannot know whether it arrived: once more, under the same name.
    assert figures.most_copies <= 2, figures
    assert figures.extra_copies <= figures.more["interrupted"] <= killer.children, figures
    assert figures.renamed == [], figures
    assert figures.more["periods_not_ticked_in_a_row"] <= PERIODS_IN_A_ROW, figures


@pytest.mark.alone
@pytest.mark.stack
# It starts ten processes of Python, and gives them time to recover.
@pytest.mark.timeout(300)
@pytest.mark.usefixtures("noted")
def test_of_three_webs_four_workers_and_three_beats_any_can_be_killed(stack: Stack) -> None:
    check(stack, *live_under_kills(stack, seconds=10, between_kills=2.5))


@pytest.mark.full
@pytest.mark.timeout(600)
@pytest.mark.usefixtures("noted")
def test_at_full_size_of_three_webs_four_workers_and_three_beats_any_can_be_killed(stack: Stack) -> None:
    check(stack, *live_under_kills(stack, seconds=60, between_kills=5))
