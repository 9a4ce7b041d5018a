import random
import time

import pytest

from tests.faults.figures import Figures, figures_of
from tests.faults.stack import Stack

# So long that a random moment is mostly one with a mail on the wire.
SECONDS_A_MAIL = 0.03
# A lease that nobody holds any more, the longest hold on a mail, the ladder and the sweep: each a few seconds here.
SECONDS_TO_RECOVER = 60


def kill_something(stack: Stack, chance: random.Random) -> int:
    """Returns how many senders it ended: each may have left a mail in doubt."""
    stack.pause(chance.uniform(0, 0.2))
    stack.wait_until(stack.somebody_works, 60)
    name = chance.choice([name for name in stack.workers if stack.is_working(name)])
    match chance.choice(["worker", "child", "both"]):
        case "worker":
            return stack.kill_worker(name)
        case "child":
            return stack.kill_child(name, chance)
        case _:
            return stack.kill_with_children(name)


def wait_until_taken(stack: Stack, count: int, seconds: float = 60) -> None:
    def has_taken_so_many() -> bool:
        return len(stack.mail.accepted()) >= count

    stack.wait_until(has_taken_so_many, seconds)


def drain_under_kills(stack: Stack, *, mails: int, kills: int) -> Figures:
    stack.begin({"delay": SECONDS_A_MAIL})
    chance = random.Random(stack.seed)
    people = stack.mail.people(mails, "killed")
    # Moments of the drain and not of the clock, so that a faster machine is not killed after the end.
    moments = sorted(chance.sample(range(mails * 9 // 10), kills))
    began = time.monotonic()
    filling = stack.queue(people)
    killed = 0
    for moment in moments:
        wait_until_taken(stack, moment)
        killed += kill_something(stack, chance)
    stack.wait_until_queued(filling)
    # The rest of the drain, at a tenth of its speed, and what the last kill left behind.
    stack.wait_until_sent(SECONDS_TO_RECOVER + 10 * SECONDS_A_MAIL * mails)
    interrupted = stack.outbox.events("interrupted")
    uncertain = stack.outbox.states().get("uncertain", 0)
    more = {"kills": kills, "senders_killed": killed, "interrupted": len(interrupted), "uncertain": uncertain}
    return figures_of(stack, "kill -9", people, time.monotonic() - began, **more)


def check(stack: Stack, figures: Figures) -> None:
    assert figures.lost == [], figures
    assert figures.most_copies <= 2, figures
    assert figures.extra_copies <= figures.more["senders_killed"], figures
    assert figures.renamed == [], figures
    check_states(stack, figures)
    # Else the kills would have met nothing.
    assert figures.more["interrupted"] > 0, figures


def check_states(stack: Stack, figures: Figures) -> None:
    """Sent, all but those whose worker was killed on them twice: of these nobody knows, and staff are told."""
    states = {address: state for _name, address, state in stack.outbox.mails()}
    assert states.keys() == set(figures.addresses)
    interrupted = {address for address, _reply in stack.outbox.events("interrupted")}
    told = {address for address, _reply in stack.outbox.events("uncertain")}
    assert told <= interrupted, figures
    assert states == {address: "uncertain" if address in told else "sent" for address in states}, figures


@pytest.mark.stack
# Each kill costs a start of a worker, which takes seconds where others use the machine, too.
@pytest.mark.timeout(600)
def test_thirty_kills_in_a_drain_lose_no_mail_and_send_none_more_than_twice(stack: Stack) -> None:
    check(stack, drain_under_kills(stack, mails=600, kills=30))


@pytest.mark.full
@pytest.mark.timeout(3600)
def test_a_thousand_kills_in_a_drain_lose_no_mail_and_send_none_more_than_twice(stack: Stack) -> None:
    check(stack, drain_under_kills(stack, mails=10_000, kills=1_000))
