import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from enquiries.actions import erase_person, export_person, merge_leads, unmerge_lead
from enquiries.models import Lead, LeadEvent
from tests.browser_posts import untouched
from tests.desk.test_two_people_editing import url

# Nine in the morning in New York, where the clinic is, and one in the afternoon in Dublin.
MONDAY = datetime(2026, 3, 9, 13, 5, tzinfo=UTC)
PHONE = "+353 1 234 5678"


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


@pytest.fixture
def desk(clock: Any, first_content: None, staff: Any) -> Client:
    return signed_in(staff)


def signed_in(account: Any) -> Client:
    client = Client()
    client.force_login(account)
    return client


@pytest.fixture
def irish(clock: Any, lead: Lead) -> Lead:
    Lead.objects.filter(pk=lead.pk).update(country="IE", phone=PHONE)
    lead.refresh_from_db()
    return lead


def prefers(desk: Client, lead: Lead, when: str, **times: str) -> Any:
    form = untouched(desk.get(url(lead)), "call-hours-form")
    return desk.post(url(lead, "call-hours"), {**form, "when": when, **times})


@pytest.mark.parametrize(
    ("country", "when", "told"),
    [
        ("IE", "afternoons", "now is a good time"),
        ("IE", "evenings", "not until 5 p.m. there (1 p.m. here)"),
        ("IE", "mornings", "not until Tuesday 8 a.m. there (Tuesday 4 a.m. here)"),
        ("US", "mornings", "now may be a good time, by where they live"),
        ("US", "evenings", "not until 5 p.m. there, by where they live"),
        ("", "mornings", None),
    ],
)
def test_it_stands_beside_the_telephone_by_both_clocks(
    desk: Client, irish: Lead, country: str, when: str, told: str | None
) -> None:
    Lead.objects.filter(pk=irish.pk).update(country=country)
    assert prefers(desk, irish, when).status_code == 302
    page = desk.get(url(irish)).text
    shown = page.split("Prefers to be called on weekday ")[1].split("</span>")[0]
    assert (f"<strong>{told}</strong>" in shown) if told else ("<strong>" not in shown)


def test_on_a_weekend_no_weekday_holds(clock: Any, desk: Client, irish: Lead, staff: Any) -> None:
    prefers(desk, irish, "afternoons")
    clock.move_to(datetime(2026, 3, 14, 14, tzinfo=UTC))
    assert "not until Monday noon there (Monday 8 a.m. here)" in signed_in(staff).get(url(irish)).text


def test_between_two_times_of_one_day_and_nothing_else(desk: Client, irish: Lead) -> None:
    assert prefers(desk, irish, "between", begin="12:30", end="14:00").status_code == 302
    irish.refresh_from_db()
    assert irish.call_hours == "12:30-14:00"
    assert "between 12:30 p.m. and 2 p.m." in desk.get(url(irish)).text
    shown = untouched(desk.get(url(irish)), "call-hours-form")
    assert (shown["when"], shown["begin"], shown["end"]) == ("between", "12:30", "14:00")
    for begin, end in (("14:00", "12:30"), ("12:30", ""), ("", ""), ("12:30:10", "12:30:40")):
        assert prefers(desk, irish, "between", begin=begin, end=end).status_code == 422
    with pytest.raises(IntegrityError), transaction.atomic():
        Lead.objects.filter(pk=irish.pk).update(call_hours="at noon")
    prefers(desk, irish, "")
    assert "Prefers to be called" not in desk.get(url(irish)).text.split('class="lead-timeline"')[0]


def test_of_several_clocks_it_says_the_one_by_which_it_is_soonest(desk: Client, irish: Lead) -> None:
    # Five past two in Madrid, and five past one on the Canaries.
    Lead.objects.filter(pk=irish.pk).update(country="ES", call_hours="13:30-14:00")
    assert "<strong>not until 1:30 p.m. there, by where they live</strong>" in desk.get(url(irish)).text


def test_a_call_outside_of_it_is_asked_about_and_then_logged(desk: Client, irish: Lead) -> None:
    prefers(desk, irish, "evenings")
    form = {**untouched(desk.get(url(irish)), "call-form", press="outcome"), "text": "Rang"}
    first = desk.post(url(irish, "call"), form)
    assert (first.status_code, "They prefer to be called on weekday evenings" in first.text) == (422, True)
    assert desk.post(url(irish, "call"), {**untouched(first, "call-form"), "outcome": "spoke"}).status_code == 302
    assert irish.events.filter(kind="call").count() == 1


@pytest.mark.parametrize("typed", [{"direction": "theirs"}, {"at": "2026-03-06T13:30"}])
def test_who_rang_themselves_or_was_called_in_time_is_not_asked_about(
    desk: Client, irish: Lead, typed: dict[str, str]
) -> None:
    prefers(desk, irish, "evenings")
    form = untouched(desk.get(url(irish)), "call-form", press="outcome")
    assert desk.post(url(irish, "call"), {**form, "outcome": "spoke", **typed}).status_code == 302


def test_the_person_is_told_of_it_and_erasing_takes_it(desk: Client, irish: Lead) -> None:
    prefers(desk, irish, "evenings")
    assert "on weekday evenings" in json.dumps(export_person(lead=irish))
    assert "Prefers to be called “nothing” → “on weekday evenings" in desk.get(url(irish)).text
    erase_person(lead=irish)
    irish.refresh_from_db()
    assert irish.call_hours == ""
    with pytest.raises(IntegrityError), transaction.atomic():
        Lead.objects.filter(pk=irish.pk).update(call_hours="evenings")


def test_a_merge_keeps_the_survivors_unless_the_others_is_chosen_and_its_undo_gives_both_theirs(
    desk: Client, irish: Lead, staff: Any
) -> None:
    prefers(desk, irish, "evenings")
    other = Lead.objects.create(
        email="other@example.org", next_action="Call", next_action_on=MONDAY.date(), call_hours="09:00-10:00"
    )
    merge_leads(lead=other, into=irish, by=staff)
    irish.refresh_from_db()
    assert irish.call_hours == "evenings"
    other.refresh_from_db()
    unmerge_lead(lead=other, by=staff)
    form = untouched(desk.get(url(irish, "merge"), {"other": f"#{other.pk}"}), "merge-form")
    assert form["call_hours"] == str(irish.pk)
    desk.post(url(irish, "merge"), {**form, "call_hours": str(other.pk)})
    irish.refresh_from_db()
    assert irish.call_hours == "09:00-10:00"
    assert "when to call." in desk.get(url(irish)).text
    other.refresh_from_db()
    unmerge_lead(lead=other, by=staff)
    assert list(Lead.objects.order_by("pk").values_list("call_hours", flat=True)) == ["evenings", "09:00-10:00"]


def test_two_people_who_save_it_hear_of_each_other(desk: Client, irish: Lead) -> None:
    mine = untouched(desk.get(url(irish)), "call-hours-form")
    prefers(desk, irish, "evenings")
    refused = desk.post(url(irish, "call-hours"), {**mine, "when": "mornings"})
    assert refused.status_code == 409
    assert "theirs is “on weekday evenings" in refused.text
    assert LeadEvent.objects.filter(kind="details").count() == 1
