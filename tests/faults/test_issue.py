"""An issue of the newsletter under kills, pauses and people who leave. In doubt, nobody gets it twice."""

import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import Any

import pytest

from clinic.embedded.speech import say
from mailings.delivery import COMMANDS_OF_ONE_MAIL
from tests.faults.issues import Issue, check_account
from tests.faults.script import ACCEPT
from tests.faults.stack import Stack
from tests.faults.test_kills import SECONDS_TO_RECOVER, kill_something, wait_until_taken

pytestmark = pytest.mark.stack

# So long that a random moment is mostly one with a mail on the wire.
SECONDS_A_MAIL = 0.03
# So that whoever presses a button on a slow machine is in time, and no command meets its time limit.
SECONDS_A_SLOW_MAIL = 0.5
PER_SECOND = 14
# A mail server that refuses, is slow, and breaks off; fewer dead addresses than pause an issue by themselves.
CHAOS = {"450": 0.20, "550": 0.01, "stall": 0.01, "reset": 0.02, "421": 0.01}
# What the privacy page and the mail itself promise.
SECONDS_TO_LEAVE = 5
# Beyond what a busy machine is held up for, so that a mail in doubt is one that was killed on the wire.
PATIENCE_SECONDS = 10
# So long such a mail waits for whoever was killed.
SECONDS_ON_THE_WIRE = COMMANDS_OF_ONE_MAIL * PATIENCE_SECONDS


def wait_until_over(issue: Issue) -> None:
    # The rest of it, at a tenth of its speed, and what the last fault left behind.
    rest = 10 * SECONDS_A_MAIL * len(issue.addresses)
    issue.wait_until_over(SECONDS_TO_RECOVER + SECONDS_ON_THE_WIRE + rest)


