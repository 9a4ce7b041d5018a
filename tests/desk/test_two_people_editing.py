from collections.abc import Callable
from datetime import datetime, time
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client

from enquiries.actions import add_note, assign_lead, change_details, merge_leads, move_lead, set_next_action
from enquiries.models import Lead, LeadEvent
from foundation.models import ClinicProfile
from mailings.rules import suppressed
from tests.browser_posts import untouched
from tests.conftest import ADDRESS, AWKWARD_NAME


def url(lead: Lead, verb: str = "change") -> str:
    return f"/admin/enquiries/lead/{lead.pk}/{verb}/"


def form_on(page: str, verb: str) -> dict[str, str]:
    return untouched(page, f"{verb}-form")


@pytest.fixture
def shown(desk: Client, lead: Lead) -> Callable[[str], dict[str, str]]:
    page = desk.get(url(lead)).text
    return lambda verb: form_on(page, verb)


def test_the_second_save_hears_what_changed_and_overwrites_nothing(
    desk: Client, lead: Lead, staff: Any, shown: Any
) -> None:
    today = ClinicProfile.objects.current().today()
    set_next_action(lead=lead, next_action="Call her sister", next_action_on=today, by=staff)
    typed = {"next_action": "Send the <offer>", "next_action_on": "2028-01-31"}
    response = desk.post(url(lead, "plan"), {**shown("plan"), **typed})
    assert response.status_code == 409
    assert "theirs is “Call her sister”, yours is “Send the &lt;offer&gt;”" in response.text
    assert 'value="2028-01-31"' in response.text
    assert "Somebody else changed this lead while you were typing." in response.text
    lead.refresh_from_db()
    assert lead.next_action == "Call her sister"
    again = desk.post(url(lead, "plan"), {**form_on(response.text, "plan"), **typed})
    assert again.status_code == 302
    lead.refresh_from_db()
    assert lead.next_action == "Send the <offer>"


def test_who_was_told_once_is_told_again_of_what_came_since(desk: Client, lead: Lead, staff: Any, shown: Any) -> None:
    for number in (1, 2):
        change_details(lead=lead, details={"name": f"Name {number}"}, by=staff)
        typed = {"name": "Mine", "phone": "", "country": ""}
        page = desk.post(url(lead, "details"), {**shown("details"), **typed})
        assert page.status_code == 409
    change_details(lead=lead, details={"name": "Name 3"}, by=staff)
    page = desk.post(url(lead, "details"), {**form_on(page.text, "details"), **typed})
    assert (page.status_code, "theirs is “Name 3”" in page.text) == (409, True)


def test_what_only_the_other_one_changed_is_kept(desk: Client, lead: Lead, staff: Any, shown: Any) -> None:
    change_details(lead=lead, details={"name": "Zoë Miller"}, by=staff)
    typed = {"name": AWKWARD_NAME, "phone": "555 0142", "country": ""}
    assert desk.post(url(lead, "details"), {**shown("details"), **typed}).status_code == 302
    lead.refresh_from_db()
    assert (lead.name, lead.phone) == ("Zoë Miller", "555 0142")


def test_after_a_conflict_the_fields_it_did_not_name_are_still_compared(
    desk: Client, lead: Lead, staff: Any, shown: Any
) -> None:
    change_details(lead=lead, details={"name": "Theirs", "phone": "111 1111"}, by=staff)
    typed = {"name": "Mine", "phone": "", "country": ""}
    page = desk.post(url(lead, "details"), {**shown("details"), **typed})
    assert desk.post(url(lead, "details"), {**form_on(page.text, "details"), **typed}).status_code == 302
    lead.refresh_from_db()
    assert (lead.name, lead.phone) == ("Mine", "111 1111")


def test_a_slip_of_the_pen_in_a_stale_form_does_not_make_it_fresh(
    desk: Client, lead: Lead, staff: Any, shown: Any
) -> None:
    change_details(lead=lead, details={"name": "Theirs"}, by=staff)
    typed = {"name": "Mine", "phone": "", "country": "nowhere"}
    page = desk.post(url(lead, "details"), {**shown("details"), **typed})
    assert page.status_code == 422
    typed["country"] = ""
    assert desk.post(url(lead, "details"), {**form_on(page.text, "details"), **typed}).status_code == 409


