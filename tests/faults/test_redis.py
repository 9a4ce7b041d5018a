import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest
import redis

from tests.faults.figures import Figures, figures_of
from tests.faults.issues import Issue, check_account
from tests.faults.posting import Post, p99, post_many
from tests.faults.stack import Stack
from tests.faults.test_issue import patient, told
from tests.faults.test_kills import wait_until_taken

# "All sent within a minute of its return."
SECONDS_TO_SEND = 60
SLOWER_BY_AT_MOST = 0.5


def valkey(stack: Stack) -> redis.Redis:
    """Past the proxy, so that the test itself can always reach it."""
    return redis.Redis(unix_socket_path=str(stack.valkey.socket))


# Gone and back within milliseconds, with what they held.
NOTICED_BY_NOBODY = {"flushed", "killed"}


@dataclass
class Fault:
    begin: Callable[[Stack], object]
    end: Callable[[Stack], object]


def stop(stack: Stack) -> None:
    stack.kept["valkey"].stop()


def start(stack: Stack) -> None:
    stack.kept["valkey"].start()
    stack.wait_until(stack.valkey.answers, 30)


def fill_up(stack: Stack) -> None:
    valkey(stack).config_set("maxmemory", "1")


def make_room(stack: Stack) -> None:
    valkey(stack).config_set("maxmemory", "0")


def kill(stack: Stack) -> None:
    stack.kill(stack.kept["valkey"].pid)


FAULTS = {
    "down": Fault(stop, start),
    "refused": Fault(lambda stack: stack.proxy.refuse(), lambda stack: stack.proxy.forward()),
    "black hole": Fault(lambda stack: stack.proxy.black_hole(), lambda stack: stack.proxy.forward()),
    "stopped": Fault(
        lambda stack: os.kill(stack.kept["valkey"].pid, signal.SIGSTOP),
        lambda stack: os.kill(stack.kept["valkey"].pid, signal.SIGCONT),
    ),
    "full": Fault(fill_up, make_room),
    "read-only": Fault(
        lambda stack: valkey(stack).replicaof("127.0.0.1", 1), lambda stack: valkey(stack).replicaof("NO", "ONE")
    ),
    "flushed": Fault(lambda stack: valkey(stack).flushall(), lambda stack: valkey(stack).flushall()),
    "killed": Fault(kill, lambda stack: stack.look_after()),
}


def takes_a_task(stack: Stack) -> bool:
    """As the doorbell would leave one, through the proxy."""
    broker = redis.Redis.from_url(stack.proxy.url, socket_timeout=0.3, socket_connect_timeout=0.3, retry=None)
    try:
        return bool(broker.lpush("of-a-test", "1"))
    except redis.RedisError:
        return False
    finally:
        broker.close()


def post_under_fault(stack: Stack, name: str, size: int, hold_seconds: float) -> tuple[Figures, list[Post], float]:
    stack.begin()
    usual = post_many(stack.port, stack.mail.people(size, f"usual-{size}-{name[:4].strip()}"))
    fault = FAULTS[name]
    fault.begin(stack)
    assert name in NOTICED_BY_NOBODY or not takes_a_task(stack)
    try:
        posts = post_many(stack.port, stack.mail.people(size, f"fault-{size}-{name[:4].strip()}"))
        # The workers and beat have to meet it too.
        stack.pause(hold_seconds)
    finally:
        fault.end(stack)
    back = time.monotonic()
    stack.wait_until_sent(SECONDS_TO_SEND)
    slower = p99(posts) - p99(usual)
    addresses = [post.address for post in usual + posts]
    more = {"posts": len(posts), "slower_by": round(slower, 2)}
    return figures_of(stack, f"Redis {name}", addresses, time.monotonic() - back, **more), posts, slower


def check(stack: Stack, figures: Figures, posts: list[Post], slower: float) -> None:
    assert {post.status for post in posts} == {303}, figures
    assert slower <= SLOWER_BY_AT_MOST, figures
    assert figures.lost == [], figures
    assert figures.extra_copies == 0, figures
    assert figures.seconds < SECONDS_TO_SEND, figures


@pytest.mark.alone
@pytest.mark.stack
@pytest.mark.parametrize("name", FAULTS)
def test_whatever_befalls_redis_every_post_is_quick_and_every_mail_goes_out(stack: Stack, name: str) -> None:
    check(stack, *post_under_fault(stack, name, 10, hold_seconds=1))


@pytest.mark.stack
def test_an_issue_that_begins_while_redis_is_gone_reaches_everybody_once(stack: Stack) -> None:
    stack.begin()
    fault = FAULTS["down"]
    fault.begin(stack)
    try:
        issue = Issue(stack, stack.mail.people(20, "issue-down"))
    finally:
        fault.end(stack)
    stack.wait_until(issue.is_over, SECONDS_TO_SEND)
    check_account(issue, sent=20)


# So that whatever the machine an issue of some hundred mails outlives all that befalls Redis.
SECONDS_A_MAIL_OF_AN_ISSUE = 0.25
# It has to move between one fault and the next, by itself.
MAILS_BETWEEN = 10


def faults_under_an_issue(stack: Stack, *, mails: int, hold_seconds: float) -> None:
    stack.begin({"delay": SECONDS_A_MAIL_OF_AN_ISSUE})
    issue = Issue(stack, stack.mail.people(mails, f"issue-redis{mails}-"))
    for fault in FAULTS.values():
        wait_until_taken(stack, len(stack.mail.accepted()) + MAILS_BETWEEN)
        assert not issue.is_over()
        fault.begin(stack)
        try:
            stack.pause(hold_seconds)
        finally:
            fault.end(stack)
    back = time.monotonic()
    stack.wait_until(issue.is_over, SECONDS_TO_SEND + mails * SECONDS_A_MAIL_OF_AN_ISSUE)
    account = check_account(issue, sent=mails)
    told(stack, "issue, Redis", mails=mails, faults=len(FAULTS), **account, seconds=round(time.monotonic() - back))


@pytest.mark.stack
@pytest.mark.timeout(600)
def test_whatever_befalls_redis_an_issue_under_way_reaches_everybody_once(stack: Stack) -> None:
    with patient(stack):
        faults_under_an_issue(stack, mails=300, hold_seconds=1)


@pytest.mark.full
@pytest.mark.timeout(3600)
def test_at_full_size_whatever_befalls_redis_an_issue_under_way_reaches_everybody_once(stack: Stack) -> None:
    with patient(stack):
        faults_under_an_issue(stack, mails=3_000, hold_seconds=20)


@pytest.mark.full
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("name", FAULTS)
def test_at_full_size_whatever_befalls_redis_every_mail_goes_out(stack: Stack, name: str) -> None:
    check(stack, *post_under_fault(stack, name, 200, hold_seconds=40))


@pytest.fixture
def without_a_worker(stack: Stack) -> Stack:
    for name in (*stack.workers, "beat", "valkey"):
        stack.kept[name].stop()
    return stack


@pytest.mark.stack
def test_with_redis_gone_for_good_one_command_sends_everything(without_a_worker: Stack) -> None:
    stack = without_a_worker
    addresses = stack.mail.people(10, "nobroker")
    assert {post.status for post in post_many(stack.port, addresses)} == {303}
    stack.keep("sender", stack.site._python("sender", "django", "deliver_mail", "--forever"))
    try:
        stack.wait_until_sent(SECONDS_TO_SEND)
    finally:
        stack.kept.pop("sender").stop()
    figures = figures_of(stack, "no broker", addresses, 0)
    assert figures.lost == []
    assert figures.extra_copies == 0
