from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone

from foundation.budgets import Limit, draw
from mailings.models import OutgoingEmail
from newsletters.models import Subscriber


def together(work: Callable[[int], Any], count: int) -> list[Any]:
    def one(number: int) -> Any:
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        return list(pool.map(one, range(count)))


@pytest.mark.django_db(transaction=True)
def test_draws_at_the_same_moment_never_take_the_same_token() -> None:
    with time_machine.travel(timezone.now(), tick=False):
        drawn = together(lambda _number: draw("overall", Limit(50, 50, "")), 200)
    assert sum(drawn) == 50


@pytest.mark.django_db(transaction=True)
def test_one_address_in_any_case_gets_one_confirmation_mail(first_content: None) -> None:
    def sign_up(number: int) -> int:
        address = "".join(letter.upper() if number >> place & 1 else letter for place, letter in enumerate("zoe"))
        return Client().post("/newsletter/", {"email": f"{address}@example.com", "consent": "on"}).status_code

    assert together(sign_up, 24) == [303] * 24
    assert OutgoingEmail.objects.filter(kind="newsletter_confirm").count() == 1
    assert Subscriber.objects.get().email == "zoe@example.com"
