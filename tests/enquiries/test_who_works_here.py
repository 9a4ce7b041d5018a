from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.test import Client

from enquiries.actions import assign_lead
from enquiries.models import Lead
from foundation.models import ClinicProfile
from mailings.models import OutgoingEmail
from tests.enquiries.test_owner_notice import MINUTE, MONDAY
from tests.test_architecture import MAY_IMPORT, ROOT, modules


@pytest.fixture(params=[{"is_active": False}, {"is_staff": False}], ids=["left", "may not sign in to the staff pages"])
def gone(request: Any, first_content: None, django_user_model: Any) -> Any:
    found = django_user_model.objects.create_user("gone@clinic.example", name="Gone", **request.param)
    found.groups.set(Group.objects.filter(name="coordinator"))
    return found


@pytest.fixture
def colleague(first_content: None, django_user_model: Any) -> Any:
    found = django_user_model.objects.create_user("ana@clinic.example", name="Ana")
    found.groups.set(Group.objects.filter(name="coordinator"))
    return found


def test_whoever_writes_again_is_given_to_one_who_works_here(
    ask: Callable[..., Any], lead: Lead, gone: Any, colleague: Any
) -> None:
    ClinicProfile.objects.update(assigns_new_leads=True)
    Lead.objects.update(owner=gone)
    ask(message="Are you there?")
    lead.refresh_from_db()
    assert lead.owner == colleague


@pytest.mark.parametrize("turns", [True, False])
def test_whoever_writes_again_is_nobodys_when_nobody_is_here_to_take_it(
    desk: Client, ask: Callable[..., Any], lead: Lead, gone: Any, turns: bool
) -> None:
    ClinicProfile.objects.update(assigns_new_leads=turns)
    Lead.objects.update(owner=gone)
    ask(message="Are you there?")
    lead.refresh_from_db()
    assert (lead.owner, lead.events.filter(kind="owner").count()) == (None, 1)
    assert str(lead).split()[0] in desk.get("/admin/enquiries/lead/?stage=new&owner=nobody").text


def test_nobody_gone_is_told_of_a_lead(lead: Lead, gone: Any, staff: Any) -> None:
    assign_lead(lead=lead, owner=gone, by=staff)
    assert not OutgoingEmail.objects.to(gone.email).exists()


def test_who_goes_before_the_notice_does_is_not_told(
    lead: Lead, colleague: Any, staff: Any, deliver: Callable[[], None], mailoutbox: list[Any]
) -> None:
    with time_machine.travel(MONDAY, tick=False) as clock:
        assign_lead(lead=lead, owner=colleague, by=staff)
        colleague.is_staff = False
        colleague.save()
        clock.shift(11 * MINUTE)
        deliver()
    assert [mail for mail in mailoutbox if mail.to == [colleague.email]] == []


def test_no_page_offers_a_lead_to_one_who_is_gone(desk: Client, lead: Lead, gone: Any) -> None:
    assert desk.post(f"/admin/enquiries/lead/{lead.pk}/assign/", {"owner": gone.pk}).status_code == 422
    assert desk.post("/admin/enquiries/lead/add/", {"owner": gone.pk}).context["form"].has_error("owner")
    assert "Gone" not in desk.get("/admin/enquiries/lead/").text


def test_who_works_here_is_said_in_one_place() -> None:
    # Accounts are clinic's own, which asks more of them than this.
    rooms = MAY_IMPORT.keys() - {"clinic"}
    said = [path.relative_to(ROOT) for room in rooms for path in modules(room) if "is_staff" in path.read_text()]
    assert [str(path) for path in said] == ["foundation/staff.py"]
