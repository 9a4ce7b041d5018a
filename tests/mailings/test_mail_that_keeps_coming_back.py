import itertools
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from enquiries.models import Lead
from mailings import delivery, results
from mailings.actions import Report, note_report, queue_email
from mailings.models import MailEvent, Meaning, OutgoingEmail, Suppression
from mailings.rules import keeps_coming_back, suppressed, why_not
from mailings.transport import Outcome, Result, answered
from newsletters.actions import confirm_subscription
from newsletters.models import Subscriber

Kind = MailEvent.Kind
State = OutgoingEmail.State
ADDRESS = "zoe@example.com"
NUMBERS = itertools.count()


@pytest.fixture
def subscriber(ask: Callable[..., Any]) -> Subscriber:
    ask(consent_newsletter="on")
    Subscriber.objects.update(state=Subscriber.State.CONFIRMED, confirmed_at=timezone.now())
    return Subscriber.objects.get()


def out(state: State = State.SENT) -> OutgoingEmail:
    """A mail that our server took, as it stands in the ledger."""
    name = f"test:{next(NUMBERS)}"
    outgoing = queue_email(kind="packet", address=ADDRESS, dedupe_key=name)
    lease = {"lease_id": uuid.uuid4(), "lease_until": timezone.now()} if state == State.SENDING else {}
    OutgoingEmail.objects.filter(pk=outgoing.pk).update(state=state, sent_at=timezone.now(), **lease)
    outgoing.refresh_from_db()
    return outgoing


def comes_back(outgoing: OutgoingEmail | None = None, **more: Any) -> OutgoingEmail:
    outgoing = outgoing or out()
    usual = {"status": "5.2.2", "reply": "552 5.2.2 full", "meaning": Meaning.FULL}
    note_report(report=Report(f"test:{next(NUMBERS)}", Kind.BOUNCED, outgoing, **{**usual, **more}))
    return outgoing


def after(days: int) -> Any:
    return time_machine.travel(timezone.now() + timedelta(days=days), tick=False)


def test_three_returns_in_a_month_end_the_newsletter_and_nothing_else(
    subscriber: Subscriber, desk: Client, ask: Callable[..., Any]
) -> None:
    OutgoingEmail.objects.update(state=State.CANCELLED)
    for day in range(2):
        with after(day):
            comes_back()
    subscriber.refresh_from_db()
    assert subscriber.state == Subscriber.State.CONFIRMED
    comes_back()
    subscriber.refresh_from_db()
    assert subscriber.state == Subscriber.State.UNSUBSCRIBED
    assert Suppression.objects.get().reason == Suppression.Reason.COMES_BACK
    assert suppressed(ADDRESS) is None
    assert why_not(ADDRESS) is None
    page = desk.get(Lead.objects.get().get_absolute_url()).text
    assert "our mail keeps coming back. Anything else still tries." in page
    with after(40):
        ask(message="once more")
        delivery.drain()
        assert OutgoingEmail.objects.filter(kind="packet").latest("pk").state == State.SENT


@pytest.mark.parametrize("arrived", ["by a report", "because it never came back"])
def test_what_arrived_between_begins_the_count_anew(lead: Lead, arrived: str) -> None:
    OutgoingEmail.objects.update(state=State.CANCELLED)
    comes_back()
    comes_back()
    with after(1):
        between = out(State.CANCELLED if arrived == "by a report" else State.SENT)
        if arrived == "by a report":
            note_report(report=Report("test:arrived", Kind.DELIVERED, between))
    with after(2):
        comes_back()
    assert not Suppression.objects.exists()
    with after(3):
        comes_back()
        assert not Suppression.objects.exists()
        comes_back()
        assert keeps_coming_back(ADDRESS)


def test_one_mail_that_is_returned_by_several_servers_counts_once(lead: Lead) -> None:
    OutgoingEmail.objects.update(state=State.CANCELLED)
    first = comes_back()
    for _time in range(4):
        comes_back(first)
    assert not Suppression.objects.exists()


