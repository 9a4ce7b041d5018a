from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from enquiries.models import Enquiry, Lead
from foundation.models import ClinicProfile
from tests.browser_posts import untouched
from tests.clinic.test_today import queue

ENQUIRIES = "/admin/enquiries/enquiry/"


def test_a_clinician_finds_who_waits_for_medical_review(
    first_content: None, lead: Lead, django_user_model: Any, staff: Any
) -> None:
    account = django_user_model.objects.create_user("clinician@clinic.example", name="Clio")
    account.groups.set(Group.objects.filter(name="clinical"))
    client = Client()
    client.force_login(account)
    title = "Waiting for medical review"
    assert title not in client.get("/admin/").text
    Lead.objects.filter(pk=lead.pk).update(stage="contacted")
    Lead.objects.filter(pk=lead.pk).update(stage="in_conversation")
    Lead.objects.filter(pk=lead.pk).update(stage="medical_review")
    found = queue(client, title)
    assert [row.url for row in found.first] == [lead.get_absolute_url()]
    assert str(lead) in client.get(found.url).text.replace("&#x27;", "'").replace("&amp;", "&")


@pytest.fixture
def discarded(desk: Client, ask: Callable[..., Any]) -> Enquiry:
    ask(name="www.spam.example")
    enquiry = Enquiry.objects.get()
    desk.post(f"{ENQUIRIES}{enquiry.pk}/discard/")
    return enquiry


def test_a_discarded_enquiry_is_brought_back_within_a_day(desk: Client, discarded: Enquiry) -> None:
    page = desk.get(f"{ENQUIRIES}{discarded.pk}/change/")
    back = desk.post(f"{ENQUIRIES}{discarded.pk}/bring-back/", untouched(page, "bring-back-form"), follow=True)
    assert "It is held again." in back.text
    assert Enquiry.objects.held().get() == discarded
    desk.post(f"{ENQUIRIES}{discarded.pk}/release/")
    assert Lead.objects.get().enquiries.get() == discarded


def test_after_a_day_it_stays_discarded(desk: Client, discarded: Enquiry) -> None:
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
        desk.force_login(Enquiry.objects.get().decided_by)
        assert "bring-back-form" not in desk.get(f"{ENQUIRIES}{discarded.pk}/change/").text
        refused = desk.post(f"{ENQUIRIES}{discarded.pk}/bring-back/", follow=True)
    assert "Only what was discarded within a day" in refused.text
    assert not Enquiry.objects.held().exists()


def test_a_lead_leads_to_the_next_of_mine_that_is_due(desk: Client, staff: Any) -> None:
    today = ClinicProfile.objects.current().today()
    days = [("Late", -2), ("First", 0), ("Second", 0), ("Later", 3)]
    leads = [
        Lead.objects.create(
            name=name, phone=name, owner=staff, next_action="Call", next_action_on=today + timedelta(days=day)
        )
        for name, day in days
    ]
    Lead.objects.create(name="Not mine", phone="1", next_action="Call", next_action_on=today)
    found = [desk.get(lead.get_absolute_url()).context["next_in_queue"] for lead in leads]
    assert [str(lead) for lead in found] == ["First", "Second", "Late", "Late"]
    assert "Next of mine that is due: First" in desk.get(leads[0].get_absolute_url()).text
    Lead.objects.exclude(name="Late").update(next_action_on=today + timedelta(days=9))
    assert "Next of mine" not in desk.get(leads[0].get_absolute_url()).text


MINE = "Mine, due today or overdue"


def test_today_begins_with_ones_own_work_and_one_link_to_all_of_it(desk: Client, staff: Any) -> None:
    today = ClinicProfile.objects.current().today()
    assert MINE not in desk.get("/admin/").text
    plans = [("Late", staff, -2), ("Now", staff, 0), ("Later", staff, 5), ("Not mine", None, 0)]
    for name, owner, days in plans:
        day = today + timedelta(days=days)
        Lead.objects.create(name=name, phone=name, owner=owner, next_action="Call", next_action_on=day)
    page = desk.get("/admin/")
    mine, second = page.context["queues"][:2]
    assert (str(mine.title), mine.key, second.key) == (MINE, "0", "1")
    assert [(row.name, row.why) for row in mine.first] == [
        ("Late", "Call · overdue by 2 days"),
        ("Now", "Call · today"),
    ]
    assert f'<a href="{mine.more_url.replace("&", "&amp;")}">All my open leads</a>' in page.text
    listed = [[str(lead) for lead in desk.get(url).context["cl"].result_list] for url in (mine.url, mine.more_url)]
    assert listed == [["Late", "Now"], ["Late", "Now", "Later"]]


def test_a_view_that_is_gone_by_now_is_said_to_be(desk: Client) -> None:
    answer = desk.post("/admin/enquiries/lead/views/12345/", {"delete": "yes"}, follow=True)
    assert "This view is gone" in answer.text


def test_who_is_told_apart_from_nobody_hears_so(desk: Client, lead: Lead) -> None:
    answer = desk.post(f"/admin/enquiries/lead/{lead.pk}/tell-apart/", {"other": "12345"}, follow=True)
    assert "There is no such lead." in answer.text
