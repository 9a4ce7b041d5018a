from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from enquiries.models import Lead
from foundation.models import ClinicProfile
from mailings.admin.mail_page import clock
from tests.clinic.test_today import queue
from tests.desk.test_bulk_actions import choose, confirm
from tests.desk.test_export_list import PURPOSE
from tests.desk.test_numbers import NUMBERS
from tests.lead_lists import bring
from tests.test_architecture import MAY_IMPORT, ROOT, modules

YESTERDAY, TODAY, TOMORROW = date(2026, 3, 9), date(2026, 3, 10), date(2026, 3, 11)
LEADS = "/admin/enquiries/lead/"


@pytest.fixture(autouse=True)
def evening(first_content: None) -> Iterator[None]:
    ClinicProfile.objects.update(time_zone="Pacific/Kiritimati")
    # Half past one in the afternoon of the next day, on the clock of the clinic.
    with time_machine.travel(datetime(2026, 3, 9, 23, 30, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def leads(evening: None) -> list[Lead]:
    return [
        Lead.objects.create(name=name, email=f"{name}@example.com", next_action="Call", next_action_on=day)
        for name, day in (("late", YESTERDAY), ("now", TODAY), ("later", TOMORROW))
    ]


def names(desk: Client, query: str) -> list[str]:
    return [str(lead) for lead in desk.get(f"{LEADS}?{query}").context["cl"].result_list]


def test_today_counts_by_it(desk: Client, leads: list[Lead]) -> None:
    late, now = queue(desk, "Overdue"), queue(desk, "Due today")
    assert [[row.name for row in found.first] for found in (late, now)] == [["late"], ["now"]]
    assert "overdue by 1 day ·" in late.first[0].why


def test_the_list_filters_and_speaks_by_it(desk: Client, leads: list[Lead]) -> None:
    assert (names(desk, "due=overdue"), names(desk, "due=today")) == (["late"], ["now"])
    assert names(desk, "due=now") == ["late", "now"]
    assert "overdue by 1 day<" in desk.get(LEADS).text


@pytest.mark.parametrize(("name", "words"), [("late", "overdue by 1 day<"), ("now", ">today<")])
def test_the_page_of_a_lead_speaks_by_it(desk: Client, leads: list[Lead], name: str, words: str) -> None:
    assert words in desk.get(Lead.objects.get(name=name).get_absolute_url()).text


def test_snoozing_counts_from_it(desk: Client, leads: list[Lead]) -> None:
    forms = desk.get(leads[1].get_absolute_url()).context["forms"]
    assert [chip.day.day for chip in forms["snooze"].chips()] == [11, 13, 17]


@pytest.mark.parametrize(("day", "accepted"), [(TODAY, False), (TOMORROW, True)])
def test_leads_are_put_off_to_a_day_behind_it(desk: Client, leads: list[Lead], day: date, accepted: bool) -> None:
    confirm(desk, "snooze", choose(desk, "snooze", leads[:1]), next_action_on=str(day))
    assert Lead.objects.filter(name="late", next_action_on=day).exists() is accepted


def test_whoever_rings_up_is_called_back_on_it(desk: Client) -> None:
    assert desk.get(f"{LEADS}add/").context["form"]["next_action_on"].value() == TODAY


def test_an_imported_lead_began_by_the_end_of_it(desk: Client) -> None:
    rows = f"Name,Phone,Received on\nNow,555 0100,{TODAY}\nLater,555 0101,{TOMORROW}\n"
    bring(desk, rows)
    zone = ClinicProfile.objects.get().zone
    began = {lead.name: timezone.localdate(lead.created_at, zone) for lead in Lead.objects.all()}
    # A day to come is no day on which anybody wrote: the person comes in without it.
    assert began == {"Now": TODAY, "Later": TODAY}
    assert {lead.next_action_on for lead in Lead.objects.all()} == {TODAY}


def test_the_numbers_end_with_it(desk: Client) -> None:
    form = desk.get(NUMBERS).context["form"]
    assert form["to"].value() == TODAY
    assert desk.get(NUMBERS, {"from": TODAY, "to": TODAY}).status_code == 200
    refused = desk.get(NUMBERS, {"from": TOMORROW, "to": TOMORROW})
    assert "This day has not come yet." in refused.text


def test_files_are_named_by_it(desk: Client, leads: list[Lead]) -> None:
    answer = desk.post(f"{LEADS}export/", PURPOSE)
    person = desk.post(f"{LEADS}{leads[0].pk}/export/")
    assert [f"{TODAY}" in found["Content-Disposition"] for found in (answer, person)] == [True, True]


def test_a_mail_of_it_shows_the_time_alone(leads: list[Lead]) -> None:
    with timezone.override("Pacific/Kiritimati"):
        assert clock(timezone.now()) == "1:30 p.m."


def test_the_day_is_asked_of_the_clinic_alone() -> None:
    asked = [
        str(path.relative_to(ROOT))
        for room in MAY_IMPORT
        for path in modules(room)
        if "localdate(" in path.read_text(encoding="utf-8") or "date.today(" in path.read_text(encoding="utf-8")
    ]
    assert asked == ["foundation/models/profile.py"]
