from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from enquiries.actions import erase_person, export_person
from enquiries.models import Lead
from mailings.actions import stop_mail, suppress
from mailings.models import OutgoingEmail, Suppression
from mailings.rules import asked_to_stop
from newsletters.models import Subscriber

State = Subscriber.State
ADDRESS = "zoe@example.com"
WORDS = "Zoë O'Brien rang up herself."


@pytest.fixture
def subscribe(client: Client, first_content: None) -> Callable[[], Any]:
    return lambda: client.post("/newsletter/", {"email": ADDRESS, "consent": "on"})


@pytest.fixture
def subscriber(subscribe: Callable[[], Any]) -> Subscriber:
    subscribe()
    Subscriber.objects.update(state=State.CONFIRMED, confirmed_at=timezone.now())
    return Subscriber.objects.get()


@pytest.fixture
def coordinator(first_content: None, django_user_model: Any) -> Client:
    account = django_user_model.objects.create_user("coordinator@clinic.example", name="Cleo")
    account.groups.add(Group.objects.get(name="coordinator"))
    client = Client()
    client.force_login(account)
    return client


def page_of(subscriber: Subscriber, rest: str) -> str:
    return f"/admin/newsletters/subscriber/{subscriber.pk}/{rest}/"


def say(client: Client, url: str, **fields: str) -> Any:
    asked = client.get(url)
    assert asked.status_code == 200
    said_on = asked.context["form"]["said_on"].value()
    return client.post(url, {"said": WORDS, "said_on": said_on, **fields}, follow=True)


def test_a_coordinator_takes_a_subscriber_off_and_writes_down_who_asked_and_when(
    subscriber: Subscriber, coordinator: Client
) -> None:
    assert page_of(subscriber, "take-off") in coordinator.get(page_of(subscriber, "change")).text
    told = say(coordinator, page_of(subscriber, "take-off"), said_on="2026-01-02")
    assert "gets no newsletter any more" in told.text
    subscriber.refresh_from_db()
    assert subscriber.state == State.UNSUBSCRIBED
    assert (subscriber.said, subscriber.said_on) == (WORDS, date(2026, 1, 2))
    assert subscriber.heard_by
    assert subscriber.heard_by.name == "Cleo"
    assert Suppression.objects.get().reason == "unsubscribed"
    shown = coordinator.get(page_of(subscriber, "change")).text
    assert "Zoë O&#x27;Brien rang up herself." in shown
    assert page_of(subscriber, "take-off") not in shown
    assert "got no newsletter already" in say(coordinator, page_of(subscriber, "take-off")).text


def test_packets_still_go_to_who_ended_only_the_newsletter(
    subscriber: Subscriber, coordinator: Client, ask: Callable[..., Any]
) -> None:
    say(coordinator, page_of(subscriber, "take-off"))
    ask()
    assert OutgoingEmail.objects.filter(kind="packet", state="queued").count() == 1


@pytest.mark.parametrize("wrong", [{"said": " "}, {"said_on": ""}, {"said_on": "2999-01-01"}])
def test_nobody_is_taken_off_without_their_word_and_its_day(
    subscriber: Subscriber, coordinator: Client, wrong: dict[str, str]
) -> None:
    assert say(coordinator, page_of(subscriber, "take-off"), **wrong).status_code == 422
    subscriber.refresh_from_db()
    assert subscriber.state == State.CONFIRMED


def test_an_auditor_reads_that_they_were_taken_off_and_not_what_they_said(
    subscriber: Subscriber, coordinator: Client, django_user_model: Any
) -> None:
    say(coordinator, page_of(subscriber, "take-off"))
    auditor = django_user_model.objects.create_user("auditor@clinic.example")
    auditor.groups.add(Group.objects.get(name="auditor"))
    client = Client()
    client.force_login(auditor)
    page = client.get(page_of(subscriber, "change")).text
    assert "Cleo" in page
    assert "rang up" not in page
    assert client.get("/admin/newsletters/subscriber/?said__contains=rang").status_code == 400


def test_who_asked_to_stop_and_signs_up_again_waits_for_staff(
    subscriber: Subscriber, subscribe: Callable[[], Any], client: Client, coordinator: Client, staff: Any
) -> None:
    stop_mail(address=ADDRESS, by=staff)
    answer = subscribe()
    other = client.post("/newsletter/", {"email": "stranger@example.com", "consent": "on"})
    assert (answer.status_code, answer.content) == (other.status_code, other.content)
    subscriber.refresh_from_db()
    assert (subscriber.state, subscriber.held_reason) == (State.HELD, "asked_to_stop")
    assert "they asked us to stop, and now sign up again" in coordinator.get("/admin/newsletters/subscriber/").text
    queues = {str(queue.title): queue.count for queue in coordinator.get("/admin/").context["queues"]}
    assert queues["Held newsletter sign-ups"] == 1


def test_their_word_lifts_the_stop_and_a_mail_asks_them_to_confirm(
    subscriber: Subscriber, subscribe: Callable[[], Any], coordinator: Client, staff: Any, deliver: Any, mailoutbox: Any
) -> None:
    stop_mail(address=ADDRESS, by=staff)
    OutgoingEmail.objects.update(created_at="2020-01-01T00:00Z")
    subscribe()
    deliver()
    assert mailoutbox == []
    assert coordinator.post(page_of(subscriber, "release"), {"said": ""}).status_code == 422
    assert asked_to_stop(ADDRESS)
    say(coordinator, page_of(subscriber, "release"))
    assert not asked_to_stop(ADDRESS)
    subscriber.refresh_from_db()
    assert (subscriber.state, subscriber.said) == (State.PENDING, WORDS)
    deliver()
    assert [mail.to for mail in mailoutbox] == [[ADDRESS]]


def test_a_sign_up_that_waits_when_they_ask_to_stop_is_held_when_they_come_back(
    subscribe: Callable[[], Any], staff: Any
) -> None:
    subscribe()
    suppress(address=ADDRESS, reason="complaint")
    subscribe()
    assert Subscriber.objects.get().state == State.HELD


def test_what_they_said_is_exported_and_erased_with_them(
    subscriber: Subscriber, coordinator: Client, ask: Callable[..., Any], staff: Any
) -> None:
    say(coordinator, page_of(subscriber, "take-off"))
    ask()
    exported = export_person(lead=Lead.objects.get(), by=staff)
    assert exported["newsletter"][0]["said"] == WORDS
    erase_person(address=ADDRESS)
    assert not Subscriber.objects.exists()


def test_the_page_after_signing_up_promises_nothing_to_who_asked_to_stop(client: Client, first_content: None) -> None:
    page = client.get("/newsletter/check-your-email/").text
    assert "If you once asked us for no more mail" in page
