import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone

from clinic.embedded.speech import say
from enquiries.actions.notices import MOST_NOTICES
from enquiries.models import Enquiry
from foundation.budgets import NETWORK, OVERALL
from mailings.models import Consent, OutgoingEmail
from newsletters.models import Subscriber
from tests.faults.conftest import SEED

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(1800)]

SIZES = pytest.mark.parametrize("size", [500, pytest.param(10_000, marks=pytest.mark.full)])
NETWORKS = 50
THREADS = 8
# Among the bomb's posts, one in so many is of somebody who means it, from a network of their own.
ONE_PERSON_IN = 20
VICTIM = "victim@example.com"
PACKET, NEWSLETTER = "/information-packet/", "/newsletter/"

Verdict = Enquiry.Verdict


class Post(NamedTuple):
    network: str
    email: str
    message: str


class Answer(NamedTuple):
    status: int
    location: str
    body: bytes


@pytest.fixture(autouse=True)
def burst(first_content: None, settings: Any) -> Iterator[Any]:
    """All at one instant, so that the budgets are exact: they fill up again by the second."""
    settings.TRUSTED_PROXY_COUNT = 1
    settings.STAFF_ALERT_EMAIL = "desk@clinic.example"
    with time_machine.travel(timezone.now(), tick=False) as clock:
        yield clock


def person(number: int) -> Post:
    return Post(f"198.51.{number // 250}.{number % 250}", f"person{number}@example.com", f"I am person {number}")


def bomb(size: int, address: Callable[[random.Random, int], str]) -> list[Post]:
    """The posts in the order in which they come; address says whom the robots' post with this number names."""
    chance = random.Random(SEED)
    networks = [f"203.0.113.{number}" for number in range(NETWORKS)]
    return [
        person(number)
        if number % ONE_PERSON_IN == 0
        # One network posts more than its share.
        else Post(chance.choice([*networks, *networks[:1] * 10]), address(chance, number), f"{number}")
        for number in range(size)
    ]


def stranger(_chance: random.Random, number: int) -> str:
    return f"stranger{number}@example.com"


def victim(chance: random.Random, number: int) -> str:
    """Half of them name one address, however it is written; the others hide that."""
    if number % 2:
        return stranger(chance, number)
    return "".join(chance.choice([letter, letter.upper()]) for letter in VICTIM)


def fields(path: str, post: Post) -> dict[str, str]:
    if path == NEWSLETTER:
        return {"email": post.email, "consent": "on"}
    return {
        "name": "Zoë O'Brien & Sons",
        "email": post.email,
        "message": post.message,
        "consent_packet": "on",
        "consent_contact": "on",
    }


def send(path: str, posts: list[Post]) -> set[Answer]:
    client = Client()
    try:
        responses = (
            client.post(path, fields(path, post), headers={"X-Forwarded-For": f"10.9.9.9, {post.network}"})
            for post in posts
        )
        return {Answer(answer.status_code, answer["Location"], answer.content) for answer in responses}
    finally:
        connection.close()


def send_together(path: str, posts: list[Post]) -> set[Answer]:
    """From several threads at once, each with every so-manieth post; returns the different answers."""
    began = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        answers = set().union(*pool.map(lambda first: send(path, posts[first::THREADS]), range(THREADS)))
    say(f"list bomb on {path}: {len(posts)} posts in {time.perf_counter() - began:.1f} s (seed {SEED})")
    return answers


def people_among(posts: list[Post]) -> set[str]:
    return {post.email for post in posts if post.email.startswith("person")}


def mails(kind: str) -> Counter[str]:
    return Counter(OutgoingEmail.objects.filter(kind=kind).values_list("email", flat=True))


def served_of(posts: list[Post], network: str) -> int:
    """How many of a network's posts caused an accepted enquiry."""
    messages = [post.message for post in posts if post.network == network]
    return Enquiry.objects.filter(verdict=Verdict.ACCEPTED, fields__message__in=messages).count()


def within_budget(posts: list[Post]) -> int:
    """How many of these may pass: each network its share, and all together theirs."""
    by_network = Counter(post.network for post in posts)
    return min(OVERALL.at_once, sum(min(count, NETWORK.at_once) for count in by_network.values()))


@SIZES
def test_a_bomb_of_packets_mails_its_victim_once_and_loses_nobody_else(size: int, burst: Any) -> None:
    posts = bomb(size, victim)
    assert {answer.status for answer in send_together(PACKET, posts)} == {303}
    assert Enquiry.objects.count() == size
    assert Enquiry.objects.filter(verdict=Verdict.ACCEPTED).count() == within_budget(posts) == OVERALL.at_once
    assert mails("packet")[VICTIM] == 1
    assert max(mails("packet").values()) == 1
    stored = Enquiry.objects.filter(email__startswith="person")
    assert {enquiry.email for enquiry in stored} == people_among(posts)
    served = {enquiry.email for enquiry in stored if enquiry.verdict == Verdict.ACCEPTED}
    assert served == people_among(posts) & set(mails("packet"))
    assert all(enquiry.held_reason for enquiry in stored if enquiry.verdict == Verdict.HELD)
    # Of the first that were accepted one each, give or take those in hand; then one of the rest, one of the held.
    assert mails("staff_notice").total() <= MOST_NOTICES + THREADS + 2
    assert served_of(posts, "203.0.113.0") <= NETWORK.at_once
    say(f"list bomb: {len(served)} of {len(people_among(posts))} people served, the others held")


@SIZES
def test_a_bomb_of_sign_ups_mails_its_victim_once_and_loses_nobody_else(size: int, burst: Any) -> None:
    posts = bomb(size, victim)
    assert {answer.status for answer in send_together(NEWSLETTER, posts)} == {303}
    assert Consent.objects.count() == size
    assert mails("newsletter_confirm")[VICTIM] == 1
    assert max(mails("newsletter_confirm").values()) == 1
    people = Subscriber.objects.filter(email__startswith="person")
    assert {subscriber.email for subscriber in people} == people_among(posts)
    asked = {subscriber.email for subscriber in people if subscriber.state == Subscriber.State.PENDING}
    assert asked == people_among(posts) & set(mails("newsletter_confirm"))
    assert all(subscriber.held_reason for subscriber in people if subscriber.state == Subscriber.State.HELD)


@pytest.mark.full
def test_a_bomb_of_many_addresses_is_over_when_the_overall_budget_is(burst: Any) -> None:
    size = 10_000
    posts = bomb(size, stranger)
    answers = send_together(PACKET, posts)
    assert len(answers) == 1
    assert mails("packet").total() == within_budget(posts) == OVERALL.at_once
    assert Enquiry.objects.count() == size
    assert Enquiry.objects.held().count() == size - OVERALL.at_once


def test_the_victim_of_a_bomb_that_goes_on_all_day_gets_one_mail_of_each_kind(burst: Any) -> None:
    for part in range(8):
        send(PACKET, [Post("203.0.113.1", VICTIM, str(part))])
        send(NEWSLETTER, [Post("203.0.113.1", VICTIM, "")])
        burst.shift(3 * 3600 - 1)
    assert mails("packet") == mails("newsletter_confirm") == {VICTIM: 1}
