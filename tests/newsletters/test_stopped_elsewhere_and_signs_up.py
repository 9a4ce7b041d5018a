"""Whoever asked us to stop, here or at another address of theirs, and signs up at this one."""

from typing import Any

import pytest
from django.test import Client

from enquiries.actions import lift_stop, merge_leads
from enquiries.models import Lead
from foundation.tokens import make_token
from mailings.actions import write_off
from mailings.models import OutgoingEmail, Suppression
from newsletters.models import Subscriber
from tests.browser_posts import untouched

State = Subscriber.State
HERE, OLD = "zoe@example.org", "zoe.old@example.org"
ELSEWHERE = "They asked us to stop at another address of theirs"


@pytest.fixture
def leads(first_content: None) -> list[Lead]:
    plan = {"next_action": "x", "next_action_on": "2028-01-01"}
    return [Lead.objects.create(email=address, **plan) for address in (HERE, OLD)]


@pytest.fixture
def stopped(leads: list[Lead], staff: Any) -> Lead:
    """One person, who said at the old address that they want no mail."""
    here, old = leads
    write_off(address=OLD, reason="asked_to_stop")
    merge_leads(lead=old, into=here, by=staff)
    here.refresh_from_db()
    return here


def sign_up(client: Client) -> Subscriber:
    answer = client.post("/newsletter/", {"email": HERE, "consent": "on"})
    assert answer["Location"].startswith("/newsletter/check-your-email/")
    return Subscriber.objects.get(email=HERE)


def path_of(subscriber: Subscriber, rest: str = "change") -> str:
    return f"/admin/newsletters/subscriber/{subscriber.pk}/{rest}/"


def release(desk: Client, subscriber: Subscriber) -> Any:
    """By the button of its page."""
    form = untouched(desk.get(path_of(subscriber)), path_of(subscriber, "release"))
    return desk.post(path_of(subscriber, "release"), form, follow=True)


def test_who_stopped_elsewhere_is_held_and_not_told_that_they_are_subscribed(stopped: Lead, client: Client) -> None:
    found = sign_up(client)
    assert (found.state, found.held_reason) == (State.HELD, "asked_to_stop")
    assert not OutgoingEmail.objects.filter(email=HERE).exists()


def test_staff_read_where_that_is_lifted(stopped: Lead, client: Client, desk: Client) -> None:
    found = sign_up(client)
    assert ELSEWHERE in release(desk, found).text
    found.refresh_from_db()
    assert found.state == State.HELD


def test_once_it_is_lifted_on_the_page_of_the_lead_they_are_released(
    stopped: Lead, client: Client, desk: Client, staff: Any
) -> None:
    found = sign_up(client)
    lift_stop(lead=stopped, words="She rang up", send_packet=False, by=staff)
    assert "is asked to confirm" in release(desk, found).text
    found.refresh_from_db()
    assert found.state == State.PENDING


def test_a_link_that_was_mailed_before_subscribes_nobody_whom_no_issue_may_reach(
    leads: list[Lead], client: Client, staff: Any
) -> None:
    confirmation = sign_up(client).confirmation
    assert confirmation
    write_off(address=OLD, reason="asked_to_stop")
    merge_leads(lead=leads[1], into=leads[0], by=staff)
    link = f"/newsletter/confirm/{make_token('confirm', confirmation.uuid)}/"
    assert client.get(link).status_code == client.post(link).status_code == 410
    assert Subscriber.objects.get().state == State.PENDING


def test_whose_own_stop_is_lifted_by_another_way_can_still_be_released(
    first_content: None, client: Client, desk: Client
) -> None:
    write_off(address=HERE, reason="asked_to_stop")
    found = sign_up(client)
    lift = f"/admin/mailings/suppression/{Suppression.objects.get().pk}/lift/"
    assert desk.post(lift).status_code == 302
    assert "is asked to confirm" in release(desk, found).text


def test_what_staff_typed_stays_before_them_where_another_address_stops_it(
    stopped: Lead, client: Client, desk: Client
) -> None:
    write_off(address=HERE, reason="asked_to_stop")
    found = sign_up(client)
    asked = desk.get(path_of(found, "release"))
    said_on = asked.context["form"]["said_on"].value()
    answer = desk.post(path_of(found, "release"), {"said": "She rang up", "said_on": said_on})
    assert (answer.status_code, ELSEWHERE in answer.text, "She rang up" in answer.text) == (422, True, True)
    assert Suppression.objects.standing().count() == 2
    found.refresh_from_db()
    assert found.state == State.HELD
