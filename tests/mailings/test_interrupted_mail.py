import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import OperationalError, connection
from django.utils import timezone

from enquiries.actions.notices import queue_notice
from enquiries.models import StaffNotice
from mailings import delivery, tasks
from mailings.models import MailEvent, OutgoingEmail, outbox
from mailings.signals import email_sent
from mailings.transport import Outcome, Result

State = OutgoingEmail.State
Event = MailEvent.Kind


def drain_all() -> None:
    while delivery.drain():
        pass


def test_a_mail_that_kills_its_worker_each_time_it_is_written_is_given_up(packet: OutgoingEmail) -> None:
    for _kill in range(7):
        lease = uuid.uuid4()
        [mine] = delivery.claim(lease, 1)
        assert delivery.begin(mine)
        OutgoingEmail.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    delivery.drain()
    packet.refresh_from_db()
    assert packet.state == State.FAILED
    assert mail.outbox == []


def die_on_the_wire() -> None:
    [mine] = delivery.claim(uuid.uuid4(), 1)
    delivery.begin(mine)
    assert delivery.mark_sending(mine)
    OutgoingEmail.objects.update(lease_until=timezone.now() - timedelta(seconds=1))


def test_a_packet_cut_off_twice_may_be_out_twice_so_it_goes_no_third_time(packet: OutgoingEmail) -> None:
    die_on_the_wire()
    delivery.drain()
    packet.refresh_from_db()
    assert packet.unanswered == 1
    OutgoingEmail.objects.update(state=State.QUEUED)
    die_on_the_wire()
    drain_all()
    packet.refresh_from_db()
    assert packet.state == State.UNCERTAIN
    assert packet in OutgoingEmail.objects.did_not_arrive()
    assert mail.outbox == []


def test_what_died_before_the_wire_is_not_taken_for_sent(packet: OutgoingEmail) -> None:
    for _death in range(4):
        [mine] = delivery.claim(uuid.uuid4(), 1)
        delivery.begin(mine)
        OutgoingEmail.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    drain_all()
    packet.refresh_from_db()
    assert (packet.state, packet.unanswered, packet.attempts) == (State.SENT, 0, 5)


@pytest.fixture
def circular(packet: OutgoingEmail) -> OutgoingEmail:
    """A mail to many, as newsletters will be. Its row says so, whatever becomes of its kind."""
    OutgoingEmail.objects.update(priority=OutgoingEmail.Priority.BULK)
    return packet


def test_a_newsletter_whose_sender_died_is_left_to_staff(circular: OutgoingEmail) -> None:
    past = timezone.now() - timedelta(seconds=1)
    OutgoingEmail.objects.update(state=State.SENDING, lease_id=uuid.uuid4(), lease_until=past)
    delivery.drain()
    circular.refresh_from_db()
    assert circular.state == State.UNCERTAIN
    assert circular.events.get().kind == Event.UNCERTAIN
    assert mail.outbox == []


def test_a_packet_whose_sender_died_says_so_in_the_ledger(packet: OutgoingEmail) -> None:
    past = timezone.now() - timedelta(seconds=1)
    OutgoingEmail.objects.update(state=State.SENDING, lease_id=uuid.uuid4(), lease_until=past)
    drain_all()
    assert [event.kind for event in packet.events.order_by("pk")] == [Event.INTERRUPTED, Event.SENT]


def test_what_a_drain_found_on_the_wire_and_did_not_reach_is_looked_at_by_the_next(packet: OutgoingEmail) -> None:
    past = timezone.now() - timedelta(seconds=1)
    OutgoingEmail.objects.update(state=State.SENDING, lease_id=uuid.uuid4(), lease_until=past)
    lease = uuid.uuid4()
    delivery.hand_back(lease, delivery.claim(lease, 25))
    assert delivery.claim(uuid.uuid4(), 25) == [packet]


def sent_while_the_database_goes(packet: OutgoingEmail) -> OutgoingEmail:
    """As whoever sent it has it in hand: the mail server has answered, and that is still to be written down."""
    [mine] = delivery.claim(uuid.uuid4(), 1)
    assert delivery.begin(mine)
    assert delivery.mark_sending(mine)
    OutgoingEmail.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    return mine


