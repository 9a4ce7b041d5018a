from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.test import Client

from enquiries.actions import assign_lead, assign_next, move_lead, release_enquiry
from enquiries.models import Absence, Enquiry, Lead, LeadEvent
from foundation.models import ClinicProfile
from mailings.models import OutgoingEmail
from tests.browser_posts import untouched

Ask = Callable[..., Any]


@pytest.fixture
def by_turns(first_content: None) -> None:
    ClinicProfile.objects.update(assigns_new_leads=True)


@pytest.fixture
def team(first_content: None, django_user_model: Any) -> list[Any]:
    coordinators = Group.objects.get(name="coordinator")
    members = [
        django_user_model.objects.create_user(f"{name}@clinic.example", name=name) for name in ("Ana", "Bo", "Cy")
    ]
    for member in members:
        member.groups.add(coordinators)
    return members


def today() -> date:
    return ClinicProfile.objects.current().today()


def owners(ask: Ask, count: int) -> list[str]:
    """Who is given each of so many people who write one after the other."""
    first = Lead.objects.count()
    for number in range(first, first + count):
        ask(email=f"zoe{number}@example.com")
    found = Lead.objects.order_by("pk").select_related("owner")[first:]
    return [str(lead.owner and lead.owner.name) for lead in found]


def test_nobody_is_given_anything_before_the_clinic_wants_it(ask: Ask, team: list[Any]) -> None:
    assert owners(ask, 2) == ["None", "None"]


def test_new_leads_go_round_and_the_timeline_says_so(ask: Ask, team: list[Any], by_turns: None) -> None:
    assert owners(ask, 7) == ["Ana", "Bo", "Cy", "Ana", "Bo", "Cy", "Ana"]
    event = LeadEvent.objects.filter(kind=LeadEvent.Kind.OWNER).latest("pk")
    assert (event.text, event.actor) == ("Ana", None)


def test_who_is_away_is_left_out_and_comes_first_afterwards(ask: Ask, team: list[Any], by_turns: None) -> None:
    day = timedelta(days=1)
    Absence.objects.create(member=team[0], begins_on=today() - day, ends_on=today())
    Absence.objects.create(member=team[1], begins_on=today() + day, ends_on=today() + 9 * day)
    Absence.objects.create(member=team[2], begins_on=today() - 9 * day, ends_on=today() - day)
    assert owners(ask, 3) == ["Bo", "Cy", "Bo"]
    Absence.objects.all().delete()
    assert owners(ask, 3) == ["Ana", "Cy", "Bo"]


def test_who_left_or_has_another_role_is_given_nothing(ask: Ask, team: list[Any], by_turns: None, staff: Any) -> None:
    team[0].is_active = False
    team[0].save()
    team[1].groups.set(Group.objects.filter(name="editor"))
    assert owners(ask, 2) == ["Cy", "Cy"]


def test_with_nobody_here_the_lead_waits_for_an_owner(ask: Ask, by_turns: None) -> None:
    assert owners(ask, 1) == ["None"]


def test_who_writes_again_keeps_their_coordinator_unless_that_one_left(
    ask: Ask, team: list[Any], by_turns: None, staff: Any
) -> None:
    ask()
    lead = Lead.objects.get()
    assign_lead(lead=lead, owner=team[2], by=staff)
    Absence.objects.create(member=team[2], begins_on=today(), ends_on=today())
    move_lead(lead=lead, stage="lost", reason="too far", by=staff)
    ask(message="I am back")
    lead.refresh_from_db()
    assert lead.owner == team[2]
    team[2].is_active = False
    team[2].save()
    ask(message="hello?")
    lead.refresh_from_db()
    assert lead.owner == team[1]


def test_a_held_enquiry_takes_no_turn_before_it_is_released(
    ask: Ask, team: list[Any], by_turns: None, staff: Any
) -> None:
    ask(name="www.spam.example")
    assert owners(ask, 1) == ["Ana"]
    release_enquiry(enquiry=Enquiry.objects.held().get(), by=staff)
    assert Lead.objects.get(email="zoe@example.com").owner == team[1]


def test_staff_may_give_a_lead_to_the_next_by_hand(ask: Ask, team: list[Any], staff: Any, lead: Lead) -> None:
    assert assign_next(lead=lead, by=staff).owner == team[0]
    assert LeadEvent.objects.filter(kind=LeadEvent.Kind.OWNER).get().actor == staff


def test_the_notice_still_says_nothing_about_who_wrote(
    ask: Ask, team: list[Any], by_turns: None, settings: Any, deliver: Callable[[], None], mailoutbox: list[Any]
) -> None:
    settings.STAFF_ALERT_EMAIL = "desk@clinic.example"
    ask(message="my spine", name="Zoë")
    deliver()
    notice = next(mail for mail in mailoutbox if mail.to == ["desk@clinic.example"])
    assert OutgoingEmail.objects.filter(kind="staff_notice").count() == 1
    assert not {"spine", "Zoë", "zoe@example.com"} & set(notice.message().as_string().split())


def test_absences_are_written_down_on_the_staff_pages(desk: Client, team: list[Any]) -> None:
    url = "/admin/enquiries/absence/"
    form = untouched(desk.get(f"{url}add/"), "absence_form")
    fields = {**form, "member": team[0].pk, "begins_on": "2026-12-24", "ends_on": "2026-12-31"}
    assert desk.post(f"{url}add/", fields).status_code == 302
    assert "Ana" in desk.get(url).text
    refused = desk.post(f"{url}add/", {**fields, "ends_on": "2026-12-23"})
    assert "The last day comes before the first." in refused.text
    with pytest.raises(IntegrityError), transaction.atomic():
        Absence.objects.update(ends_on="2026-12-01")
