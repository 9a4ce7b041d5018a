"""Codes of a second factor, typed by two at the same moment: each of them holds what the row said before."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.db import connection, transaction
from django.test import Client

from tests.clinic.test_second_factor import AUTHENTICATE, SECRET, at_the_second_step, is_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(60)]


@pytest.fixture
def recovery(first_content: None, staff: Any) -> RecoveryCodes:
    TOTP.activate(staff, SECRET)
    return RecoveryCodes.activate(staff)


@pytest.fixture
def at_once(recovery: RecoveryCodes, staff: Any) -> Callable[..., list[Client]]:
    """Those who are in, when all of these codes are typed while nobody can write down yet that one is spent."""

    def typed(*codes: str) -> list[Client]:
        browsers = [at_the_second_step(staff, network=f"192.0.2.{number}") for number in range(len(codes))]
        with ThreadPoolExecutor(len(codes)) as pool:
            with transaction.atomic():
                Authenticator.objects.select_for_update().get(pk=recovery.instance.pk)
                posts = [pool.submit(post, *one) for one in zip(browsers, codes, strict=True)]
                while waiting() < len(codes) and not any(one.done() for one in posts):
                    time.sleep(0.01)
            [one.result() for one in posts]
        return [browser for browser in browsers if is_in(browser)]

    return typed


def post(browser: Client, typed: str) -> None:
    try:
        assert browser.post(AUTHENTICATE, {"code": typed}).status_code in (200, 302)
    finally:
        connection.close()


def waiting() -> int:
    with connection.cursor() as cursor:
        # Who waits for a row waits for a transaction, and that lock is in no database.
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)"
            " WHERE NOT granted AND datname = current_database()"
        )
        return int(cursor.fetchone()[0])


def test_a_recovery_code_that_two_type_at_once_lets_one_of_them_in(recovery: RecoveryCodes, at_once: Any) -> None:
    first, *others = recovery.get_unused_codes()
    assert len(at_once(first, first)) == 1
    assert RecoveryCodes(Authenticator.objects.get(pk=recovery.instance.pk)).get_unused_codes() == others


def test_two_recovery_codes_at_once_are_both_spent(recovery: RecoveryCodes, at_once: Any) -> None:
    first, second, *others = recovery.get_unused_codes()
    assert len(at_once(first, second)) == 2
    assert RecoveryCodes(Authenticator.objects.get(pk=recovery.instance.pk)).get_unused_codes() == others
