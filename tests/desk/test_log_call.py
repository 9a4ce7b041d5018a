import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from enquiries.actions import export_person, set_next_action
from enquiries.models import Lead, LeadEvent
from foundation.models import ClinicProfile
from tests.desk.test_two_people_editing import form_on, url

Kind = LeadEvent.Kind


@pytest.mark.parametrize(
    ("outcome", "stage"), [("spoke", "contacted"), ("left_message", "contacted"), ("no_answer", "new")]
)
def test_one_button_logs_a_call_and_whoever_was_reached_is_contacted(
    desk: Client, lead: Lead, staff: Any, outcome: str, stage: str
) -> None:
    assert f'name="outcome" value="{outcome}"' in desk.get(url(lead)).text
    assert desk.post(url(lead, "call"), {"outcome": outcome})["Location"] == url(lead)
    call = lead.events.get(kind=Kind.CALL)
    assert (call.actor, call.data) == (staff, {"outcome": outcome})
    lead.refresh_from_db()
    assert (lead.stage, lead.next_action) == (stage, "answer_enquiry")
    assert bool(lead.first_answered_at) == (stage == "contacted")


def test_a_call_keeps_what_was_said_and_what_comes_next(desk: Client, lead: Lead) -> None:
    typed = {"outcome": "spoke", "text": "Has the <MRI>", "next_action": "Ask for it", "next_action_on": "2028-01-31"}
    desk.post(url(lead, "call"), typed)
    lead.refresh_from_db()
    assert (lead.stage, lead.next_action, lead.next_action_on) == ("contacted", "Ask for it", date(2028, 1, 31))
    desk.post(url(lead, "call"), {"outcome": "no_answer", "next_action_on": "2028-02-01"})
    lead.refresh_from_db()
    assert (lead.stage, lead.next_action, lead.next_action_on) == ("contacted", "Ask for it", date(2028, 2, 1))
    assert "Has the &lt;MRI&gt;" in desk.get(url(lead)).text


def test_what_comes_next_is_on_the_timeline_also_when_the_call_moves_the_lead(desk: Client, lead: Lead) -> None:
    desk.post(url(lead, "call"), {"outcome": "spoke", "next_action": "Ask for it"})
    assert "Next action: Ask for it · " in desk.get(url(lead)).text


def test_no_plan_is_made_for_a_lead_that_was_closed_meanwhile(desk: Client, lead: Lead) -> None:
    desk.post(url(lead, "move"), {"stage": "lost", "reason": "Too far"})
    plan = {"next_action": "Ask for it", "next_action_on": "2028-01-31"}
    for verb, typed in (("plan", plan), ("call", {**plan, "outcome": "spoke"})):
        refused = desk.post(url(lead, verb), typed)
        assert refused.status_code == 422
        assert "This lead is closed." in refused.text.split(f'id="{verb}-form"')[1].split("</form>")[0]
        assert 'value="Ask for it"' in refused.text
    lead.refresh_from_db()
    assert lead.next_action == "answer_enquiry"


def test_the_export_of_a_person_says_when_and_how_they_were_called(desk: Client, lead: Lead) -> None:
    desk.post(url(lead, "call"), {"outcome": "left_message"})
    found = export_person(lead=lead)["leads"][0]
    assert {"outcome": "left_message"} in [line.get("details") for line in found["timeline"]]
    assert all(found[name] for name in ("waiting_since", "first_answer_due_at", "first_answered_at"))


def test_a_call_without_an_outcome_comes_back_as_typed(desk: Client, lead: Lead) -> None:
    response = desk.post(url(lead, "call"), {"text": "Talked", "outcome": "sang"})
    assert (response.status_code, "Talked</textarea>" in response.text) == (422, True)
    assert not lead.events.filter(kind=Kind.CALL).exists()


def test_a_call_plans_nothing_over_what_a_colleague_planned_meanwhile(desk: Client, lead: Lead, staff: Any) -> None:
    seen = form_on(desk.get(url(lead)).text, "call")
    set_next_action(lead=lead, next_action="Theirs", next_action_on=date(2028, 1, 1), by=staff)
    refused = desk.post(url(lead, "call"), {**seen, "outcome": "spoke", "text": "Well", "next_action": "Mine"})
    assert (refused.status_code, "theirs is “Theirs”, yours is “Mine”" in refused.text) == (409, True)
    assert not lead.events.filter(kind=Kind.CALL).exists()
    assert desk.post(url(lead, "call"), {**seen, "outcome": "spoke", "text": "Well"}).status_code == 302
    lead.refresh_from_db()
    assert (lead.stage, lead.next_action) == ("contacted", "Theirs")


def test_a_call_with_a_closed_lead_is_logged_and_opens_nothing(desk: Client, lead: Lead) -> None:
    desk.post(url(lead, "move"), {"stage": "lost", "reason": "Too far"})
    assert desk.post(url(lead, "call"), {"outcome": "spoke"}).status_code == 302
    lead.refresh_from_db()
    assert lead.stage == "lost"


def test_the_call_stands_open_until_somebody_was_reached(desk: Client, lead: Lead) -> None:
    opened = '<details name="verb" id="call-box" open>'
    assert opened in desk.get(url(lead)).text
    desk.post(url(lead, "call"), {"outcome": "spoke"})
    assert opened not in desk.get(url(lead)).text


