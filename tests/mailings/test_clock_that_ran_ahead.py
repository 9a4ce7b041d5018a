import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from enquiries.models import Lead
from mailings import delivery
from mailings.actions import queue_email
from mailings.models import OutgoingEmail

State = OutgoingEmail.State
HOUR = timedelta(hours=1)


def ahead(wait: timedelta) -> Any:
    return time_machine.travel(timezone.now() + wait, tick=False)


@pytest.fixture
def packet(ask: Callable[..., Any]) -> OutgoingEmail:
    with ahead(30 * HOUR):
        ask()
    return OutgoingEmail.objects.get(kind="packet")


def drained(packet: OutgoingEmail) -> str:
    delivery.drain()
    packet.refresh_from_db()
    return packet.state


def test_what_was_queued_by_it_goes_out_now(packet: OutgoingEmail) -> None:
    assert packet.next_attempt_at > timezone.now() + 29 * HOUR
    assert drained(packet) == State.SENT


@pytest.mark.parametrize(
    ("attempts", "hours", "state"), [(3, 24, State.QUEUED), (3, 26, State.SENT), (0, 0.5, State.QUEUED)]
)
def test_what_is_put_off_by_the_ladder_waits_its_turn(lead: Lead, attempts: int, hours: float, state: State) -> None:
    until = timezone.now() + hours * HOUR
    OutgoingEmail.objects.update(next_attempt_at=until, attempts=attempts)
    assert drained(OutgoingEmail.objects.get(kind="packet")) == state


def test_a_lease_that_it_wrote_does_not_hold_a_mail_for_days(lead: Lead) -> None:
    OutgoingEmail.objects.update(lease_id=uuid.uuid4(), lease_until=timezone.now() + 30 * HOUR)
    assert drained(OutgoingEmail.objects.get(kind="packet")) == State.SENT


def test_today_says_so_until_that_time_is_past(packet: OutgoingEmail, desk: Client, staff: Any) -> None:
    delivery.drain()
    assert "A clock ran ahead" in desk.get("/admin/").text
    with ahead(30 * HOUR):
        later = Client()
        later.force_login(staff)
        assert "A clock ran ahead" not in later.get("/admin/").text


def test_a_mail_that_the_ladder_put_off_is_no_wrong_clock(lead: Lead, desk: Client) -> None:
    OutgoingEmail.objects.update(next_attempt_at=timezone.now() + 24 * HOUR, attempts=6)
    assert "A clock ran ahead" not in desk.get("/admin/").text


@pytest.mark.django_db(transaction=True)
def test_readyz_remarks_on_it_and_is_ready(client: Client) -> None:
    assert client.get("/readyz").text == "ready\n"
    with ahead(30 * HOUR):
        queue_email(kind="packet", address="zoe@example.com", dedupe_key="of-tomorrow")
        here = client.get("/readyz")
    assert here.status_code == 200
    assert "remark: the clock of this host is 108" in here.text
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text.splitlines()[0]) == (200, "ready")
    assert "remark: mail bears times up to" in answer.text
    assert "the clock of this host" not in answer.text
