from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from enquiries.actions import end_contact, end_packet, merge_leads, move_lead, undo_end, unmerge_lead
from enquiries.models import ContactChoice, EndedConsent, Lead, LeadEvent, contact_choice, ended_packet
from foundation.models import ClinicProfile
from mailings.actions import write_off
from mailings.rules import why_not
from newsletters.models import Subscriber
from tests.browser_posts import untouched
from tests.conftest import ADDRESS
from tests.desk.test_two_people_editing import url
from tests.newsletters.readers import new_reader

OTHER = "other@example.org"
WORDS = "Please leave me alone about my liver"


@pytest.fixture
def other(lead: Lead, ask: Callable[..., Any], staff: Any) -> Lead:
    """Taken for the same person by mistake."""
    ask(email=OTHER, name="Other Person", message="Another one")
    found = Lead.objects.get(email=OTHER)
    merge_leads(lead=found, into=lead, by=staff)
    return Lead.objects.get(pk=found.pk)


def wants_no_contact(lead: Lead, by: Any) -> None:
    end_contact(lead=lead, words=WORDS, said_on=ClinicProfile.objects.current().today(), by=by)


def wants_no_mail(lead: Lead, by: Any) -> None:
    move_lead(lead=Lead.objects.get(pk=lead.pk), stage="lost", reason=WORDS, asked_to_stop=True, by=by)


def may_be_contacted(*leads: Lead) -> list[bool]:
    return [contact_choice(Lead.objects.get(pk=lead.pk)) != ContactChoice.NONE for lead in leads]


def take_apart(desk: Client, lead: Lead, whose: str) -> None:
    asked = desk.post(url(lead, "unmerge"))
    form = untouched(asked, "take-apart-form")
    assert desk.post(url(lead, "unmerge"), {**form, "whose": whose}).status_code == 302
    assert Lead.objects.get(pk=lead.pk).merged_into is None


def test_nothing_is_taken_apart_until_somebody_says_whose_word_it_was(
    desk: Client, lead: Lead, other: Lead, staff: Any
) -> None:
    wants_no_contact(lead, staff)
    asked = desk.post(url(other, "unmerge"))
    assert (asked.status_code, "wants no contact any more" in asked.text, WORDS in asked.text) == (422, True, False)
    assert desk.post(url(other, "unmerge"), {"whose": "nonsense"}).status_code == 422
    with pytest.raises(ValidationError, match="whose word"):
        unmerge_lead(lead=other, by=staff)
    assert Lead.objects.get(pk=other.pk).merged_into == lead


def test_without_such_a_word_one_press_is_enough(desk: Client, other: Lead) -> None:
    assert desk.post(url(other, "unmerge")).status_code == 302
    assert Lead.objects.get(pk=other.pk).merged_into is None


def test_of_a_word_that_was_a_slip_nobody_is_asked(desk: Client, lead: Lead, other: Lead, staff: Any) -> None:
    wants_no_contact(lead, staff)
    undo_end(lead=lead, said=LeadEvent.objects.get(kind="consent_ended"), by=staff)
    assert desk.post(url(other, "unmerge")).status_code == 302
    assert may_be_contacted(lead, other) == [True, True]


def test_who_never_said_so_waits_for_an_answer_again(desk: Client, lead: Lead, other: Lead, staff: Any) -> None:
    before = Lead.objects.get(pk=lead.pk)
    assert before.first_answer_due_at
    wants_no_contact(lead, staff)
    assert Lead.objects.get(pk=lead.pk).asked_at is None
    take_apart(desk, other, "taken_out")
    found = Lead.objects.get(pk=lead.pk)
    assert (found.asked_at, found.next_action) == (before.asked_at, before.next_action)
    assert f"was the word of #{other.pk}" in desk.get(url(lead, "change")).text