def test_a_move_is_compared_with_the_stage_that_was_seen(desk: Client, lead: Lead, staff: Any, shown: Any) -> None:
    move_lead(lead=lead, stage="in_conversation", by=staff)
    move_lead(lead=lead, stage="medical_review", by=staff)
    response = desk.post(url(lead, "move"), {**shown("move"), "stage": "contacted"})
    assert response.status_code == 409
    assert "Stage: theirs is “medical review”, yours is “contacted”." in response.text
    again = desk.post(url(lead, "move"), {**form_on(response.text, "move"), "stage": "contacted"})
    assert again.status_code == 422
    assert Lead.objects.get().stage == "medical_review"


def test_owners_conflict_and_show_their_names(desk: Client, lead: Lead, staff: Any, shown: Any) -> None:
    assign_lead(lead=lead, owner=staff, by=staff)
    other = type(staff).objects.create_user("other@clinic.example", name="Olga Other", is_staff=True)
    other.groups.set(Group.objects.filter(name="coordinator"))
    response = desk.post(url(lead, "assign"), {**shown("assign"), "owner": other.pk})
    assert (response.status_code, "theirs is “Sam Staff”, yours is “Olga Other”" in response.text) == (409, True)


def test_the_same_change_twice_is_no_conflict_and_no_second_event(
    desk: Client, lead: Lead, staff: Any, shown: Any
) -> None:
    assign_lead(lead=lead, owner=staff, by=staff)
    assert desk.post(url(lead, "assign"), {**shown("assign"), "owner": staff.pk}).status_code == 302
    assert lead.events.filter(kind=LeadEvent.Kind.OWNER).count() == 1


def test_who_closes_it_a_moment_later_loses_no_word_and_the_ban_stands(
    desk: Client, lead: Lead, staff: Any, shown: Any
) -> None:
    move_lead(lead=lead, stage="lost", reason="too far", by=staff)
    typed = {"stage": "lost", "reason": "said so twice", "asked_to_stop": "on"}
    assert desk.post(url(lead, "move"), {**shown("move"), **typed}).status_code == 302
    assert suppressed(ADDRESS)
    assert lead.events.get(kind=LeadEvent.Kind.NOTE).text == "said so twice"
    assert "asked to stop: said so twice" in desk.get(lead.get_absolute_url()).text
    assert Lead.objects.get().closed_reason == "too far"


def test_who_moves_it_a_moment_later_keeps_the_plan(desk: Client, lead: Lead, staff: Any, shown: Any) -> None:
    move_lead(lead=lead, stage="contacted", by=staff)
    typed = {"stage": "contacted", "next_action": "Ring again"}
    assert desk.post(url(lead, "move"), {**shown("move"), **typed}).status_code == 302
    assert Lead.objects.get().next_action == "Ring again"


def appointment(lead: Lead, staff: Any, words: str = "Surgeon calls at four") -> datetime:
    """A colleague's, on the day that stood there before."""
    profile = ClinicProfile.objects.current()
    assert lead.next_action_on
    at = datetime.combine(lead.next_action_on, time(16), tzinfo=profile.zone)
    set_next_action(
        lead=lead, next_action=words or lead.next_action, next_action_on=at.date(), next_action_at=at, by=staff
    )
    return at


OVER_A_PLAN = [
    ("snooze", {"next_action_on": "2028-01-31"}),
    ("move", {"stage": "contacted", "next_action": "Send the offer"}),
    ("move", {"stage": "contacted", "next_action_on": "2028-01-31"}),
    ("call", {"outcome": "no_answer", "then": "done"}),
]


