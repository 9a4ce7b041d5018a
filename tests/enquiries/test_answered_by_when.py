from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from enquiries.actions import log_call, merge_leads
from enquiries.models import Lead
from foundation.models import ClinicProfile, Holiday
from mailings.models import OutgoingEmail

Ask = Callable[..., Any]
# Three in the afternoon in New York; two hours of Friday and two of Monday later it is eleven.
FRIDAY = datetime(2026, 3, 6, 20, tzinfo=UTC)
BY_MONDAY = "Monday 11 a.m."
NOBODY = "nobody will write or call, unless you ask"


@pytest.fixture(autouse=True)
def friday() -> Any:
    with time_machine.travel(FRIDAY, tick=False) as clock:
        yield clock


def page_after(client: Client, answer: Any) -> str:
    assert answer.status_code == 303
    return client.get(answer["Location"]).text


def test_the_page_says_by_when_somebody_answers(ask: Ask, client: Client) -> None:
    page = page_after(client, ask())
    assert BY_MONDAY in page
    assert NOBODY not in page


def test_the_page_says_that_nobody_does_unless_they_ask(ask: Ask, client: Client) -> None:
    page = page_after(client, ask(consent_contact=None, email="zoe@gmial.com"))
    assert NOBODY in page
    assert "gmail.com" in page
    assert BY_MONDAY not in page


@pytest.mark.parametrize(("consent", "words"), [("on", BY_MONDAY), (None, NOBODY)])
def test_the_panel_says_it_too(
    client: Client, packet_fields: Any, first_content: None, consent: Any, words: str
) -> None:
    fields = {name: value for name, value in {**packet_fields, "consent_contact": consent}.items() if value}
    assert words in client.post("/information-packet/", fields, headers={"HX-Request": "true"}).text


@pytest.mark.parametrize(("consent", "words"), [("on", BY_MONDAY), (None, NOBODY)])
def test_the_mail_says_it_too(ask: Ask, deliver: Any, mailoutbox: list[Any], consent: Any, words: str) -> None:
    ask(consent_contact=consent)
    deliver()
    [mail] = mailoutbox
    for text in (mail.body, mail.alternatives[0][0]):
        assert words in " ".join(text.split())


def test_the_mail_says_what_the_clock_of_staff_says(ask: Ask, deliver: Any, mailoutbox: list[Any], friday: Any) -> None:
    ask()
    friday.shift(timedelta(hours=1))
    ClinicProfile.objects.update(first_answer_hours=8)
    deliver()
    assert BY_MONDAY in mailoutbox[0].body


def test_a_moment_that_is_over_is_promised_to_nobody(
    ask: Ask, deliver: Any, mailoutbox: list[Any], friday: Any
) -> None:
    ask()
    friday.shift(timedelta(days=4))
    deliver()
    assert "clinic time" not in mailoutbox[0].body


def test_who_was_answered_before_the_mail_went_is_promised_nothing(
    ask: Ask, deliver: Any, mailoutbox: list[Any], staff: Any
) -> None:
    ask()
    log_call(lead=Lead.objects.get(), outcome="spoke", by=staff)
    deliver()
    assert "clinic time" not in mailoutbox[0].body


def test_a_day_beyond_the_week_is_named_by_its_date(ask: Ask, client: Client) -> None:
    for day in range(6, 18):
        Holiday.objects.create(profile_id=1, day=f"2026-03-{day:02}")
    assert "Wednesday, March 18, 1 p.m." in page_after(client, ask())


def test_nobody_is_told_that_nobody_writes_who_asked_for_it_before(
    ask: Ask, deliver: Any, mailoutbox: list[Any], friday: Any, staff: Any, client: Client
) -> None:
    ask(email="first@example.com")
    first = Lead.objects.get()
    log_call(lead=first, outcome="spoke", by=staff)
    friday.shift(timedelta(days=2))
    page = page_after(client, ask(email="second@example.com", consent_contact=None))
    second = Lead.objects.get(email="second@example.com")
    merge_leads(lead=second, into=first, by=staff)
    deliver()
    mail = next(mail for mail in mailoutbox if mail.to == ["second@example.com"])
    for text in (mail.body, mail.alternatives[0][0]):
        assert NOBODY not in text
        assert "What you asked us before stays as it is." in text
    assert "What you asked us before, if you did, stays as it is." in page


def test_who_waits_for_an_answer_hears_by_when_also_with_a_packet_that_asks_for_none(
    ask: Ask, deliver: Any, mailoutbox: list[Any], friday: Any
) -> None:
    ask()
    OutgoingEmail.objects.update(state="cancelled")
    friday.shift(timedelta(minutes=20))
    ask(consent_contact=None, message="The packet, please")
    deliver()
    [mail] = [mail for mail in mailoutbox if mail.attachments]
    assert BY_MONDAY in mail.body


@pytest.mark.parametrize("consent", ["on", None])
def test_whom_we_know_and_whom_we_held_are_told_the_same(ask: Ask, client: Client, friday: Any, consent: Any) -> None:
    ask(email="known@example.com")
    friday.shift(timedelta(hours=1))
    told = [
        ask(consent_contact=consent, **fields)
        for fields in (
            {"email": "known@example.com", "message": "again"},
            {"email": "stranger@example.com"},
            {"email": "held@example.com", "leave_this_empty": "x"},
        )
    ]
    pages = [client.get(answer["Location"]) for answer in told]
    assert len({(answer["Location"], answer.content, str(dict(answer.headers))) for answer in told}) == 1
    assert len({page.content for page in pages}) == 1
    assert not any(answer.cookies for answer in (*told, *pages))


def test_no_cache_keeps_a_promise(client: Client, first_content: None) -> None:
    assert client.get("/information-packet/thanks/")["Cache-Control"] == "no-store"


def test_who_asks_to_be_called_and_leaves_no_number_is_told_so(ask: Ask, client: Client) -> None:
    lacking = "this form came without a number"
    for fields, told in (
        ({"contact_by": "phone", "phone": " "}, True),
        ({"contact_by": "phone", "phone": "+1 212 555 0142"}, False),
        ({"contact_by": "", "phone": ""}, False),
        ({"contact_by": "phone", "phone": "", "consent_contact": None}, False),
    ):
        page = client.get(ask(**fields).url).text
        assert (lacking in page) == told, fields