def test_each_is_asked_again_by_undoing_its_own_word(desk: Client, lead: Lead, other: Lead, staff: Any) -> None:
    wants_no_contact(lead, staff)
    take_apart(desk, other, "both")
    undo_end(lead=lead, said=LeadEvent.objects.get(kind="consent_ended", lead=lead), by=staff)
    assert may_be_contacted(lead, other) == [True, False]
    undo_end(lead=other, said=LeadEvent.objects.get(kind="consent_ended", lead=other), by=staff)
    assert may_be_contacted(lead, other) == [True, True]


def test_a_slip_is_undone_also_after_a_merge(desk: Client, lead: Lead, ask: Callable[..., Any], staff: Any) -> None:
    ask(email=OTHER, name="Other Person", message="Another one")
    other = Lead.objects.get(email=OTHER)
    end_packet(lead=other, words=WORDS, said_on=ClinicProfile.objects.current().today(), by=staff)
    merge_leads(lead=other, into=lead, by=staff)
    undo_end(lead=lead, said=LeadEvent.objects.get(kind="consent_ended"), by=staff)
    assert ended_packet(Lead.objects.get(pk=lead.pk)) is None


def test_whose_word_it_was_waits_for_no_answer_until_it_turns_out_a_slip(
    desk: Client, lead: Lead, other: Lead, staff: Any
) -> None:
    before = Lead.objects.get(pk=other.pk)
    wants_no_contact(lead, staff)
    take_apart(desk, other, "taken_out")
    found = Lead.objects.get(pk=other.pk)
    assert (found.asked_at, found.next_action) == (None, Lead.Plan.WAIT)
    undo_end(lead=other, said=LeadEvent.objects.get(kind="consent_ended", lead=other), by=staff)
    found = Lead.objects.get(pk=other.pk)
    assert (found.asked_at, found.next_action) == (before.asked_at, before.next_action)


@pytest.mark.parametrize("whose", ["kept", "taken_out"])
def test_who_never_refused_the_packet_gets_the_one_that_was_cancelled(
    desk: Client, lead: Lead, other: Lead, staff: Any, deliver: Callable[[], None], mailoutbox: list[Any], whose: str
) -> None:
    end_packet(lead=lead, words=WORDS, said_on=ClinicProfile.objects.current().today(), by=staff)
    take_apart(desk, other, whose)
    deliver()
    free = OTHER if whose == "kept" else ADDRESS
    assert [message.to for message in mailoutbox] == [[free]]


def test_a_slip_gives_back_the_wait_of_whom_it_was_said_though_merged_since(
    lead: Lead, ask: Callable[..., Any], staff: Any
) -> None:
    ask(email=OTHER, name="Other Person", message="Another one")
    other = Lead.objects.get(email=OTHER)
    wants_no_contact(lead, staff)
    wants_no_contact(other, staff)
    merge_leads(lead=other, into=Lead.objects.get(pk=lead.pk), by=staff)
    assert Lead.objects.get(pk=lead.pk).asked_at is None
    undo_end(lead=lead, said=LeadEvent.objects.get(kind="consent_ended", lead=other), by=staff)
    assert Lead.objects.get(pk=lead.pk).asked_at == other.asked_at


@pytest.mark.parametrize(
    ("whose", "free"), [("kept", [False, True]), ("taken_out", [True, False]), ("both", [False, False])]
)
def test_only_who_wanted_no_contact_is_contacted_no_more(
    desk: Client, lead: Lead, other: Lead, staff: Any, whose: str, free: list[bool]
) -> None:
    wants_no_contact(lead, staff)
    take_apart(desk, other, whose)
    assert may_be_contacted(lead, other) == free
    assert EndedConsent.objects.count() == free.count(False)


