"""A next action with a time of day, in New York, where the clinic of the first content is."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from enquiries.actions import export_person, merge_leads, set_next_action, unmerge_lead
from enquiries.models import Lead
from foundation.models import ClinicProfile
from tests.browser_posts import untouched
from tests.clinic.test_today import LIST, names, queue
from tests.desk.test_two_people_editing import form_on, url

# A Friday at one in the afternoon there.
NOW = datetime(2026, 3, 6, 18, tzinfo=UTC)
TODAY = date(2026, 3, 6)
HALF_PAST_ONE = datetime(2026, 3, 6, 18, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
OVER = "This time of today is over. Choose one to come."
PROFILE = "/admin/foundation/clinicprofile/1/change/"


@pytest.fixture
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def planned(clock: Any, desk: Client, lead: Lead) -> Client:
    typed = {"next_action": "Call", "next_action_on": str(TODAY), "next_action_time": "13:30"}
    assert desk.post(url(lead, "plan"), {**form_on(desk.get(url(lead)).text, "plan"), **typed}).status_code == 302
    lead.refresh_from_db()
    return desk


def again(client: Client, staff: Any) -> Client:
    client.force_login(staff)
    return client


def test_a_time_of_day_is_the_clinics_and_is_shown_wherever_the_day_is(planned: Client, lead: Lead) -> None:
    assert (lead.next_action_on, lead.next_action_at) == (TODAY, HALF_PAST_ONE)
    page = planned.get(url(lead)).text
    assert "Next action: Call · March 6, 2026, 1:30 p.m." in page
    assert form_on(page, "plan")["next_action_time"] == "13:30"
    assert "today, 1:30 p.m." in page
    assert "today, 1:30 p.m." in planned.get(LIST).text


def test_what_is_due_within_the_hour_comes_first_and_late_it_is_overdue(
    planned: Client, lead: Lead, clock: Any, staff: Any
) -> None:
    first = planned.get("/admin/").context["queues"][0]
    assert (first.title, first.count, first.first[0].why) == ("Due within the hour", 1, "1:30 p.m. · Call · nobody's")
    assert (names(planned, "due=hour"), names(planned, "due=overdue")) == ([str(lead)], [])
    clock.move_to(HALF_PAST_ONE + HOUR)
    late = again(planned, staff)
    assert (names(late, "due=hour"), names(late, "due=today"), names(late, "due=overdue")) == ([], [], [str(lead)])
    assert queue(late, "Overdue").first[0].why == "Call · overdue since 1:30 p.m. · nobody's"
    assert "overdue since 1:30 p.m." in late.get(url(lead)).text


def test_another_day_keeps_no_time_whoever_writes_it(planned: Client, lead: Lead, staff: Any) -> None:
    seen = planned.get(url(lead)).text
    planned.post(url(lead, "snooze"), {"next_action_on": "2026-03-09"})
    lead.refresh_from_db()
    assert lead.next_action_at is None
    set_next_action(lead=lead, next_action="Call", next_action_on=TODAY, next_action_at=HALF_PAST_ONE, by=staff)
    # As the version before writes it, which knows no times.
    Lead.objects.filter(pk=lead.pk).update(next_action_on=TODAY + timedelta(days=1))
    lead.refresh_from_db()
    assert lead.next_action_at is None
    refused = planned.post(url(lead, "plan"), {**form_on(seen, "plan"), "next_action_time": "14:00"})
    assert (refused.status_code, "theirs is “nothing”, yours is “2 p.m.”" in refused.text) == (409, True)


def test_a_call_plans_the_next_one_for_a_time(clock: Any, desk: Client, lead: Lead) -> None:
    typed = {"outcome": "spoke", "then": "new", "next_action": "Call again", "next_action_time": "16:00"}
    assert desk.post(url(lead, "call"), {**form_on(desk.get(url(lead)).text, "call"), **typed}).status_code == 302
    lead.refresh_from_db()
    assert (lead.next_action, lead.next_action_at) == ("Call again", NOW + 3 * HOUR)


@pytest.mark.parametrize("days", [-3, 3])
def test_a_time_without_a_day_asks_for_it_where_the_lead_is_not_due_today(
    clock: Any, desk: Client, lead: Lead, days: int
) -> None:
    Lead.objects.filter(pk=lead.pk).update(next_action_on=TODAY + timedelta(days=days))
    typed = {"outcome": "spoke", "then": "new", "next_action": "Call again", "next_action_time": "16:00"}
    refused = desk.post(url(lead, "call"), {**form_on(desk.get(url(lead)).text, "call"), **typed})
    assert (refused.status_code, "Say on which day" in refused.text) == (422, True)
    again = form_on(refused.text, "call")
    assert (again["next_action"], again["next_action_time"]) == ("Call again", "16:00")
    typed = {**again, "outcome": "spoke", "next_action_on": str(TODAY)}
    assert desk.post(url(lead, "call"), typed).status_code == 302
    lead.refresh_from_db()
    assert (lead.next_action_on, lead.next_action_at) == (TODAY, NOW + 3 * HOUR)


def test_a_time_of_today_that_is_over_is_refused_wherever_it_is_planned(clock: Any, desk: Client, lead: Lead) -> None:
    Lead.objects.update(next_action_on=TODAY, next_action_at=None)
    page = desk.get(url(lead)).text
    plan = {"next_action": "Call", "next_action_on": str(TODAY), "next_action_time": "12:59"}
    verbs = {"plan": plan, "move": {"stage": "contacted", **plan}, "call": {"outcome": "spoke", "then": "new", **plan}}
    for verb, typed in verbs.items():
        refused = desk.post(url(lead, verb), {**form_on(page, verb), **typed})
        assert (refused.status_code, OVER in refused.text) == (422, True), verb
    add = "/admin/enquiries/lead/add/"
    typed = {"name": "Zoë", "phone": "+1 212 555 0142", "consent_contact": "on", **plan}
    assert OVER in desk.post(add, {**untouched(desk.get(add), "lead_form"), **typed}).text
    assert not Lead.objects.exclude(next_action_at=None).exists()


def test_what_is_overdue_keeps_its_time_while_its_words_are_mended(planned: Client, lead: Lead, clock: Any) -> None:
    form = form_on(planned.get(url(lead)).text, "plan")
    clock.shift(HOUR)
    mended = {**form, "next_action": "Call again"}
    assert planned.post(url(lead, "plan"), mended).status_code == 302
    lead.refresh_from_db()
    assert (lead.next_action, lead.next_action_at) == ("Call again", HALF_PAST_ONE)
    later = {**form_on(planned.get(url(lead)).text, "plan"), "next_action_time": "13:45"}
    assert OVER in planned.post(url(lead, "plan"), later).text


def test_a_merge_and_its_undo_keep_the_time(planned: Client, lead: Lead, staff: Any) -> None:
    later = {"next_action": "Later", "next_action_on": date(2026, 3, 9), "next_action_at": NOW + 72 * HOUR}
    other = Lead.objects.create(name="Other", email="other@example.org", **later)
    merge_leads(lead=lead, into=other, by=staff)
    other.refresh_from_db()
    assert (other.next_action, other.next_action_at) == ("Call", HALF_PAST_ONE)
    unmerge_lead(lead=lead, by=staff)
    other.refresh_from_db()
    assert (other.next_action, other.next_action_at) == ("Later", NOW + 72 * HOUR)


def test_of_two_plans_of_one_day_the_earlier_moment_survives_a_merge(planned: Client, lead: Lead, staff: Any) -> None:
    later = {"next_action": "Later", "next_action_on": TODAY, "next_action_at": NOW + 3 * HOUR}
    other = Lead.objects.create(name="Other", email="other@example.org", **later)
    merge_leads(lead=lead, into=other, by=staff)
    other.refresh_from_db()
    assert (other.next_action, other.next_action_at) == ("Call", HALF_PAST_ONE)


def test_an_undone_merge_leaves_the_time_that_staff_chose_since(planned: Client, lead: Lead, staff: Any) -> None:
    other = Lead.objects.create(email="other@example.org", next_action="Later", next_action_on=date(2026, 3, 9))
    merge_leads(lead=lead, into=other, by=staff)
    mine = {"next_action": "Call", "next_action_on": TODAY, "next_action_at": NOW + 2 * HOUR}
    set_next_action(lead=other, by=staff, **mine)
    unmerge_lead(lead=lead, by=staff)
    other.refresh_from_db()
    assert (other.next_action, other.next_action_at) == ("Call", NOW + 2 * HOUR)


def test_the_export_of_a_person_says_a_time_by_the_clinics_clock_and_whose_that_is(planned: Client, lead: Lead) -> None:
    with timezone.override(UTC):
        found = export_person(lead=lead)
    assert "Call · March 6, 2026, 1:30 p.m." in [line["text"] for line in found["leads"][0]["timeline"]]
    assert found["times_in_words_are_of"] == "America/New_York"


def save_profile(client: Client, **typed: str) -> None:
    answer = client.post(PROFILE, {**untouched(client.get(PROFILE), "clinicprofile_form"), **typed})
    assert answer.status_code == 302, answer.text


def test_another_time_zone_leaves_each_appointment_at_its_time_of_the_day(
    planned: Client, lead: Lead, ask: Any, staff: Any
) -> None:
    ask(email="summer@example.com")
    summer = Lead.objects.get(email="summer@example.com")
    at = datetime(2026, 7, 1, 20, 30, tzinfo=UTC)
    set_next_action(lead=summer, next_action="Call", next_action_on=at.date(), next_action_at=at, by=staff)
    ask(email="untimed@example.com")
    before = Lead.objects.get(email="untimed@example.com").version
    save_profile(planned, time_zone="Asia/Tokyo")
    moments = dict(Lead.objects.values_list("email", "next_action_at"))
    assert moments[lead.email] == datetime(2026, 3, 6, 4, 30, tzinfo=UTC)
    assert moments["summer@example.com"] == datetime(2026, 7, 1, 7, 30, tzinfo=UTC)
    assert moments["untimed@example.com"] is None
    assert Lead.objects.get(email="untimed@example.com").version == before
    assert form_on(planned.get(url(lead)).text, "plan")["next_action_time"] == "13:30"


def test_another_name_of_the_same_clock_moves_no_appointment(planned: Client, lead: Lead, staff: Any) -> None:
    at = datetime(2026, 7, 1, 14, tzinfo=UTC)
    set_next_action(lead=lead, next_action="Call", next_action_on=at.date(), next_action_at=at, by=staff)
    ClinicProfile.objects.update(time_zone="CET")
    save_profile(planned, time_zone="Europe/Brussels")
    assert Lead.objects.get(pk=lead.pk).next_action_at == at


def test_who_typed_a_time_before_the_zone_changed_saves_that_time(planned: Client, lead: Lead) -> None:
    seen = form_on(planned.get(url(lead)).text, "plan")
    save_profile(planned, time_zone="Asia/Tokyo")
    assert planned.post(url(lead, "plan"), {**seen, "next_action": "Call her"}).status_code == 302
    lead.refresh_from_db()
    assert (lead.next_action, lead.next_action_at) == ("Call her", datetime(2026, 3, 6, 4, 30, tzinfo=UTC))


def test_a_profile_saved_in_the_same_zone_moves_nothing(planned: Client, lead: Lead) -> None:
    save_profile(planned, tagline="Where questions are answered")
    found = Lead.objects.get(pk=lead.pk)
    assert (found.next_action_at, found.version) == (HALF_PAST_ONE, lead.version)


def test_whoever_is_merged_or_closed_keeps_the_time_of_day_for_when_they_are_back(
    planned: Client, lead: Lead, ask: Any, staff: Any
) -> None:
    ask(email="other@example.com")
    merge_leads(lead=lead, into=Lead.objects.get(email="other@example.com"), by=staff)
    save_profile(planned, time_zone="Asia/Tokyo")
    unmerge_lead(lead=lead, by=staff)
    assert form_on(planned.get(url(lead)).text, "plan")["next_action_time"] == "13:30"