def kill_while_it_goes_out(stack: Stack, *, mails: int, kills: int) -> None:
    stack.begin({"delay": SECONDS_A_MAIL})
    chance = random.Random(stack.seed)
    # Moments of the issue and not of the clock, so that a faster machine is not killed after the end.
    moments = sorted(chance.sample(range(mails * 9 // 10), kills))
    began = time.monotonic()
    issue = Issue(stack, stack.mail.people(mails, f"killed{mails}-"))
    killed = 0
    for moment in moments:
        wait_until_taken(stack, moment)
        killed += kill_something(stack, chance)
    wait_until_over(issue)
    account = check_account(issue)
    seconds = round(time.monotonic() - began)
    told(stack, "issue, kill -9", mails=mails, kills=kills, senders_killed=killed, **account, seconds=seconds)
    assert set(account) <= {"sent", "uncertain"}
    assert account.get("uncertain", 0) <= killed


def patient(stack: Stack) -> AbstractContextManager[None]:
    """A machine that is held up for seconds leaves no mail in doubt, since its mail server answers all the same."""
    return stack.workers_with(EMAIL_TIMEOUT=PATIENCE_SECONDS)


def told(stack: Stack, scenario: str, **figures: Any) -> None:
    said = ", ".join(f"{name.replace('_', ' ')} {figure}" for name, figure in figures.items())
    say(f"{scenario}: {said} (seed {stack.seed})")


# Each kill costs a start of a worker, which takes seconds where others use the machine, too.
@pytest.mark.timeout(600)
def test_twenty_kills_lose_no_mail_of_an_issue_and_send_none_twice(stack: Stack) -> None:
    with patient(stack):
        kill_while_it_goes_out(stack, mails=1_000, kills=20)


@pytest.mark.full
@pytest.mark.timeout(3600)
def test_two_hundred_kills_lose_no_mail_of_an_issue_and_send_none_twice(stack: Stack) -> None:
    with patient(stack):
        kill_while_it_goes_out(stack, mails=20_000, kills=200)


def stop_in_the_middle(stack: Stack, verb: str, mails: int) -> tuple[Issue, int]:
    """Presses that button while it goes out; also how many had gone by then."""
    stack.begin({"delay": SECONDS_A_SLOW_MAIL})
    issue = Issue(stack, stack.mail.people(mails, f"{verb}{mails}-"))
    wait_until_taken(stack, 5)
    issue.press(verb)
    gone = len(stack.mail.accepted())
    # Time goes by, in which other mail goes out and this would, too.
    others = stack.mail.people(6, f"during-{verb}{mails}-")
    stack.wait_until_queued(stack.queue(others))

    def have_theirs() -> bool:
        return set(others) <= {address for _name, address in stack.mail.accepted()}

    stack.wait_until(have_theirs, SECONDS_TO_RECOVER)
    assert sum(issue.copies().values()) <= gone + issue.senders
    return issue, gone


def pause_and_resume(stack: Stack, mails: int) -> None:
    issue, gone = stop_in_the_middle(stack, "pause", mails)
    assert issue.state() == "paused"
    assert issue.account()["queued"] >= mails - gone - issue.senders
    # Nothing is on the wire, and the rest may be quick.
    stack.mail.script = {}
    stack.mail.restart()
    issue.press("resume")
    wait_until_over(issue)
    check_account(issue, sent=mails)


def cancel(stack: Stack, mails: int) -> None:
    issue, gone = stop_in_the_middle(stack, "cancel", mails)
    account = check_account(issue, queued=0, sending=0, uncertain=0)
    assert account["sent"] + account["cancelled"] == mails
    assert account["cancelled"] >= mails - gone - issue.senders
    assert issue.state() == "cancelled"


@pytest.mark.timeout(600)
def test_paused_only_what_is_on_the_wire_goes_out_and_resumed_everybody_gets_it(stack: Stack) -> None:
    with patient(stack):
        pause_and_resume(stack, 150)


@pytest.mark.timeout(600)
def test_cancelled_only_what_is_on_the_wire_goes_out(stack: Stack) -> None:
    with patient(stack):
        cancel(stack, 150)


@pytest.mark.full
@pytest.mark.timeout(3600)
def test_at_full_size_a_pause_and_a_cancel_stop_all_but_what_is_on_the_wire(stack: Stack) -> None:
    with patient(stack):
        pause_and_resume(stack, 5_000)
        cancel(stack, 5_000)


def leave_while_it_goes_out(stack: Stack, *, mails: int, leavers: int) -> None:
    stack.begin({"delay": SECONDS_A_SLOW_MAIL / 2})
    issue = Issue(stack, stack.mail.people(mails, f"leaves{mails}-"))
    wait_until_taken(stack, 1)
    # Those who would get it last leave first, so that whatever the speed some leave before their turn.
    who = sorted(issue.addresses, key=list(issue.states()).index)[-leavers:][::-1]
    with ThreadPoolExecutor(4) as pool:
        left_at = dict(zip(who, pool.map(issue.leave, who), strict=True))
    wait_until_over(issue)
    late = [address for address, at in stack.mail.accepted_at() if at > left_at.get(address, at) + SECONDS_TO_LEAVE]
    account = check_account(issue, uncertain=0, failed=0)
    told(stack, "issue, people leave", mails=mails, left=leavers, too_late=len(late), **account)
    assert late == []
    assert account["sent"] + account["cancelled"] == mails
    assert account["cancelled"] > 0


@pytest.mark.alone
@pytest.mark.timeout(600)
def test_nobody_gets_an_issue_five_seconds_after_they_left(stack: Stack) -> None:
    with patient(stack):
        leave_while_it_goes_out(stack, mails=260, leavers=200)


@pytest.mark.full
@pytest.mark.timeout(3600)
def test_of_ten_thousand_who_leave_nobody_gets_an_issue_five_seconds_later(stack: Stack) -> None:
    with patient(stack):
        leave_while_it_goes_out(stack, mails=15_000, leavers=10_000)


def restart_under_a_rate(stack: Stack, *, mails: int, restarts: int) -> list[float]:
    """When each mail was taken, while four workers keep one rate and are killed."""
    stack.begin()
    with stack.workers_with(BULK_PER_SECOND=PER_SECOND), stack.grown(webs=1, workers=4, beats=1):
        issue = Issue(stack, stack.mail.people(mails, f"rate{mails}-"))
        for number in range(restarts):
            # At that rate the share of one restart takes longer than a minute.
            wait_until_taken(stack, mails * number // restarts, SECONDS_TO_RECOVER + mails / restarts)
            stack.kill_with_children(stack.workers[number % len(stack.workers)])
        issue.wait_until_over(SECONDS_TO_RECOVER + mails)
        check_account(issue, failed=0, cancelled=0)
    times = sorted(at for _address, at in stack.mail.accepted_at())
    most = most_in_a_second(times)
    told(
        stack, "issue, rate", mails=mails, restarts=restarts, most_in_a_second=most, seconds=round(times[-1] - times[0])
    )
    return times


def most_in_a_second(times: list[float]) -> int:
    return max(sum(begin <= at < begin + 1 for at in times[first : first + 200]) for first, begin in enumerate(times))


@pytest.mark.alone
@pytest.mark.timeout(600)
def test_four_workers_that_are_killed_keep_one_rate(stack: Stack) -> None:
    assert most_in_a_second(restart_under_a_rate(stack, mails=120, restarts=5)) <= PER_SECOND


@pytest.mark.full
@pytest.mark.timeout(3600)
def test_at_full_size_no_second_has_more_mails_than_the_rate(stack: Stack) -> None:
    assert most_in_a_second(restart_under_a_rate(stack, mails=5_000, restarts=5)) <= PER_SECOND


def issue_in_chaos(stack: Stack, *, mails: int, seconds: float) -> None:
    stack.begin(CHAOS)
    issue = Issue(stack, stack.mail.people(mails, f"chaos-issue{mails}-"))
    stack.wait_until(issue.is_over, seconds)
    states = issue.states()
    fates = Counter((stack.mail.fate(address), states[address]) for address in states)
    told(stack, "issue, SMTP chaos", mails=mails, **check_account(issue))
    # Whatever was handed over and not answered is in doubt, and is never sent again.
    ends = {"550": "failed", "reset": "uncertain", "stall": "uncertain"}
    assert all(state == ends[fate] for fate, state in fates if fate in ends), fates
    assert {fate for fate, _state in fates} == {*CHAOS, ACCEPT}
    # A machine that is held up for two seconds answers too late.
    others = sum(count for (fate, state), count in fates.items() if fate not in ends and state != "sent")
    assert others <= mails // 20, fates


@pytest.mark.alone
@pytest.mark.timeout(600)
def test_in_smtp_chaos_whoever_can_be_reached_gets_an_issue_once(stack: Stack) -> None:
    issue_in_chaos(stack, mails=100, seconds=120)


@pytest.mark.full
@pytest.mark.timeout(3600)
def test_in_long_smtp_chaos_whoever_can_be_reached_gets_an_issue_once(stack: Stack) -> None:
    issue_in_chaos(stack, mails=5_000, seconds=1800)