@pytest.mark.parametrize(
    ("whose", "free"), [("kept", [False, True]), ("taken_out", [True, False]), ("both", [False, False])]
)
def test_only_who_wanted_no_mail_gets_none(
    desk: Client, lead: Lead, other: Lead, staff: Any, whose: str, free: list[bool]
) -> None:
    readers = [new_reader(ADDRESS), new_reader(OTHER)]
    wants_no_mail(lead, staff)
    take_apart(desk, other, whose)
    assert [why_not(ADDRESS) is None, why_not(OTHER) is None] == free
    assert [Subscriber.objects.get(pk=one.pk).state == "confirmed" for one in readers] == free


def test_what_stood_before_the_merge_or_was_said_by_their_own_mail_stays(
    desk: Client, lead: Lead, ask: Callable[..., Any], staff: Any
) -> None:
    ask(email=OTHER)
    found = Lead.objects.get(email=OTHER)
    write_off(address=OTHER, reason="asked_to_stop")
    merge_leads(lead=found, into=lead, by=staff)
    write_off(address=OTHER, reason="not_requested")
    wants_no_mail(lead, staff)
    take_apart(desk, found, "kept")
    assert why_not(OTHER) == "asked_to_stop"


def test_who_had_not_confirmed_or_has_left_is_put_on_no_list(
    desk: Client, client: Client, lead: Lead, other: Lead, staff: Any
) -> None:
    client.post("/newsletter/", {"email": OTHER, "consent": "on"})
    wants_no_mail(lead, staff)
    take_apart(desk, other, "kept")
    assert Subscriber.objects.get().state == "unsubscribed"


def test_whose_it_was_stands_on_both_timelines(desk: Client, lead: Lead, other: Lead, staff: Any) -> None:
    wants_no_contact(lead, staff)
    take_apart(desk, other, "taken_out")
    sentence = f"was the word of #{other.pk}."
    assert [sentence in desk.get(url(one)).text for one in (lead, other)] == [True, True]
    own = LeadEvent.objects.get(lead=other, kind=LeadEvent.Kind.CONSENT_ENDED)
    assert (own.text, own.at) == ("", LeadEvent.objects.get(lead=lead, kind=LeadEvent.Kind.CONSENT_ENDED).at)


@pytest.mark.parametrize(("whose", "is_ended"), [("kept", False), ("taken_out", True), ("both", True)])
def test_who_wanted_no_packet_gets_none_after_the_undo_either(
    desk: Client, lead: Lead, other: Lead, staff: Any, whose: str, is_ended: bool
) -> None:
    end_packet(lead=lead, words=WORDS, said_on=ClinicProfile.objects.current().today(), by=staff)
    take_apart(desk, other, whose)
    assert bool(ended_packet(Lead.objects.get(pk=other.pk))) == is_ended
    assert bool(ended_packet(Lead.objects.get(pk=lead.pk))) == (whose != "taken_out")


def test_of_what_somebody_said_before_they_were_one_with_these_nobody_is_asked(
    desk: Client, lead: Lead, other: Lead, ask: Callable[..., Any], staff: Any
) -> None:
    ask(email="third@example.org")
    third = Lead.objects.get(email="third@example.org")
    wants_no_contact(third, staff)
    merge_leads(lead=Lead.objects.get(pk=lead.pk), into=Lead.objects.get(pk=third.pk), by=staff)
    assert desk.post(url(other, "unmerge")).status_code == 302
    assert EndedConsent.objects.get().consent.contact_enquiries.get().lead == third
    assert may_be_contacted(other) == [True]
    assert not LeadEvent.objects.filter(kind=LeadEvent.Kind.END_UNDONE).exists()


def test_what_was_said_once_they_were_is_asked_about_however_they_became_one(
    desk: Client, lead: Lead, other: Lead, ask: Callable[..., Any], staff: Any
) -> None:
    ask(email="third@example.org")
    third = Lead.objects.get(email="third@example.org")
    merge_leads(lead=Lead.objects.get(pk=lead.pk), into=third, by=staff)
    wants_no_contact(third, staff)
    assert desk.post(url(other, "unmerge")).status_code == 422
