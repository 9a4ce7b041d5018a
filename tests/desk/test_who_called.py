from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.test import Client

from enquiries.actions import erase_person, export_person, log_call
from enquiries.actions.clocks import ANSWERS
from enquiries.models import CallOutcome, Lead
from tests.browser_posts import untouched
from tests.desk.test_two_people_editing import form_on, url
from tests.enquiries.test_erasure import tables_with


@pytest.mark.parametrize(("chosen", "words"), [({}, "We called"), ({"direction": "theirs"}, "They called")])
def test_the_timeline_and_the_export_say_who_called(
    desk: Client, lead: Lead, chosen: dict[str, str], words: str
) -> None:
    typed = {**form_on(desk.get(url(lead)).text, "call"), **chosen, "outcome": "spoke"}
    assert desk.post(url(lead, "call"), typed).status_code == 302
    assert f"{words}: spoke with them." in desk.get(url(lead)).text
    told = [line.get("details", {}).get("direction") for line in export_person(lead=lead)["leads"][0]["timeline"]]
    assert {"direction": "ours", **chosen}["direction"] in told


@pytest.mark.parametrize(
    ("country", "words"),
    [
        ("IE", "There it is 8:30 p.m."),
        # From Honolulu to New York; Alaska, and the rest, between them.
        ("US", "There it is 10:30 a.m. to 3:30 p.m., by where they live"),
    ],
)
def test_beside_the_telephone_stands_what_the_clock_says_there(
    desk: Client, lead: Lead, staff: Any, country: str, words: str
) -> None:
    Lead.objects.filter(pk=lead.pk).update(country=country, phone="+353 1 234 5678")
    with time_machine.travel(datetime(2026, 3, 6, 20, 30, tzinfo=UTC), tick=False):
        desk.force_login(staff)
        page = desk.get(url(lead)).text
    assert page.split('class="facts"')[1].split("</dl>")[0].count(words) == 1


def test_nothing_is_said_of_a_country_that_nobody_knows(desk: Client, lead: Lead) -> None:
    Lead.objects.filter(pk=lead.pk).update(country="")
    assert "There it is" not in desk.get(url(lead)).text


@pytest.mark.parametrize(("counts_as", "stage"), [("spoke", "contacted"), ("no_answer", "new")])
def test_an_outcome_of_the_clinics_own_is_a_button_and_keeps_its_words(
    desk: Client, lead: Lead, counts_as: str, stage: str
) -> None:
    add = "/admin/enquiries/calloutcome/add/"
    typed = {**untouched(desk.get(add), "calloutcome_form"), "words": "Rang at a bad time", "counts_as": counts_as}
    assert desk.post(add, typed).status_code == 302
    page = desk.get(url(lead)).text
    own = CallOutcome.objects.get()
    assert f'value="own-{own.pk}" class="button-quiet">Rang at a bad time</button>' in page
    assert desk.post(url(lead, "call"), {**form_on(page, "call"), "outcome": f"own-{own.pk}"}).status_code == 302
    own.delete()
    lead.refresh_from_db()
    assert lead.stage == stage
    assert "We called: Rang at a bad time." in desk.get(url(lead)).text
    assert "Rang at a bad time" in str(export_person(lead=lead)["leads"])


@pytest.mark.parametrize(("outcome", "answered"), [("spoke", True), ("left_message", False), ("no_answer", False)])
def test_a_call_of_theirs_answers_them_only_where_somebody_spoke_with_them(
    desk: Client, lead: Lead, outcome: str, answered: bool
) -> None:
    typed = {**form_on(desk.get(url(lead)).text, "call"), "direction": "theirs", "outcome": outcome}
    assert desk.post(url(lead, "call"), typed).status_code == 302
    lead.refresh_from_db()
    assert (lead.stage, lead.first_answered_at is not None) == ("contacted" if answered else "new", answered)
    assert lead.events.filter(ANSWERS).exists() == answered


def test_an_outcome_of_the_clinics_own_is_erased_and_withheld_like_what_was_said(
    desk: Client, lead: Lead, staff: Any, django_user_model: Any
) -> None:
    log_call(lead=lead, outcome="spoke", direction="ours", called="Sends her liver scans", by=staff)
    viewer = django_user_model.objects.create_user("viewer@clinic.example", is_staff=True)
    viewer.user_permissions.set(Permission.objects.filter(codename__in=["view_lead", "change_lead"]))
    client = Client()
    client.force_login(viewer)
    page = client.get(url(lead)).text
    assert ("liver scans" in page, "We called: spoke with them." in page) == (False, True)
    assert "We called: Sends her liver scans." in desk.get(url(lead)).text
    erase_person(lead=lead)
    assert tables_with("liver scans") == []
    assert "We called: spoke with them." in desk.get(url(lead)).text


def test_no_more_outcomes_are_kept_than_there_are_buttons(desk: Client, first_content: None) -> None:
    add = "/admin/enquiries/calloutcome/add/"
    for number in range(CallOutcome.MOST):
        CallOutcome.objects.create(words=f"Outcome {number}", counts_as="spoke")
    typed = {**untouched(desk.get(add), "calloutcome_form"), "words": "Rang at a bad time", "counts_as": "spoke"}
    refused = desk.post(add, typed)
    assert (refused.status_code, "delete one first" in refused.text) == (200, True)
    assert CallOutcome.objects.count() == CallOutcome.MOST
