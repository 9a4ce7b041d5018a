import re
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from desk.list.bulk_forms import BulkForm
from enquiries.actions import move_lead
from enquiries.models import Lead
from tests.browser_posts import untouched
from tests.clinic.test_today import queue
from tests.desk.test_bulk_actions import choose

LEADS = "/admin/enquiries/lead/"


@pytest.fixture
def colleague(first_content: None, django_user_model: Any) -> Any:
    found = django_user_model.objects.create_user("zoe@clinic.example", name="Zoë O'Brien", is_staff=True)
    found.groups.set(Group.objects.filter(name="coordinator"))
    return found


@pytest.fixture
def theirs(first_content: None, colleague: Any) -> Lead:
    return Lead.objects.create(
        name="Still waiting", email="a@example.com", owner=colleague, next_action="Call", next_action_on="2028-01-01"
    )


def leave(desk: Client, colleague: Any) -> str:
    page = f"/admin/clinic/staffuser/{colleague.pk}/change/"
    fields = untouched(desk.get(page), "staffuser_form")
    del fields["is_active"]
    return desk.post(page, fields, follow=True).text


def test_who_deactivates_a_colleague_is_led_to_their_open_leads(desk: Client, colleague: Any, theirs: Lead) -> None:
    told = leave(desk, colleague)
    assert "1 open lead is still theirs." in told
    assert f'href="{LEADS}?owner={colleague.pk}&amp;stage=open"' in told
    assert "Still waiting" in desk.get(f"{LEADS}?owner={colleague.pk}&stage=open").text


def test_closed_ones_do_not_stand_in_the_way_of_handing_over(
    desk: Client, staff: Any, colleague: Any, theirs: Lead, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BulkForm, "most", 1)
    plan = {"owner": colleague, "next_action": "Call", "next_action_on": "2028-01-01"}
    for number in range(2):
        move_lead(lead=Lead.objects.create(email=f"{number}@example.com", **plan), stage="lost", reason="Far", by=staff)
    link = re.search(r'href="[^"]*/lead/\?([^"]*)"', leave(desk, colleague))
    assert link
    asked = choose(desk, "assign", [theirs], query=unescape(link[1]), select_across="1")
    assert "bulk-form" in asked.text


def test_nothing_is_said_of_leads_where_there_are_none(desk: Client, colleague: Any) -> None:
    assert "still theirs" not in leave(desk, colleague)


def test_who_left_stays_in_the_filter_marked_as_long_as_leads_are_theirs(
    desk: Client, colleague: Any, theirs: Lead
) -> None:
    leave(desk, colleague)
    assert "Zoë O&#x27;Brien (left)" in desk.get(LEADS).text
    Lead.objects.update(owner=None)
    assert "(left)" not in desk.get(LEADS).text


def test_today_shows_the_leads_of_who_left(desk: Client, colleague: Any, theirs: Lead) -> None:
    assert "Leads of colleagues who left" not in desk.get("/admin/").text
    leave(desk, colleague)
    found = queue(desk, "Leads of colleagues who left")
    assert [row.name for row in found.first] == ["Still waiting"]
    assert "Still waiting" in desk.get(found.url).text


def test_what_they_closed_before_they_left_waits_for_nobody(
    desk: Client, staff: Any, colleague: Any, theirs: Lead
) -> None:
    plan = {"owner": colleague, "next_action": "Call", "next_action_on": "2028-01-01"}
    move_lead(lead=Lead.objects.create(email="b@example.com", **plan), stage="lost", reason="Far", by=staff)
    leave(desk, colleague)
    found = queue(desk, "Leads of colleagues who left")
    assert found.count == 1
    assert list(desk.get(found.url).context["cl"].result_list) == [theirs]