def test_returns_of_more_than_a_month_ago_do_not_count(lead: Lead) -> None:
    OutgoingEmail.objects.update(state=State.CANCELLED)
    comes_back()
    with after(31):
        comes_back()
        comes_back()
        assert not Suppression.objects.exists()


@pytest.mark.parametrize("meaning", [Meaning.UNWANTED, Meaning.OUR_ADDRESS])
def test_a_month_in_which_they_refuse_us_says_nothing_of_the_person(lead: Lead, meaning: Meaning) -> None:
    OutgoingEmail.objects.update(state=State.CANCELLED)
    for _time in range(4):
        comes_back(status="5.7.1", reply="550 5.7.1 listed", meaning=meaning)
    assert not Suppression.objects.exists()


def test_a_refusal_when_it_is_sent_counts_as_a_return(lead: Lead) -> None:
    OutgoingEmail.objects.update(state=State.CANCELLED)
    for _time in range(3):
        full = Result(Outcome.REFUSED, "552 5.2.2 full", "5.2.2", Meaning.FULL)
        results.write_result(out(State.SENDING), full)
    assert keeps_coming_back(ADDRESS)


def test_who_has_blocked_us_gets_no_newsletter_after_the_third_time(lead: Lead) -> None:
    OutgoingEmail.objects.update(state=State.CANCELLED)
    for _time in range(3):
        blocked = answered(550, "5.7.1 this recipient has blocked you")
        results.write_result(out(State.SENDING), blocked)
    assert keeps_coming_back(ADDRESS)
    assert suppressed(ADDRESS) is None


@pytest.mark.parametrize(
    "never_there",
    [
        Result(Outcome.LATER, "451 4.3.0 our own relay is busy", "4.3.0", Meaning.FAULT),
        Result(Outcome.LATER, "450 5.2.2 try later", "5.2.2", Meaning.FULL),
        Result(Outcome.LATER, "450 user unknown", "450", Meaning.NO_MAILBOX),
        Result(Outcome.CUT_OFF, "SMTPServerDisconnected: gone"),
    ],
)
def test_what_was_put_off_to_the_end_or_cut_off_never_came_back(lead: Lead, never_there: Result) -> None:
    OutgoingEmail.objects.update(state=State.CANCELLED)
    for _time in range(3):
        outgoing = out(State.SENDING)
        outgoing.attempts = 9
        results.write_result(outgoing, never_there)
    assert OutgoingEmail.objects.filter(state=State.FAILED).count() == 3
    comes_back()
    assert not Suppression.objects.exists()


def test_who_confirms_anew_gets_the_newsletter_again(subscriber: Subscriber) -> None:
    OutgoingEmail.objects.update(state=State.CANCELLED)
    for _time in range(3):
        comes_back()
    assert keeps_coming_back(ADDRESS)
    Subscriber.objects.update(state=Subscriber.State.PENDING)
    subscriber.refresh_from_db()
    assert subscriber.confirmation
    confirm_subscription(confirmation=subscriber.confirmation.uuid)
    assert keeps_coming_back(ADDRESS) is None


NO_HOST_YET = {"status": "5.4.4", "reply": "host not found", "meaning": Meaning.NO_ROUTE}
WORDS_ALONE = {"status": "", "reply": "550 no such user", "meaning": Meaning.NO_MAILBOX}


@pytest.mark.parametrize("said", [NO_HOST_YET, WORDS_ALONE])
def test_what_may_be_an_error_once_is_believed_the_second_time(lead: Lead, said: dict[str, str]) -> None:
    OutgoingEmail.objects.update(state=State.CANCELLED)
    first = comes_back(**said)
    comes_back(first, **said)
    assert suppressed(ADDRESS) is None
    comes_back(**said)
    found = suppressed(ADDRESS)
    assert found
    assert found.reason == Suppression.Reason.HARD_BOUNCE


def test_two_full_mailboxes_and_one_missing_host_are_no_dead_address(lead: Lead) -> None:
    OutgoingEmail.objects.update(state=State.CANCELLED)
    comes_back()
    comes_back(**NO_HOST_YET)
    assert not Suppression.objects.exists()
