"""Of several packets, each one's result goes in one trip with the beginning of the next, and as if it went alone."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from enquiries.models import LeadEvent
from mailings import delivery, transport
from mailings.models import MailEvent, OutgoingEmail
from mailings.signals import email_sent
from mailings.trips import along

State = OutgoingEmail.State
PEOPLE = ("first@example.com", "second@example.com", "third@example.com")


def lines() -> list[tuple[str, str, str]]:
    """What stands on each timeline of what became of the packet: whose, which mail, and of which enquiry."""
    found = LeadEvent.objects.filter(kind__in=["packet_sent", "packet_bounced"]).order_by("lead_id", "pk")
    return [(event.lead.email or "", event.kind, event.enquiry.email if event.enquiry else "") for event in found]


def of_each(kind: str = "packet_sent") -> list[tuple[str, str, str]]:
    return [(who, kind, who) for who in PEOPLE]


@pytest.fixture
def three(ask: Any) -> None:
    for who in PEOPLE:
        ask(email=who)


@pytest.fixture
def after_the_first(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], None]:
    """Does that once, when the first mail is out and its result is not written yet."""
    send, turns = transport.send, iter([True])

    def arrange(act: Callable[[], Any]) -> None:
        def sent(connection: Any, message: Any) -> Any:
            result = send(connection, message)
            if next(turns, False):
                act()
            return result

        monkeypatch.setattr(transport, "send", sent)

    return arrange


def check_that_each_went_once() -> None:
    assert sorted(to for message in mail.outbox for to in message.to) == sorted(PEOPLE)
    assert {*OutgoingEmail.objects.values_list("state", "attempts", "lease_id")} == {(State.SENT, 1, None)}
    assert MailEvent.objects.filter(kind="sent").count() == len(PEOPLE)


def test_each_packet_is_a_line_on_its_own_timeline(three: None) -> None:
    delivery.drain()
    check_that_each_went_once()
    assert lines() == of_each()


def test_an_answer_whose_lease_passed_on_meanwhile_is_kept_all_the_same(three: None, after_the_first: Any) -> None:
    def take_it_for_dead() -> None:
        out = OutgoingEmail.objects.filter(state=State.SENDING)
        out.update(lease_until=timezone.now() - timedelta(seconds=1))
        [found] = delivery.claim(uuid.uuid4(), 1)
        assert found.state == State.SENDING

    after_the_first(take_it_for_dead)
    while delivery.drain():
        pass
    check_that_each_went_once()
    assert lines() == of_each()


def test_a_bounce_that_is_reported_before_the_result_is_written_is_kept(three: None, after_the_first: Any) -> None:
    def report() -> None:
        MailEvent.objects.create(outgoing=OutgoingEmail.objects.get(state=State.SENDING), kind="bounced")

    after_the_first(report)
    delivery.drain()
    assert [*OutgoingEmail.objects.order_by("pk").values_list("state", flat=True)] == ["bounced", "sent", "sent"]
    first, *others = of_each()
    assert lines() == [first, (PEOPLE[0], "packet_bounced", PEOPLE[0]), *others]


@pytest.mark.parametrize("part", ["question", "written"])
def test_a_fault_in_what_goes_along_costs_nobody_theirs(
    three: None, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    faulty = along["packet"]._replace(**{part: lambda *_about: ("SELECT 1/0", [])})
    monkeypatch.setitem(along, "packet", faulty)
    delivery.drain()
    check_that_each_went_once()
    assert lines() == of_each()


def test_whoever_else_listens_hears_of_each(three: None) -> None:
    heard: list[str] = []

    def listen(outgoing: OutgoingEmail, **kwargs: Any) -> None:
        heard.append(outgoing.email)

    email_sent.connect(listen)
    try:
        delivery.drain()
    finally:
        email_sent.disconnect(listen)
    assert sorted(heard) == sorted(PEOPLE)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_done", [False, True])
def test_a_trip_whose_answer_is_lost_is_made_good(
    first_content: None, packet_fields: dict[str, str], monkeypatch: pytest.MonkeyPatch, is_done: bool
) -> None:
    for who in PEOPLE:
        Client().post("/information-packet/", {**packet_fields, "email": who})
    monkeypatch.setattr(delivery, "SECONDS_BETWEEN_WRITES", 0)
    losses = [True]

    def loses_the_first(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("SELECT write_out") and losses:
            losses.pop()
            if is_done:
                execute(sql, params, many, context)
            raise OperationalError("the connection is gone")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(loses_the_first):
        delivery.drain()
    assert losses == []
    assert len(mail.outbox) == len(PEOPLE)
    assert {*OutgoingEmail.objects.values_list("state", flat=True)} == {State.SENT}
    assert lines() == of_each()
