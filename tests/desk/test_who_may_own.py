from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from enquiries.actions import assign_lead
from enquiries.models import Lead
from foundation.models import ClinicProfile
from tests.browser_posts import untouched
from tests.clinic.test_today import queue
from tests.lead_lists import bring

LEADS = "/admin/enquiries/lead/"
MAY = ["coordinator", "clinical", "manager"]
MAY_NOT = ["editor", "auditor"]


@pytest.fixture
def team(first_content: None, django_user_model: Any) -> dict[str, Any]:
    people = {
        role: django_user_model.objects.create_user(f"{role}@clinic.example", name=role) for role in MAY + MAY_NOT
    }
    for role, member in people.items():
        member.groups.set(Group.objects.filter(name=role))
    return people


def offered(form: Any, field: str) -> set[str]:
    return {str(label) for _value, label in form.fields[field].choices} & {*MAY, *MAY_NOT}


def test_a_lead_is_offered_to_who_follows_leads_up(desk: Client, lead: Lead, team: dict[str, Any]) -> None:
    page = desk.get(f"{LEADS}{lead.pk}/change/")
    assert offered(page.context["forms"]["assign"], "owner") == {*MAY}
    assert offered(desk.get(f"{LEADS}add/").context["form"], "owner") == {*MAY}


def test_many_leads_are_offered_to_the_same(desk: Client, lead: Lead, team: dict[str, Any]) -> None:
    page = desk.post(LEADS, {"action": "bulk_assign", "_selected_action": lead.pk, "index": 0})
    assert offered(page.context["form"], "to") == {*MAY}
    form = untouched(page, "bulk-form")
    assert desk.post(f"{LEADS}bulk/assign/", {**form, "to": team["editor"].pk}).status_code == 422


@pytest.mark.parametrize("role", MAY_NOT)
def test_no_way_gives_a_lead_to_anybody_else(
    desk: Client, lead: Lead, team: dict[str, Any], role: str, staff: Any
) -> None:
    assert desk.post(f"{LEADS}{lead.pk}/assign/", {"owner": team[role].pk}).status_code == 422
    with pytest.raises(ValidationError, match=f"{role} does not follow up leads"):
        assign_lead(lead=lead, owner=team[role], by=staff)
    with pytest.raises(IntegrityError, match="owns none"), transaction.atomic():
        Lead.objects.update(owner=team[role])


@pytest.mark.parametrize("role", MAY)
def test_postgres_lets_who_follows_leads_up_own_one(lead: Lead, team: dict[str, Any], role: str) -> None:
    assert Lead.objects.update(owner=team[role]) == 1


def test_an_import_leaves_out_an_owner_who_may_not_open_it(desk: Client, team: dict[str, Any]) -> None:
    bring(desk, "email,owner\na@example.org,editor\nb@example.org,coordinator\n")
    assert dict(Lead.objects.values_list("email", "owner__name")) == {
        "a@example.org": None,
        "b@example.org": "coordinator",
    }


def test_who_does_other_work_now_keeps_a_lead_until_its_person_writes_again(
    desk: Client, ask: Callable[..., Any], lead: Lead, team: dict[str, Any]
) -> None:
    Lead.objects.update(owner=team["coordinator"])
    team["coordinator"].groups.set(Group.objects.filter(name="editor"))
    assert queue(desk, "Leads of colleagues who left").count == 1
    assert "coordinator (other work now)" in desk.get(LEADS).text
    assert "coordinator" in offered(desk.get(lead.get_absolute_url()).context["forms"]["assign"], "owner")
    ClinicProfile.objects.update(assigns_new_leads=False)
    ask(message="Are you there?")
    lead.refresh_from_db()
    assert lead.owner is None
