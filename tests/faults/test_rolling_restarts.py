import time
from itertools import cycle, islice

import pytest

from tests.faults.figures import Figures, figures_of
from tests.faults.stack import Stack
from tests.faults.visitors import Visitors

# So that a worker told to stop has a mail in its hands, and others behind it.
SECONDS_A_MAIL = 0.03


def restart(stack: Stack, name: str) -> None:
    stack.terminate(name, stack.web_answers if name == "web" else lambda: stack.is_working(name))


def restart_under_load(stack: Stack, *, restarts: int) -> tuple[Figures, Visitors]:
    stack.begin({"delay": SECONDS_A_MAIL})
    waiting = stack.mail.people(60, "waiting")
    began = time.monotonic()
    filling = stack.queue(waiting)
    with Visitors(stack, "posted", together=2) as visitors:
        for name in islice(cycle([*stack.workers, "web"]), restarts):
            restart(stack, name)
    stack.wait_until_queued(filling)
    stack.wait_until_sent(60 + restarts)
    people = waiting + visitors.answered
    more = {"restarts": restarts, "cut_off": visitors.cut_off, "wrong_answers": len(visitors.wrong)}
    return figures_of(stack, "rolling restarts", people, time.monotonic() - began, **more), visitors


def check(stack: Stack, figures: Figures, visitors: Visitors) -> None:
    assert visitors.wrong == [], figures
    assert len(visitors.answered) > 10, figures
    # A request in flight is answered before its process ends.
    assert visitors.cut_off == 0, figures
    assert figures.lost == [], figures
    assert figures.most_copies == 1, figures
    assert stack.outbox.states() == {"sent": figures.mails}, figures
    assert stack.outbox.events("interrupted") == [], figures


@pytest.mark.stack
def test_three_rolling_restarts_lose_and_double_nothing(stack: Stack) -> None:
    check(stack, *restart_under_load(stack, restarts=3))


@pytest.mark.full
@pytest.mark.timeout(3600)
def test_a_hundred_rolling_restarts_lose_and_double_nothing(stack: Stack) -> None:
    check(stack, *restart_under_load(stack, restarts=100))