@pytest.mark.parametrize(("verb", "typed"), OVER_A_PLAN)
@pytest.mark.parametrize("words", ["Surgeon calls at four", ""], ids=["words", "time alone"])
def test_an_appointment_that_a_colleague_just_made_is_overwritten_by_no_other_plan(
    desk: Client, lead: Lead, staff: Any, shown: Any, verb: str, typed: dict[str, str], words: str
) -> None:
    at = appointment(lead, staff, words)
    refused = desk.post(url(lead, verb), {**shown(verb), **typed})
    assert refused.status_code == 409
    assert "At: theirs is “4 p.m.”, yours is “nothing”." in refused.text
    assert ("theirs is “Surgeon calls at four”, yours is " in refused.text) == bool(words)
    assert Lead.objects.get().next_action_at == at
    again = {**form_on(refused.text, verb), **typed}
    assert desk.post(url(lead, verb), again).status_code == 302
    assert Lead.objects.get().next_action_at is None


def test_who_puts_off_is_told_of_other_words_for_the_same_day(desk: Client, lead: Lead, staff: Any, shown: Any) -> None:
    assert lead.next_action_on
    set_next_action(lead=lead, next_action="Ask the surgeon", next_action_on=lead.next_action_on, by=staff)
    refused = desk.post(url(lead, "snooze"), {**shown("snooze"), "next_action_on": "2028-01-31"})
    assert "theirs is “Ask the surgeon”, yours is “Answer the enquiry”" in refused.text
    assert refused.status_code == 409


def test_what_writes_no_plan_leaves_an_appointment_as_it_is(desk: Client, lead: Lead, staff: Any, shown: Any) -> None:
    at = appointment(lead, staff)
    assert desk.post(url(lead, "move"), {**shown("move"), "stage": "contacted"}).status_code == 302
    typed = {"outcome": "no_answer", "then": "keep"}
    assert desk.post(url(lead, "call"), {**shown("call"), **typed}).status_code == 302
    found = Lead.objects.get()
    assert (found.next_action, found.next_action_at) == ("Surgeon calls at four", at)


def test_a_time_that_a_colleague_took_away_is_in_nobodys_way(desk: Client, lead: Lead, staff: Any) -> None:
    assert lead.next_action_on
    appointment(lead, staff, "")
    seen = form_on(desk.get(url(lead)).text, "snooze")
    set_next_action(lead=lead, next_action=lead.next_action, next_action_on=lead.next_action_on, by=staff)
    assert desk.post(url(lead, "snooze"), {**seen, "next_action_on": "2028-01-31"}).status_code == 302


def test_a_note_never_conflicts(desk: Client, lead: Lead, staff: Any, shown: Any) -> None:
    change_details(lead=lead, details={"name": "Theirs"}, by=staff)
    assert desk.post(url(lead, "note"), {**shown("note"), "text": "Rang"}).status_code == 302


def test_who_types_while_the_lead_is_merged_goes_on_with_the_survivor(
    desk: Client, lead: Lead, ask: Callable[..., Any], staff: Any, shown: Any
) -> None:
    ask(email="other@example.com", name="Zoë O'Brien")
    survivor = Lead.objects.get(email="other@example.com")
    merge_leads(lead=lead, into=survivor, by=staff)
    assert desk.post(url(lead, "note"), {**shown("note"), "text": "Rang back"})["Location"] == url(survivor)
    assert survivor.events.filter(text="Rang back").exists()
    response = desk.post(url(lead, "details"), {**shown("details"), "name": "Zoë Miller"})
    assert (response.status_code, "theirs is “Zoë O&#x27;Brien”" in response.text) == (409, True)
    survivor.refresh_from_db()
    assert survivor.name == "Zoë O'Brien"


def test_every_change_of_what_staff_edit_counts_whoever_makes_it(lead: Lead, staff: Any) -> None:
    def version() -> int:
        return Lead.objects.values_list("version", flat=True).get()

    assert version() == 1
    add_note(lead=lead, text="Rang", by=staff)
    assert version() == 1
    Lead.objects.update(phone="1", version=99)
    assert version() == 2
    with connection.cursor() as cursor:
        cursor.execute("UPDATE enquiries_lead SET country = 'US'")
    assert version() == 3
