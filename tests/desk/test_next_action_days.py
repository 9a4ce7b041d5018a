from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from enquiries.actions import merge_leads, unmerge_lead
from enquiries.models import Lead, LeadEvent
from foundation.models import ClinicProfile
from tests.browser_posts import untouched
from tests.desk.test_bulk_actions import choose, confirm
from tests.desk.test_two_people_editing import form_on, url
from tests.lead_lists import bring, preview_of

SENTENCE = "A next action lies within two years of today."
# Nothing is planned for what is over, however near.
OVER = "This day is over."
LEADS = "/admin/enquiries/lead/"


def today() -> date:
    return ClinicProfile.objects.current().today()


def far_off() -> list[date]:
    return [today() + timedelta(days=days) for days in (800, -800)]


def as_before_the_rule(day: date) -> None:
    with connection.cursor() as cursor:
        # What waits for the end of the transaction keeps the table from being altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE enquiries_lead DISABLE TRIGGER lead_next_action_day")
        Lead.objects.update(next_action_on=day)
        cursor.execute("ALTER TABLE enquiries_lead ENABLE TRIGGER lead_next_action_day")


TYPED: dict[str, dict[str, str]] = {
    "plan": {"next_action": "Ask Zoë O'Brien & Sons"},
    "call": {"outcome": "spoke", "text": "A long talk", "then": "new", "next_action": "Ask Zoë O'Brien & Sons"},
    "move": {"stage": "contacted", "next_action": "Ask Zoë O'Brien & Sons"},
}


@pytest.mark.parametrize("verb", TYPED)
def test_nothing_is_planned_for_a_day_that_is_over_and_all_that_was_typed_stays(
    desk: Client, lead: Lead, verb: str
) -> None:
    before = Lead.objects.values("stage", "next_action_on", "version").get()
    yesterday = str(today() - timedelta(days=1))
    filled = {**form_on(desk.get(url(lead)).text, verb), **TYPED[verb], "next_action_on": yesterday}
    refused = desk.post(url(lead, verb), filled)
    assert (refused.status_code, OVER in refused.text) == (422, True)
    assert Lead.objects.values("stage", "next_action_on", "version").get() == before
    again = form_on(refused.text, verb)
    assert {name: again[name] for name in again if name in TYPED[verb]} == {
        name: value for name, value in TYPED[verb].items() if name in again
    }
    assert again["next_action_on"] == yesterday
    assert desk.post(url(lead, verb), {**again, **TYPED[verb], "next_action_on": str(today())}).status_code == 302


def test_the_words_of_what_is_overdue_are_mended_without_another_day(desk: Client, lead: Lead) -> None:
    yesterday = today() - timedelta(days=1)
    Lead.objects.update(next_action_on=yesterday)
    filled = {**form_on(desk.get(url(lead)).text, "plan"), "next_action": "Call, not write"}
    assert desk.post(url(lead, "plan"), filled).status_code == 302
    lead.refresh_from_db()
    assert (lead.next_action, lead.next_action_on) == ("Call, not write", yesterday)


def test_a_lead_taken_down_by_hand_begins_with_no_day_that_is_over(desk: Client, first_content: None) -> None:
    form = {**untouched(desk.get(f"{LEADS}add/"), "lead_form"), "email": "zoe@example.org", "consent_contact": "on"}
    refused = desk.post(f"{LEADS}add/", {**form, "next_action_on": str(today() - timedelta(days=1))})
    assert (OVER in refused.text, Lead.objects.count()) == (True, 0)


@pytest.mark.parametrize(
    ("verb", "typed"),
    [
        ("plan", {"next_action": "Call"}),
        ("snooze", {}),
        ("call", {"outcome": "spoke", "next_action": "Call"}),
        ("move", {"stage": "contacted"}),
    ],
)
def test_a_next_action_within_two_years_is_saved_and_no_other(
    desk: Client, lead: Lead, verb: str, typed: dict[str, str]
) -> None:
    for day in far_off():
        filled = {**form_on(desk.get(url(lead)).text, verb), **typed, "next_action_on": str(day)}
        refused = desk.post(url(lead, verb), filled)
        assert refused.status_code == 422
        assert (OVER if day < today() else SENTENCE) in refused.text
    lead.refresh_from_db()
    assert (lead.stage, lead.next_action_on) == ("new", today())
    near = {**filled, "next_action_on": str(today() + timedelta(days=700))}
    assert desk.post(url(lead, verb), near).status_code == 302


def test_nobody_is_taken_down_for_another_century(desk: Client) -> None:
    fresh = untouched(desk.get(f"{LEADS}add/"), "lead_form")
    typed = {"name": "Zoë", "phone": "555 010 0123", "consent_contact": "on", "next_action_on": "2126-01-01"}
    refused = desk.post(f"{LEADS}add/", {**fresh, **typed})
    assert (refused.status_code, SENTENCE in refused.text, Lead.objects.count()) == (422, True, 0)


def test_many_are_not_put_off_for_longer_either(desk: Client, lead: Lead) -> None:
    page = choose(desk, "snooze", [lead])
    refused = confirm(desk, "snooze", page, next_action_on=str(far_off()[0]))
    assert SENTENCE in refused.text
    lead.refresh_from_db()
    assert lead.next_action_on == today()


def test_a_list_brings_such_a_day_as_a_note(desk: Client) -> None:
    rows = "name,email,follow up\nZoë,zoe@example.com,2096-05-31\nBo,bo@example.com,2019-01-31\n"
    _url, page = preview_of(desk, rows)
    assert "“2096-05-31” is more than two years away." in page.text
    bring(desk, rows)
    for email, day in (("zoe@example.com", "2096-05-31"), ("bo@example.com", "2019-01-31")):
        lead = Lead.objects.get(email=email)
        assert lead.next_action_on == today()
        assert lead.events.get(kind=LeadEvent.Kind.NOTE).text == f"follow up: {day}"


def test_postgres_takes_no_such_day_and_lets_one_of_before_come_nearer(lead: Lead, staff: Any) -> None:
    later = today() + timedelta(days=800)
    with pytest.raises(IntegrityError), transaction.atomic():
        Lead.objects.update(next_action_on=later)
    as_before_the_rule(later)
    Lead.objects.update(next_action_on=later, next_action="Call")
    Lead.objects.update(next_action_on=later - timedelta(days=9))


def test_undoing_a_merge_gives_back_a_day_of_before_as_far_as_it_may(lead: Lead, staff: Any) -> None:
    as_before_the_rule(today() + timedelta(days=2000))
    other = Lead.objects.create(email="other@example.org", next_action="Call", next_action_on=today())
    merge_leads(lead=other, into=lead, by=staff)
    unmerge_lead(lead=other, by=staff)
    lead.refresh_from_db()
    assert (lead.next_action, lead.next_action_on) == ("answer_enquiry", today() + timedelta(days=731))
