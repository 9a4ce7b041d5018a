"""Somebody who removes one of their two factors in each of two windows at the same moment."""

import contextlib
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from allauth.account.internal.flows import login
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.db import connections
from django.test import Client

from clinic.accounts.adapter import FactorAdapter

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
# Whoever waits for the other one's lock comes to no meeting.
MEETING_SECONDS = 2


def passkey(staff: Any, name: str) -> str:
    key = Authenticator.objects.create(user=staff, type="webauthn", data={"name": name, "credential": {}})
    return f"/accounts/2fa/webauthn/keys/{key.pk}/remove/"


def app(staff: Any) -> str:
    TOTP.activate(staff, SECRET)
    return "/accounts/2fa/totp/deactivate/"


@pytest.fixture
def met(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have been told that another factor is left before either goes on, if nothing keeps them apart."""
    meeting, asked = Barrier(2), FactorAdapter.can_delete_authenticator

    def ask_and_wait(adapter: FactorAdapter, authenticator: Authenticator) -> bool:
        answer = asked(adapter, authenticator)
        with contextlib.suppress(BrokenBarrierError):
            meeting.wait(MEETING_SECONDS)
        return answer

    monkeypatch.setattr(FactorAdapter, "can_delete_authenticator", ask_and_wait)


def signed_in(staff: Any, factor: Authenticator) -> Client:
    client = Client()
    client.force_login(staff)
    session = client.session
    record = {"method": "mfa", "type": str(factor.type), "id": factor.pk, "at": time.time()}
    session["account_authentication_methods"] = [record]
    session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(staff.pk)
    session.save()
    return client


def remove(client: Client, url: str) -> None:
    try:
        assert client.post(url).status_code in (200, 302)
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("other", [passkey, lambda staff, _name: app(staff)], ids=["passkey", "app"])
def test_one_of_two_factors_that_are_removed_at_once_is_left(
    settings: Any, staff: Any, met: None, other: Callable[[Any, str], str]
) -> None:
    settings.REQUIRE_MFA = True
    urls = [passkey(staff, "One"), other(staff, "Two")]
    clients = [signed_in(staff, factor) for factor in Authenticator.objects.filter(user=staff)]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(remove, clients, urls))
    assert Authenticator.objects.filter(user=staff).count() == 1
