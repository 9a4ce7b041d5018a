import time
from collections import Counter

import pytest

from tests.faults.figures import Figures, figures_of
from tests.faults.stack import Stack
from tests.faults.watch import Watch

CHAOS = {"450": 0.30, "550": 0.02, "stall": 0.01, "reset": 0.01, "421": 0.01}
# In seconds. The promise is 60 with commands of 10; they are of 2 here.
LONGEST_BLOCK = 12


def drain_in_chaos(stack: Stack, *, mails: int, seconds: float) -> Figures:
    stack.begin(CHAOS)
    people = stack.mail.people(mails, "chaos")
    watch = Watch(stack)
    began = time.monotonic()
    stack.wait_until_queued(stack.queue(people), watch.look)
    watch.until_sent(seconds)
    return figures_of(
        stack,
        "SMTP chaos",
        people,
        time.monotonic() - began,
        longest_on_the_wire=watch.longest_on_the_wire,
        longest_standstill=watch.longest_standstill,
    )


def check(stack: Stack, figures: Figures) -> None:
    assert figures.lost == [], figures
    assert figures.renamed == [], figures
    fates = {address: stack.mail.fate(address) for address in figures.addresses}
    met = Counter(behaviour for _address, behaviour in stack.mail.tries())
    check_refused(stack, [address for address, fate in fates.items() if fate == "550"], met)
    check_resets(stack, {address for address, fate in fates.items() if fate == "reset"}, figures)
    assert figures.more["longest_on_the_wire"] < LONGEST_BLOCK, figures
    assert figures.more["longest_standstill"] < LONGEST_BLOCK, figures


def check_refused(stack: Stack, gone: list[str], met: Counter[str]) -> None:
    states = {address: state for _name, address, state in stack.outbox.mails()}
    assert {address for address, state in states.items() if state == "failed"} == set(gone)
    assert met["550"] == len(gone)  # asked once, and never again
    assert stack.outbox.suppressed("hard_bounce") == len(gone)
    assert all(state == "sent" for address, state in states.items() if address not in gone)


def check_resets(stack: Stack, reset: set[str], figures: Figures) -> None:
    flagged = {address for address, _reply in stack.outbox.events("interrupted")}
    assert reset
    assert reset <= flagged
    # A stall after the mail was handed over looks the same from here; nothing else does.
    assert flagged <= reset | {address for address in figures.addresses if stack.mail.fate(address) == "stall"}
    assert {address for address, copies in figures.copies.items() if copies > 1} == reset
    assert figures.most_copies == 2


@pytest.mark.alone
@pytest.mark.stack
def test_in_smtp_chaos_everybody_who_can_be_reached_is(stack: Stack) -> None:
    check(stack, drain_in_chaos(stack, mails=300, seconds=60))


@pytest.mark.full
@pytest.mark.timeout(3600)
def test_in_long_smtp_chaos_everybody_who_can_be_reached_is(stack: Stack) -> None:
    check(stack, drain_in_chaos(stack, mails=5_000, seconds=1800))
