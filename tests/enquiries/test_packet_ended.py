from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils.formats import date_format

from enquiries.actions import end_packet, merge_leads, resend_packet
from enquiries.models import ContactChoice, Enquiry, Lead, LeadEvent, contact_choice
from foundation.models import ClinicProfile
from mailings.models import OutgoingEmail
from mailings.rules import suppressed
from tests.browser_posts import untouched
from tests.conftest import ADDRESS
from tests.desk.test_bulk_actions import choose

WORDS = "Zoë O'Brien rang: no packet, please."
ENDED = "They want no further packet"


def said(desk: Client, lead: Lead, **fields: str) -> Any:
    form = untouched(desk.get(lead.get_absolute_url()), "end-packet-form")
    return desk.post(f"/admin/enquiries/lead/{lead.pk}/end-packet/", {**form, "words": WORDS, **fields}, follow=True)


def packets() -> list[str]:
    return [str(mail.state) for mail in OutgoingEmail.objects.filter(kind="packet").order_by("pk")]


@pytest.fixture
def ended(desk: Client, lead: Lead) -> Lead:
    said(desk, lead)
    return lead


def test_who_wants_no_further_packet_gets_none_and_the_waiting_one_is_cancelled(
    desk: Client, lead: Lead, deliver: Callable[[], None]
) -> None:
    today = ClinicProfile.objects.current().today()
    page = said(desk, lead, said_on=today.isoformat()).text
    assert packets() == ["cancelled"]
    deliver()
    assert packets() == ["cancelled"]
    event = LeadEvent.objects.get(kind="consent_ended")
    assert (event.text, event.data["said_on"], event.data["about"]) == (WORDS, today.isoformat(), "packet")
    assert "heard by Sam Staff" in page
    assert f"Said on {date_format(today)} that they want no further packet." in page
    assert 'id="end-packet-form"' not in page


def test_all_else_goes_on(desk: Client, ended: Lead) -> None:
    assert contact_choice(ended) == ContactChoice.EITHER
    assert Lead.objects.awaiting_answer().get() == ended
    assert not suppressed(ADDRESS)


def test_staff_send_another_only_when_the_person_asked_for_it_again(desk: Client, ended: Lead, staff: Any) -> None:
    with pytest.raises(ValidationError, match="want no further packet"):
        resend_packet(lead=ended, by=staff)
    url = f"/admin/enquiries/lead/{ended.pk}/resend/"
    form = untouched(desk.get(ended.get_absolute_url()), "resend-form")
    assert desk.post(url, form).status_code == 422
    assert desk.post(url, {**form, "words": "She rang again."}).status_code == 302
    assert packets() == ["cancelled", "queued"]
    assert 'id="end-packet-form"' in desk.get(ended.get_absolute_url()).text


def test_who_asks_by_the_form_again_gets_one(ask: Callable[..., Any], ended: Lead) -> None:
    ask(message="I do want it after all")
    assert packets() == ["cancelled", "queued"]


def test_what_was_held_from_before_brings_no_packet(desk: Client, ask: Callable[..., Any], lead: Lead) -> None:
    ask(message="https://a.example https://b.example https://c.example")
    held = Enquiry.objects.get(verdict="held")
    said(desk, lead)
    told = desk.post(f"/admin/enquiries/enquiry/{held.pk}/release/", follow=True)
    assert packets() == ["cancelled"]
    assert ENDED in told.text
    assert LeadEvent.objects.get(kind="packet_not_sent", enquiry=held).data["why"] == "no_packet_wanted"


def test_what_was_held_since_brings_one_when_it_is_released(desk: Client, ask: Callable[..., Any], lead: Lead) -> None:
    said(desk, lead)
    ask(message="https://a.example https://b.example https://c.example")
    desk.post(f"/admin/enquiries/enquiry/{Enquiry.objects.get(verdict='held').pk}/release/", follow=True)
    assert packets() == ["cancelled", "queued"]


def test_of_many_they_are_left_out_with_the_reason(desk: Client, ended: Lead, deliver: Callable[[], None]) -> None:
    page = choose(desk, "document", [ended])
    assert ENDED in page.text


def test_it_holds_for_all_who_are_one_with_them(ask: Callable[..., Any], lead: Lead, staff: Any) -> None:
    ask(email="other@example.org")
    other = Lead.objects.get(email="other@example.org")
    end_packet(lead=other, words=WORDS, said_on=ClinicProfile.objects.current().today(), by=staff)
    assert sorted(packets()) == ["cancelled", "queued"]
    merge_leads(lead=other, into=lead, by=staff)
    with pytest.raises(ValidationError, match="want no further packet"):
        resend_packet(lead=lead, by=staff)


@pytest.mark.parametrize("wrong", [{"words": " "}, {"said_on": ""}, {"said_on": "2999-01-01"}])
def test_without_words_or_a_day_that_was_nothing_is_ended(desk: Client, lead: Lead, wrong: dict[str, str]) -> None:
    assert said(desk, lead, **wrong).status_code == 422
    assert packets() == ["queued"]


def test_what_was_ended_is_not_ended_again(ended: Lead, staff: Any) -> None:
    day = ClinicProfile.objects.current().today() - timedelta(days=1)
    with pytest.raises(ValidationError, match="no further packet"):
        end_packet(lead=ended, words=WORDS, said_on=day, by=staff)
