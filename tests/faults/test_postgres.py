import random
import time

import pytest

from tests.faults.figures import Figures, figures_of
from tests.faults.issues import Issue, check_account
from tests.faults.stack import Stack
from tests.faults.test_issue import patient, told
from tests.faults.test_kills import wait_until_taken
from tests.faults.visitors import Visitors

SECONDS_A_MAIL = 0.02
# So that an issue is still under way at the last restart, whatever the machine.
SECONDS_A_MAIL_OF_AN_ISSUE = 0.1
SECONDS_TO_RECOVER = 60


def restart_somehow(stack: Stack, chance: random.Random) -> None:
    """As an operator does it, or as a power cut does."""
    postgres = stack.kept["postgres"]
    if chance.choice([True, False]):
        stack.kill(postgres.pid)
    postgres.stop()
    postgres.start()
    stack.wait_until(stack.postgres.answers, 60)
    stack.wait_until(stack.web_answers, 60)


def restart_while_sending_and_posting(stack: Stack, restarts: int) -> tuple[Figures, Visitors, Issue]:
    stack.begin({"delay": SECONDS_A_MAIL})
    chance = random.Random(stack.seed)
    began = time.monotonic()
    waiting = stack.mail.people(60, "before")
    stack.wait_until_queued(stack.queue(waiting))
    issue = Issue(stack, stack.mail.people(100, f"issue{restarts}-"))
    with Visitors(stack, "during") as visitors:
        for _restart in range(restarts):
            stack.pause(chance.uniform(0.3, 1.5))
            restart_somehow(stack, chance)
        stack.pause(0.5)
    stack.wait_until_sent(SECONDS_TO_RECOVER)
    issue.wait_until_over(SECONDS_TO_RECOVER)
    people = waiting + visitors.answered
    more = {"restarts": restarts, "answered": len(visitors.answered), "asked_to_wait": len(visitors.wrong)}
    return figures_of(stack, "Postgres restarted", people, time.monotonic() - began, **more), visitors, issue


def check(stack: Stack, figures: Figures, visitors: Visitors, issue: Issue) -> None:
    assert set(visitors.wrong) <= {503}, figures
    assert len(visitors.answered) > 10, figures
    stored = {email for (email,) in stack.outbox.ask("SELECT DISTINCT email FROM enquiries_enquiry")}
    assert set(visitors.answered) <= stored, figures
    assert figures.lost == [], figures
    # A sender that lives writes down what it knows once it can.
    assert figures.extra_copies == 0, figures
    check_account(issue)
    # Whoever says "on the wire" and hears no answer puts nothing there.
    assert issue.account().get("uncertain", 0) <= figures.more["restarts"] * issue.senders, figures


@pytest.mark.alone
@pytest.mark.stack
def test_whatever_was_answered_is_stored_and_sent_though_postgres_restarts_three_times(stack: Stack) -> None:
    check(stack, *restart_while_sending_and_posting(stack, 3))


@pytest.mark.full
@pytest.mark.timeout(3600)
def test_whatever_was_answered_is_stored_and_sent_though_postgres_restarts_fifty_times(stack: Stack) -> None:
    check(stack, *restart_while_sending_and_posting(stack, 50))


def restart_under_an_issue(stack: Stack, *, mails: int, restarts: int) -> None:
    stack.begin({"delay": SECONDS_A_MAIL_OF_AN_ISSUE})
    chance = random.Random(stack.seed)
    began = time.monotonic()
    issue = Issue(stack, stack.mail.people(mails, f"issue-postgres{mails}-"))
    for number in range(restarts):
        wait_until_taken(stack, mails * number // restarts + 1)
        assert not issue.is_over()
        restart_somehow(stack, chance)
    # The rest of it, at a tenth of its speed.
    issue.wait_until_over(SECONDS_TO_RECOVER + 10 * SECONDS_A_MAIL_OF_AN_ISSUE * mails / restarts)
    account = check_account(issue, failed=0, cancelled=0)
    seconds = round(time.monotonic() - began)
    told(stack, "issue, Postgres restarted", mails=mails, restarts=restarts, **account, seconds=seconds)
    assert account.get("uncertain", 0) <= restarts * issue.senders


@pytest.mark.stack
@pytest.mark.timeout(600)
def test_an_issue_goes_on_by_itself_though_postgres_restarts_three_times(stack: Stack) -> None:
    with patient(stack):
        restart_under_an_issue(stack, mails=150, restarts=3)


@pytest.mark.full
@pytest.mark.timeout(3600)
def test_an_issue_goes_on_by_itself_though_postgres_restarts_fifty_times(stack: Stack) -> None:
    with patient(stack):
        restart_under_an_issue(stack, mails=5_000, restarts=50)
