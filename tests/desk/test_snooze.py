from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from enquiries.actions import set_next_action
from enquiries.models import Lead, LeadEvent
from foundation.models import ClinicProfile
from tests.desk.test_two_people_editing import form_on, url


@pytest.fixture
def profile(first_content: None) -> ClinicProfile:
    found = ClinicProfile.objects.get()
    found.opening_hours.all().delete()
    found.holidays.all().delete()
    return found


def chips(desk: Client, lead: Lead) -> list[date]:
    return [chip.day for chip in desk.get(url(lead)).context["forms"]["snooze"].chips()]


def test_a_chip_moves_the_day_and_keeps_the_words(desk: Client, lead: Lead, staff: Any, profile: ClinicProfile) -> None:
    tomorrow = profile.today() + timedelta(days=1)
    assert f'name="next_action_on" value="{tomorrow}"' in desk.get(url(lead)).text
    assert desk.post(url(lead, "snooze"), {"next_action_on": tomorrow}).status_code == 302
    lead.refresh_from_db()
    assert (lead.next_action, lead.next_action_on) == ("answer_enquiry", tomorrow)
    assert lead.events.filter(kind=LeadEvent.Kind.NEXT_ACTION, actor=staff).exists()


def test_the_chips_skip_days_on_which_the_clinic_is_closed(desk: Client, lead: Lead, profile: ClinicProfile) -> None:
    today = profile.today()
    assert chips(desk, lead) == [today + timedelta(days=days) for days in (1, 3, 7)]
    for days in (1, 2, 7):
        profile.holidays.create(day=today + timedelta(days=days))
    assert chips(desk, lead) == [today + timedelta(days=days) for days in (3, 3, 8)]


def test_the_chips_follow_the_clock_of_the_clinic(desk: Client, lead: Lead, profile: ClinicProfile) -> None:
    found = []
    for zone in ("Pacific/Kiritimati", "Pacific/Niue"):
        ClinicProfile.objects.update(time_zone=zone)
        found.append(chips(desk, lead)[0])
    # Its clocks are 25 hours apart.
    assert found[0] > found[1]


def test_snoozing_over_what_a_colleague_planned_is_told_first(desk: Client, lead: Lead, staff: Any) -> None:
    seen = form_on(desk.get(url(lead)).text, "snooze")
    set_next_action(lead=lead, next_action="Theirs", next_action_on=date(2028, 1, 1), by=staff)
    refused = desk.post(url(lead, "snooze"), {**seen, "next_action_on": "2028-02-02"})
    assert (refused.status_code, "What changed meanwhile" in refused.text) == (409, True)
    again = {**form_on(refused.text, "snooze"), "next_action_on": "2028-02-02"}
    assert desk.post(url(lead, "snooze"), again).status_code == 302
    lead.refresh_from_db()
    assert (lead.next_action, lead.next_action_on) == ("Theirs", date(2028, 2, 2))


def test_what_is_closed_cannot_be_snoozed(desk: Client, lead: Lead) -> None:
    desk.post(url(lead, "move"), {"stage": "lost", "reason": "Too far"})
    assert 'id="snooze-form"' not in desk.get(url(lead)).text
    assert desk.post(url(lead, "snooze"), {"next_action_on": "2028-02-02"}).status_code == 422


def test_nothing_is_put_off_to_a_day_that_is_over(desk: Client, lead: Lead, profile: ClinicProfile) -> None:
    before = Lead.objects.values("next_action_on", "version").get()
    yesterday = profile.today() - timedelta(days=1)
    seen = form_on(desk.get(url(lead)).text, "snooze")
    refused = desk.post(url(lead, "snooze"), {**seen, "next_action_on": yesterday})
    assert (refused.status_code, "This day is over. Choose today or a day to come." in refused.text) == (422, True)
    assert Lead.objects.values("next_action_on", "version").get() == before


def test_a_chip_of_yesterday_keeps_its_word(desk: Client, lead: Lead, profile: ClinicProfile) -> None:
    Lead.objects.update(next_action_on=profile.today() - timedelta(days=1))
    seen = form_on(desk.get(url(lead)).text, "snooze")
    assert desk.post(url(lead, "snooze"), {**seen, "next_action_on": profile.today()}).status_code == 302
    assert Lead.objects.get().next_action_on == profile.today()
