import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from clinic.models import AuditEvent
from enquiries.actions.imports import undo_import
from enquiries.models import Lead, LeadEvent, LeadImport
from foundation.models import ClinicProfile
from mailings.actions import suppress
from mailings.models import Suppression
from tests.browser_posts import untouched
from tests.lead_lists import bring, preview_of

PEOPLE = "name,email,note\n" + "".join(f"Person {n},p{n}@example.org,Knee {n}\n" for n in range(5))


def undone(desk: Client, held: LeadImport) -> Any:
    url = f"/admin/enquiries/lead/import/{held.pk}/"
    return desk.post(f"{url}undo/", untouched(desk.get(f"{url}result/"), "undo-form"), follow=True)


def test_a_list_is_taken_back_with_all_that_it_brought(desk: Client, lead: Lead) -> None:
    bring(desk, PEOPLE)
    held = LeadImport.objects.get()
    page = undone(desk, held)
    assert "5 leads are gone again" in page.text
    # A second click.
    assert "5 leads are gone again" in desk.post(f"/admin/enquiries/lead/import/{held.pk}/undo/", follow=True).text
    assert list(Lead.objects.all()) == [lead]
    assert not LeadEvent.objects.exclude(lead=lead).exists()
    assert AuditEvent.objects.get(kind="import_undone").data == {"leads": 5}
    assert "undo-form" not in page.text
    # The same list, mended, comes in as new.
    bring(desk, PEOPLE)
    assert Lead.objects.count() == 6


@pytest.mark.parametrize(
    ("verb", "typed"),
    [
        ("note", {"text": "Rang me"}),
        ("call", {"outcome": "no_answer"}),
        ("snooze", {"next_action_on": "later"}),
        ("assign", {"owner": ""}),
        ("details", {"name": "Zoë O'Brien & Sons", "phone": "", "country": ""}),
    ],
)
def test_with_whom_anybody_did_something_stays_and_is_listed(
    desk: Client, staff: Any, verb: str, typed: dict[str, str]
) -> None:
    bring(desk, PEOPLE)
    touched = Lead.objects.get(email="p3@example.org")
    later = str(ClinicProfile.objects.current().today() + timedelta(days=3))
    real = {name: {"later": later}.get(value, value) for name, value in typed.items()}
    if verb == "assign":
        real["owner"] = str(staff.pk)
    assert desk.post(f"/admin/enquiries/lead/{touched.pk}/{verb}/", real).status_code == 302
    page = undone(desk, LeadImport.objects.get())
    assert "4 leads are gone again" in page.text
    assert touched.get_absolute_url() in page.text
    assert list(Lead.objects.all()) == [touched]
    assert touched.events.filter(kind="note", text="Knee 3").exists()


def test_addresses_that_a_list_keeps_from_mail_stay_so_and_the_pages_say_how_many(desk: Client) -> None:
    suppress(address="known@example.org", reason=Suppression.Reason.ASKED_TO_STOP)
    marked = "name,email,unsubscribed,bounced\nA,a@example.org,,\nB,b@example.org,yes,\nC,c@example.org,,yes\n"
    brought = bring(desk, f"{marked}D,known@example.org,yes,\n", keep_from_mail="on")
    words = "2 addresses get no more mail from here, as this list says. That stays"
    assert words in brought.text
    page = undone(desk, LeadImport.objects.get())
    assert "1 lead is gone again" in page.text
    assert words in page.text
    lifts = re.search(r'href="([^"]*)">Lift it', page.text)
    assert lifts
    assert desk.get(lifts[1]).status_code == 200
    assert Suppression.objects.standing().count() == 3


def test_a_list_of_nobody_but_refused_says_so_too(desk: Client) -> None:
    page = bring(desk, "name,email,unsubscribed\nB,b@example.org,yes\n", keep_from_mail="on")
    assert "1 address gets no more mail from here, as this list says." in page.text
    assert "undo-form" not in page.text


def test_a_list_that_keeps_nobody_from_mail_says_nothing_of_it(desk: Client) -> None:
    assert "no more mail" not in bring(desk, "name,email,unsubscribed\nB,b@example.org,yes\n").text


def test_who_wrote_since_stays(desk: Client, ask: Any) -> None:
    bring(desk, PEOPLE)
    ask(email="p1@example.org")
    undone(desk, LeadImport.objects.get())
    assert [lead.email for lead in Lead.objects.all()] == ["p1@example.org"]


def test_another_list_and_known_people_stay(desk: Client, lead: Lead) -> None:
    bring(desk, "name,email\nOther,other@example.org\n")
    first = LeadImport.objects.get()
    bring(desk, PEOPLE + f"Known,{lead.email},Noted\n")
    undone(desk, LeadImport.objects.exclude(pk=first.pk).get())
    assert {found.email for found in Lead.objects.all()} == {"other@example.org", lead.email}
    assert lead.events.filter(kind="note", text="Noted").exists()


def test_after_a_day_it_stays(desk: Client, staff: Any) -> None:
    bring(desk, PEOPLE)
    with (
        time_machine.travel(timezone.now() + timedelta(hours=25), tick=False),
        pytest.raises(ValidationError, match="within a day"),
    ):
        undo_import(held=LeadImport.objects.get(), by=staff)
    assert Lead.objects.count() == 5


def test_nothing_but_this_takes_lines_off_a_timeline(desk: Client) -> None:
    bring(desk, PEOPLE)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM enquiries_leadevent")


def test_next_actions_are_spread_over_opening_days(desk: Client) -> None:
    url, page = preview_of(desk, PEOPLE.replace("note", "follow up").replace("Knee 4", "2027-02-03"))
    assert untouched(page, "confirm-form")["spread"] == "1"
    desk.post(url, {**untouched(page, "confirm-form"), "spread": "3"})
    profile = ClinicProfile.objects.current()
    hours, days = profile.business_hours(), [profile.today()]
    for _more in range(2):
        days.append(hours.open_day(days[-1] + timedelta(days=1)))
    found = list(Lead.objects.order_by("email").values_list("next_action_on", flat=True))
    assert found[:4] == [days[0], days[1], days[2], days[0]]
    assert str(found[4]) == "2027-02-03"


@pytest.mark.parametrize("typed", ["", "0", "-3", "x", "٣", "9" * 40])
def test_what_is_no_number_of_days_spreads_no_further_than_it_may(desk: Client, typed: str) -> None:
    url, page = preview_of(desk, PEOPLE)
    assert desk.post(url, {**untouched(page, "confirm-form"), "spread": typed}).status_code == 302
    assert Lead.objects.count() == 5
