import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.test import Client

from clinic import mailbox
from enquiries.actions import assign_lead, assign_next, move_lead
from enquiries.models import Lead
from foundation.models import ClinicProfile
from mailings.models import OutgoingEmail

MINUTE = timedelta(minutes=1)
MONDAY = datetime(2026, 3, 9, 15, tzinfo=UTC)


@pytest.fixture
def clock() -> Any:
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


@pytest.fixture
def owner(clock: Any, first_content: None, django_user_model: Any) -> Any:
    found = django_user_model.objects.create_user("owner@clinic.example")
    found.groups.set(Group.objects.filter(name="coordinator"))
    return found


@pytest.fixture
def leads(owner: Any, ask: Callable[..., Any], deliver: Callable[[], None], mailoutbox: list[Any]) -> list[Lead]:
    for number in range(3):
        ask(email=f"zoe{number}@example.com", message="My knee", phone="555 0100")
    deliver()
    mailoutbox.clear()
    return list(Lead.objects.order_by("pk"))


@pytest.fixture
def arrived(clock: Any, deliver: Callable[[], None], mailoutbox: list[Any]) -> Callable[..., list[Any]]:
    """What came within so many minutes."""

    def wait(minutes: int = 11) -> list[Any]:
        mailoutbox.clear()
        clock.shift(minutes * MINUTE)
        deliver()
        return [mailbox.parse(message.message().as_bytes()) for message in mailoutbox]

    return wait


def test_a_new_owner_is_told_without_a_word_about_the_person(
    leads: list[Lead], owner: Any, staff: Any, arrived: Callable[..., list[Any]]
) -> None:
    assign_lead(lead=leads[0], owner=owner, by=staff)
    (mail,) = arrived()
    text = "".join(f"{mail.get_body((kind,)).get_content()}" for kind in ("plain", "html"))
    assert (mail["Subject"], mail["To"]) == ("A lead is now yours", "owner@clinic.example")
    assert f"/admin/enquiries/lead/{leads[0].pk}/change/" in text
    assert mail["Auto-Submitted"] == "auto-generated"
    for word in ("Zoë", "zoe", "knee", "555 0100", "Sam"):
        assert word not in f"{mail.items()}{text}"


def test_several_within_ten_minutes_are_one_mail_that_counts_them(
    client: Client, leads: list[Lead], owner: Any, staff: Any, clock: Any, arrived: Callable[..., list[Any]]
) -> None:
    tomorrow = ClinicProfile.objects.current().today() + timedelta(days=1)
    Lead.objects.update(next_action_on=tomorrow)
    for lead in leads:
        assign_lead(lead=lead, owner=owner, by=staff)
        clock.shift(4 * MINUTE)
    assert OutgoingEmail.objects.filter(kind="lead_assigned").count() == 1
    (mail,) = arrived()
    assert mail["Subject"] == "3 leads are now yours"
    link = re.search(r"/admin/enquiries/lead/\?\S+", mail.get_body(("plain",)).get_content())
    assert link
    client.force_login(owner)
    assert client.get(link[0]).context["cl"].result_count == 3
    assert arrived() == []


def test_what_comes_while_the_mail_goes_out_is_told_once(
    leads: list[Lead], owner: Any, staff: Any, clock: Any, arrived: Callable[..., list[Any]]
) -> None:
    assign_lead(lead=leads[0], owner=owner, by=staff)
    clock.shift(9.5 * MINUTE)
    assign_lead(lead=leads[1], owner=owner, by=staff)
    assert [mail["Subject"] for mail in arrived(2)] == ["2 leads are now yours"]
    assert OutgoingEmail.objects.filter(kind="lead_assigned", state="queued").count() == 1
    assert arrived(12) == []


def test_the_next_mail_does_not_count_what_was_told(
    leads: list[Lead], owner: Any, staff: Any, clock: Any, arrived: Callable[..., list[Any]]
) -> None:
    assign_lead(lead=leads[0], owner=owner, by=staff)
    assert len(arrived()) == 1
    clock.shift(30 * MINUTE)
    assign_lead(lead=leads[1], owner=owner, by=staff)
    (mail,) = arrived()
    assert mail["Subject"] == "A lead is now yours"


def test_nobody_is_told_what_they_did_themselves(
    leads: list[Lead], owner: Any, staff: Any, arrived: Callable[..., list[Any]]
) -> None:
    assign_lead(lead=leads[0], owner=owner, by=owner)
    assert not OutgoingEmail.objects.filter(kind="lead_assigned").exists()
    assign_lead(lead=leads[1], owner=owner, by=staff)
    assert [mail["Subject"] for mail in arrived()] == ["A lead is now yours"]


def test_a_turn_tells_too(leads: list[Lead], owner: Any, arrived: Callable[..., list[Any]]) -> None:
    assert assign_next(lead=leads[0]).owner == owner
    assert len(arrived()) == 1


@pytest.mark.parametrize("what", ["given on", "closed", "left", "nobody"])
def test_no_mail_about_what_is_no_longer_theirs(
    leads: list[Lead], owner: Any, staff: Any, arrived: Callable[..., list[Any]], what: str
) -> None:
    assign_lead(lead=leads[0], owner=owner, by=staff)
    if what == "closed":
        move_lead(lead=leads[0], stage="lost", reason="no answer", by=staff)
    elif what == "left":
        owner.is_active = False
        owner.save()
    else:
        assign_lead(lead=leads[0], owner=staff if what == "given on" else None, by=staff)
    assert arrived() == []
    assert OutgoingEmail.objects.get(kind="lead_assigned").state == "cancelled"