def test_who_may_not_read_health_text_reads_no_call_and_no_page_they_came_from(
    desk: Client, ask: Callable[..., Any], django_user_model: Any
) -> None:
    ask(source_path="/research/liver/?utm_source=secret")
    lead = Lead.objects.get()
    desk.post(url(lead, "call"), {"outcome": "spoke", "text": "Her liver hurts"})
    viewer = django_user_model.objects.create_user("viewer@clinic.example", is_staff=True)
    viewer.user_permissions.set(Permission.objects.filter(codename__in=["view_lead", "change_lead"]))
    client = Client()
    client.force_login(viewer)
    page = client.get(url(lead)).text
    assert "Spoke" in page
    for words in ("Her liver hurts", "/research/liver/", "secret"):
        assert words in desk.get(url(lead)).text
        assert words not in page


def clinic_time(moment: datetime) -> str:
    """As a browser posts it."""
    return moment.astimezone(ClinicProfile.objects.current().zone).strftime("%Y-%m-%dT%H:%M")


def test_a_call_is_dated_and_counts_for_the_clock_when_it_was(desk: Client, lead: Lead) -> None:
    asked_at, called_at = timezone.now() - timedelta(days=2), (timezone.now() - timedelta(hours=20)).replace(second=0)
    Lead.objects.update(asked_at=asked_at, first_answer_due_at=timezone.now() - timedelta(hours=12))
    assert desk.post(url(lead, "call"), {"outcome": "spoke", "at": clinic_time(called_at)}).status_code == 302
    lead.refresh_from_db()
    at = called_at.replace(microsecond=0)
    assert (lead.first_answered_at, lead.stage, lead.events.get(kind=Kind.CALL).at) == (at, "contacted", at)
    page = desk.get(url(lead)).text
    assert "Written down on" in page
    assert "came late" not in page


def test_a_call_of_before_they_asked_answers_nothing(desk: Client, lead: Lead) -> None:
    before = clinic_time(timezone.now() - timedelta(hours=20))
    assert desk.post(url(lead, "call"), {"outcome": "spoke", "at": before}).status_code == 302
    lead.refresh_from_db()
    assert (lead.stage, lead.first_answered_at, lead.events.filter(kind=Kind.CALL).count()) == ("new", None, 1)


@pytest.mark.parametrize(
    ("hours", "sentence"), [(2, "This is still to come."), (-91 * 24, "more than 90 days ago"), (None, "valid date")]
)
def test_a_day_that_cannot_be_is_said_beside_it(desk: Client, lead: Lead, hours: int | None, sentence: str) -> None:
    at = clinic_time(timezone.now() + timedelta(hours=hours)) if hours else "yesterday"
    refused = desk.post(url(lead, "call"), {"outcome": "spoke", "text": "Well", "at": at})
    assert refused.status_code == 422
    assert sentence in refused.text.split('id="call-form"')[1].split("</form>")[0]
    assert "Well</textarea>" in refused.text
    assert not lead.events.filter(kind=Kind.CALL).exists()


def logged(desk: Client, lead: Lead, **typed: str) -> Any:
    return desk.post(url(lead, "call"), {**form_on(desk.get(url(lead)).text, "call"), "outcome": "spoke", **typed})


def test_logging_a_call_asks_what_becomes_of_the_next_action(desk: Client, lead: Lead) -> None:
    fresh = form_on(desk.get(url(lead)).text, "call")
    assert fresh["then"] == "keep"
    assert logged(desk, lead).status_code == 302
    lead.refresh_from_db()
    assert (lead.stage, lead.next_action) == ("contacted", "answer_enquiry")
    logged(desk, lead, then="done")
    lead.refresh_from_db()
    profile = ClinicProfile.objects.current()
    tomorrow = profile.business_hours().open_day(profile.today() + timedelta(days=1))
    assert (lead.next_action, lead.next_action_on) == ("decide_next", tomorrow)
    assert "Next action: Decide what comes next · " in desk.get(url(lead)).text
    logged(desk, lead, then="new", next_action="Ask for it", next_action_on=str(tomorrow))
    lead.refresh_from_db()
    assert lead.next_action == "Ask for it"


def test_a_new_next_action_without_words_or_beside_done_is_asked_for(desk: Client, lead: Lead) -> None:
    for typed, sentence in (
        ({"then": "new"}, "Say what comes next."),
        ({"then": "done", "next_action": "Ask for it"}, "Choose “Something new” for this, or leave it empty."),
    ):
        refused = logged(desk, lead, text="Well", **typed)
        assert refused.status_code == 422
        assert sentence in refused.text.split('id="call-form"')[1].split("</form>")[0]
        assert form_on(refused.text, "call")["then"] == typed["then"]
    assert not lead.events.filter(kind=Kind.CALL).exists()


def test_done_over_what_a_colleague_planned_meanwhile_is_told_first(desk: Client, lead: Lead, staff: Any) -> None:
    seen = form_on(desk.get(url(lead)).text, "call")
    today = ClinicProfile.objects.current().today()
    set_next_action(lead=lead, next_action="Theirs", next_action_on=today, by=staff)
    refused = desk.post(url(lead, "call"), {**seen, "outcome": "spoke", "then": "done"})
    assert (refused.status_code, "theirs is “Theirs”, yours is “Decide what comes next”" in refused.text) == (409, True)


def test_each_telephone_number_of_a_lead_is_dialled_by_itself(desk: Client, lead: Lead) -> None:
    Lead.objects.update(phone="+49 (0)30 901820; 0171 5551234")
    page = desk.get(lead.get_absolute_url()).text
    links = re.findall(r'href="(tel:[^"]*)">([^<]*)<', page)
    assert set(links) == {("tel:+4930901820", "+49 (0)30 901820"), ("tel:01715551234", "0171 5551234")}
    assert len(links) == 4
    assert page.count("</a>; <a") == 2
