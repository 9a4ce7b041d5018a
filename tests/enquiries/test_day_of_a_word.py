"""What staff write down on Friday was said on Tuesday, and on Wednesday the person may have asked again."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from enquiries.models import ContactChoice, Enquiry, Lead, contact_choice, ended_packet, may_be_contacted
from mailings.models import OutgoingEmail
from tests.browser_posts import untouched

MONDAY = datetime(2026, 3, 9, 16, tzinfo=UTC)
DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
# Each step: the day on which it reaches us, and what happens, or on which day it was said that they want no more.
ORDERS = [
    (False, "Mon asks, Tue Tue"),
    (False, "Mon asks, Fri Tue"),
    (False, "Mon asks, Tue asks, Fri Tue"),
    (False, "Mon asks, Wed asks, Fri Tue, Sat Sat"),
    (False, "Mon asks, Tue Tue, Wed asks, Fri Thu"),
    (False, "Mon asks, Tue is held, Thu Wed, Fri is released"),
    (True, "Mon asks, Tue Tue, Wed asks"),
    (True, "Mon asks, Fri Tue, Sat asks"),
    (True, "Mon asks, Wed asks, Fri Tue"),
    (True, "Wed asks, Fri Tue"),
    (True, "Mon asks, Tue Tue, Wed asks, Fri Tue"),
    (True, "Mon asks, Wed is held, Fri Tue, Sat is released"),
]


@pytest.fixture
def week(ask: Callable[..., Any], desk: Client, staff: Any) -> Any:
    with time_machine.travel(MONDAY) as clock:

        def went(verb: str, steps: str) -> Any:
            answer = None
            for number, step in enumerate(steps.split(", ")):
                day, _space, what = step.partition(" ")
                clock.move_to(MONDAY + timedelta(days=DAYS.index(day)))
                desk.force_login(staff)
                answer = happened(what, verb, number) or answer
            return answer

        def happened(what: str, verb: str, number: int) -> Any:
            if what == "asks":
                return ask(message=f"{number}")
            if what == "is held":
                return ask(message=f"https://a.example https://b.example https://c.example {number}")
            if what == "is released":
                return desk.post(f"/admin/enquiries/enquiry/{Enquiry.objects.get(verdict='held').pk}/release/")
            return said(desk, verb, (MONDAY + timedelta(days=DAYS.index(what))).date().isoformat())

        yield went


def said(desk: Client, verb: str, day: str) -> Any:
    lead = Lead.objects.get()
    form = untouched(desk.get(lead.get_absolute_url()), f"{verb}-form")
    return desk.post(
        f"/admin/enquiries/lead/{lead.pk}/{verb}/", {**form, "words": "She rang.", "said_on": day}, follow=True
    )


@pytest.mark.parametrize(("stands", "steps"), ORDERS)
def test_being_contacted_stands_as_they_last_wished_whenever_it_was_written_down(
    week: Any, stands: bool, steps: str
) -> None:
    week("end-contact", steps)
    lead = Lead.objects.get()
    assert (contact_choice(lead) != ContactChoice.NONE) is stands
    assert Lead.objects.filter(may_be_contacted()).exists() is stands
    assert (lead.next_action != Lead.Plan.WAIT) is stands


@pytest.mark.parametrize(("stands", "steps"), ORDERS)
def test_so_does_the_packet(week: Any, stands: bool, steps: str) -> None:
    week("end-packet", steps)
    assert (ended_packet(Lead.objects.get()) is None) is stands
    newest = OutgoingEmail.objects.filter(kind="packet").order_by("-pk")[0]
    assert (newest.state == "queued") is stands


def test_whoever_writes_it_down_is_told_what_stands(week: Any) -> None:
    assert "asked to be contacted, and that stands" in week("end-contact", "Mon asks, Wed asks, Fri Tue").text
    assert "asked for the packet, and that stands" in week("end-packet", "Fri Tue").text
    assert "No further packet goes to them" in week("end-packet", "Fri Fri").text
    assert "They are not contacted any more" in week("end-contact", "Sat Fri").text


def test_without_an_older_wish_there_is_nothing_to_take_back(week: Any) -> None:
    answer = week("end-contact", "Wed asks, Fri Tue")
    assert (answer.status_code, "after this, and that stands" in answer.text) == (422, True)