@pytest.mark.parametrize("reclaimed", ["claimed", "put back", "claimed anew"])
def test_an_answer_that_comes_late_keeps_the_mail_from_going_out_again(packet: OutgoingEmail, reclaimed: str) -> None:
    mine, other = sent_while_the_database_goes(packet), uuid.uuid4()
    [taken] = delivery.claim(other, 1)
    if reclaimed != "claimed":
        delivery.deliver(taken, None)
    if reclaimed == "claimed anew":
        [taken] = delivery.claim(other, 1)
    delivery.write_surely(mine, Result(Outcome.ACCEPTED))
    # Whoever took it for left behind has lost it, and writes nothing.
    delivery.deliver(taken, None)
    drain_all()
    packet.refresh_from_db()
    assert packet.state == State.SENT
    assert mail.outbox == []


def test_an_answer_that_comes_when_it_is_on_the_wire_again_is_no_word_of_that_try(packet: OutgoingEmail) -> None:
    mine = sent_while_the_database_goes(packet)
    [taken] = delivery.claim(uuid.uuid4(), 1)
    delivery.deliver(taken, None)
    [again] = delivery.claim(uuid.uuid4(), 1)
    assert delivery.begin(again)
    assert delivery.mark_sending(again)
    delivery.write_surely(mine, Result(Outcome.ACCEPTED))
    packet.refresh_from_db()
    assert (packet.state, packet.lease_id) == (State.SENDING, again.lease_id)


def test_a_newsletter_left_to_staff_is_sent_once_its_answer_comes(circular: OutgoingEmail) -> None:
    mine = sent_while_the_database_goes(circular)
    delivery.drain()
    circular.refresh_from_db()
    assert circular.state == State.UNCERTAIN
    delivery.write_surely(mine, Result(Outcome.ACCEPTED))
    circular.refresh_from_db()
    assert circular.state == State.SENT


def test_right_after_a_restart_of_postgres_nobody_is_taken_for_dead(
    packet: OutgoingEmail, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent_while_the_database_goes(packet)
    monkeypatch.setattr(outbox, "TIME_TO_WRITE_DOWN", timedelta(days=9999))
    assert not delivery.due(timezone.now()).exists()
    monkeypatch.setattr(outbox, "TIME_TO_WRITE_DOWN", timedelta())
    assert delivery.due(timezone.now()).get() == packet


def test_an_answer_is_kept_until_the_database_is_back(packet: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    away = [OperationalError("away"), OperationalError("away")]
    monkeypatch.setattr(delivery, "SECONDS_BETWEEN_WRITES", 0)
    # The test's transaction must survive what would be a broken connection.
    monkeypatch.setattr(connection, "close", lambda: None)

    def fails_twice(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("SELECT write_sent") and away:
            raise away.pop()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(fails_twice):
        delivery.drain()
    packet.refresh_from_db()
    assert away == []
    assert packet.state == State.SENT
    assert len(mail.outbox) == 1


def test_an_answer_is_kept_until_the_database_takes_writes_again(packet: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    refusals = ["as told", "told to nobody", "as told"]
    monkeypatch.setattr(delivery, "SECONDS_BETWEEN_WRITES", 0)
    monkeypatch.setattr(connection, "close", lambda: None)

    def takes_no_writes(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("SELECT write_sent") and refusals:
            refusals.pop()
            # Ends with the savepoint around it.
            context["cursor"].execute("SET LOCAL transaction_read_only = on")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(takes_no_writes):
        delivery.drain()
    packet.refresh_from_db()
    assert refusals == []
    assert packet.state == State.SENT
    assert len(mail.outbox) == 1


def test_a_worker_told_to_stop_ends_after_the_mail_in_its_hands(ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        ask(email=f"person{number}@example.com")
    monkeypatch.setattr(tasks.stopping, "value", False)
    email_sent.connect(tasks.stop_after_the_mail_in_hand)
    try:
        tasks.deliver_mail()
    finally:
        email_sent.disconnect(tasks.stop_after_the_mail_in_hand)
    assert len(mail.outbox) == 1
    assert not OutgoingEmail.objects.exclude(lease_until=None).exists()


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_dies_while_the_rooms_above_are_told_loses_no_result(first_content: None) -> None:
    desk = "desk@clinic.example"
    outgoing = queue_notice(kind="staff_notice", about=StaffNotice.About.ENQUIRIES, address=desk, key="of-a-test")
    deaths = []

    def die_once(**kwargs: Any) -> None:
        if not deaths:
            deaths.append(kwargs)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    email_sent.connect(die_once)
    try:
        drain_all()
    finally:
        email_sent.disconnect(die_once)
    outgoing.refresh_from_db()
    assert len(deaths) == 1
    assert outgoing.state == State.SENT
    assert len(mail.outbox) == 1
    assert [event.kind for event in outgoing.events.all()] == [Event.SENT]
