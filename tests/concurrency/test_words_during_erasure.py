"""Staff save something about a person at the moment in which a colleague erases them."""

import random
import time
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from enquiries.actions import correct_address, erase_person, save_view
from enquiries.models import Lead, SavedView
from foundation.actors import JOB
from mailings import delivery, results
from mailings.models import OutgoingEmail
from tests.concurrency.test_edits import close_both
from tests.enquiries.test_erasure import tables_with

# Each with one word that nothing else holds, so that what is left says whose it was.
EDITS: dict[str, dict[str, str]] = {
    "call": {"outcome": "spoke", "text": "canary-call"},
    "plan": {"next_action": "canary-plan", "next_action_on": "2028-01-01"},
    "correct-address": {"email": "canary-address-{round}@example.org"},
    "note": {"text": "canary-note"},
    "details": {"name": "canary-details", "phone": "555 0100"},
    "move": {"stage": "lost", "reason": "canary-reason"},
}
WORDS = ["canary-call", "canary-plan", "canary-address", "canary-note", "canary-details", "canary-reason", "canary"]


@pytest.mark.timeout(600)
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("rounds", [150, pytest.param(300, marks=pytest.mark.full)])
def test_no_word_is_left_that_was_saved_while_its_person_was_erased(
    first_content: None, django_user_model: Any, rounds: int
) -> None:
    chance = random.Random(20261128)
    browsers = [Client(raise_request_exception=False), Client(raise_request_exception=False)]
    for number, browser in enumerate(browsers):
        browser.force_login(django_user_model.objects.create_superuser(f"p{number}@clinic.example"))
    answers: Counter[str] = Counter()
    with ThreadPoolExecutor(2) as pool:
        for number in range(rounds):
            verb = list(EDITS)[number % len(EDITS)]
            status = save_and_erase(pool, browsers, verb, number, chance)
            answers[f"{verb} {status}"] += 1
        close_both(pool)
    left = {word: tables_with(word) for word in WORDS}
    print(f"\nwords during an erasure: {rounds} rounds, {sorted(answers.items())}, left: {left}")  # noqa: T201
    assert not any(left.values()), left
    assert {answer.split()[1] for answer in answers} == {"302"}
    assert Lead.objects.filter(erased_at=None).count() == 0


def save_and_erase(
    pool: ThreadPoolExecutor, browsers: list[Client], verb: str, number: int, chance: random.Random
) -> str:
    lead = Lead.objects.create(
        name="Canary O'Brien & Sons",
        email=f"canary{number}@example.org",
        next_action="Ring",
        next_action_on="2028-01-01",
    )
    ready = Barrier(2)
    posts = [
        (verb, {name: value.format(round=number) for name, value in EDITS[verb].items()}),
        ("erase", {"confirm": "erase"}),
    ]
    # Whoever begins first is seldom whoever ends first, and each order has its own fault.
    delays = [0.0, chance.uniform(-0.01, 0.02)]

    def post(browser: Client, action: tuple[str, dict[str, str]], delay: float) -> int:
        ready.wait()
        time.sleep(max(0.0, delay if action[0] == "erase" else -delays[1]))
        return browser.post(f"/admin/enquiries/lead/{lead.pk}/{action[0]}/", action[1]).status_code

    statuses = list(pool.map(post, browsers, posts, delays))
    assert statuses[1] == 302
    return str(statuses[0])


@pytest.mark.timeout(120)
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("corrected", [False, True])
def test_a_mail_whose_person_is_erased_while_it_goes_out_holds_up_nobody(
    first_content: None, packet_fields: dict[str, str], corrected: bool
) -> None:
    with ThreadPoolExecutor(2) as pool:
        for number in range(15):
            address = f"canary{number}@example.org"
            Client().post("/information-packet/", {**packet_fields, "email": address})
            [outgoing] = [mail for mail in delivery.claim(uuid.uuid4(), 25) if mail.email == address]
            assert delivery.mark_sending(outgoing)
            lead = Lead.objects.get(email=address)
            if corrected:
                correct_address(lead=lead, email=f"other{number}@example.org", resend=False, by=JOB)
            both_at_once(
                pool,
                lambda: results.finish(outgoing, OutgoingEmail.State.FAILED, f"550 {address} unknown"),  # noqa: B023
                lambda: erase_person(lead=lead),  # noqa: B023
            )
        close_both(pool)
    assert tables_with("canary") == []


def both_at_once(pool: ThreadPoolExecutor, *acts: Callable[[], Any]) -> None:
    ready = Barrier(len(acts))

    def begin(act: Callable[[], Any]) -> None:
        ready.wait()
        act()

    list(pool.map(begin, acts))


@pytest.mark.django_db(transaction=True)
def test_a_view_that_is_just_being_saved_is_forgotten_with_its_person(
    first_content: None, django_user_model: Any
) -> None:
    owner = django_user_model.objects.create_superuser("p@clinic.example")
    lead = Lead.objects.create(name="Canary O'Brien", phone="555 0100", next_action="Ring", next_action_on="2028-01-01")
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            save_view(owner=owner, name="Mine", query="q=canary+o'brien")
            erasing = pool.submit(erase_person, lead=lead, by=owner)
            while not erasing.done() and not somebody_waits():
                time.sleep(0.01)
        assert erasing.result(timeout=60) == 1
        # Looked up over there, each thread has its own.
        pool.submit(lambda: connection.close()).result()
    assert not SavedView.objects.exists()


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks JOIN pg_stat_activity USING (pid)"
            " WHERE NOT granted AND datname = current_database())"
        )
        return bool(cursor.fetchone()[0])
