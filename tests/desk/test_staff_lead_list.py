from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from enquiries.actions import assign_lead, correct_address, erase_person, move_lead, set_next_action
from enquiries.models import Lead
from foundation.models import ClinicProfile
from mailings.models import OutgoingEmail
from mailings.results import finish
from tests.conftest import AWKWARD_NAME

URL = "/admin/enquiries/lead/"


@pytest.fixture
def make_lead(db: None) -> Callable[..., Lead]:
    def make(name: str = "Ana Person", **fields: Any) -> Lead:
        plan = {"next_action": "Call", "next_action_on": ClinicProfile.objects.current().today()}
        address = f"{name.split()[0].lower()}{Lead.objects.count()}@example.com"
        return Lead.objects.create(**{"name": name, "email": address, **plan, **fields})

    return make


def names(client: Client, query: str = "") -> set[str]:
    return {str(lead) for lead in client.get(f"{URL}?{query}").context["cl"].result_list}


def test_nobody_sees_leads_without_signing_in(client: Client, db: None) -> None:
    response = client.get(URL)
    assert response.status_code == 302
    assert response["Location"].startswith("/admin/login/")


@pytest.mark.parametrize("typed", ["O'Brien", "zoë", "brien &", "zoe@example", "555-0142", "2125550142", "(212) 555"])
def test_search_finds_a_name_an_address_and_a_number_however_it_is_written(
    desk: Client, make_lead: Callable[..., Lead], typed: str
) -> None:
    make_lead(AWKWARD_NAME, email="zoe@example.com", phone="+1 (212) 555-0142")
    make_lead("Somebody Else", phone="+1 (917) 555-0199")
    response = desk.get(URL, {"q": typed})
    assert {str(lead) for lead in response.context["cl"].result_list} == {AWKWARD_NAME}


def test_stages_filter_one_by_one_and_as_open_and_closed(
    desk: Client, make_lead: Callable[..., Lead], staff: Any
) -> None:
    make_lead("New")
    move_lead(lead=make_lead("Contacted"), stage="contacted", by=staff)
    move_lead(lead=make_lead("Lost"), stage="lost", reason="too far", by=staff)
    assert names(desk) == {"New", "Contacted", "Lost"}
    assert names(desk, "stage=open") == {"New", "Contacted"}
    assert names(desk, "stage=closed") == {"Lost"}
    assert names(desk, "stage=contacted") == {"Contacted"}


def test_owners_filter_as_me_and_nobody(desk: Client, make_lead: Callable[..., Lead], staff: Any) -> None:
    assign_lead(lead=make_lead("Mine"), owner=staff, by=staff)
    make_lead("Free")
    assert names(desk, "owner=me") == {"Mine"}
    assert names(desk, "owner=nobody") == {"Free"}
    assert names(desk, f"owner={staff.pk}") == {"Mine"}
    assert names(desk, f"owner={'1' * 5000}") == names(desk, "owner=x") == set()


def test_an_overdue_action_is_marked_in_words_and_filtered(
    desk: Client, make_lead: Callable[..., Lead], staff: Any
) -> None:
    today = ClinicProfile.objects.current().today()
    make_lead("Late", next_action_on=today - timedelta(days=2))
    make_lead("Now", next_action_on=today)
    make_lead("Later", next_action_on=today + timedelta(days=30))
    move_lead(lead=make_lead("Done", next_action_on=today), stage="lost", reason="too far", by=staff)
    assert "overdue by 2 days" in desk.get(URL).text
    assert names(desk, "due=now") == {"Late", "Now"}
    assert names(desk, "due=overdue") == {"Late"}
    set_next_action(lead=Lead.objects.get(name="Late"), next_action="Wait", next_action_on=today, by=staff)
    assert "overdue" not in desk.get(f"{URL}?due=now").context["cl"].result_list[0].next_action


@time_machine.travel("2027-01-15T03:00:00Z", tick=False)
def test_a_day_begins_when_it_begins_at_the_clinic(make_lead: Callable[..., Lead], staff: Any) -> None:
    client = Client()
    client.force_login(staff)
    ClinicProfile.objects.update(time_zone="America/New_York")
    make_lead("Tomorrow", next_action_on=date(2027, 1, 15))
    make_lead("Today", next_action_on=date(2027, 1, 14))
    assert names(client, "due=now") == {"Today"}


def test_merged_and_erased_leads_are_out_of_sight(desk: Client, make_lead: Callable[..., Lead]) -> None:
    kept = make_lead("Kept")
    make_lead("Merged", merged_into=kept)
    erase_person(lead=make_lead("Erased"))
    assert names(desk) == {"Kept"}
    assert names(desk, "hidden=only") == {"Merged", "erased person"}


def test_a_packet_that_failed_is_listed_until_another_is_sent(desk: Client, lead: Lead, staff: Any) -> None:
    outgoing = OutgoingEmail.objects.get(kind="packet")
    finish(outgoing, OutgoingEmail.State.FAILED, "550 5.1.1 no such user")
    assert names(desk, "packet=failed") == {AWKWARD_NAME}
    correct_address(lead=lead, email="zoe@example.org", resend=True, by=staff)
    assert names(desk, "packet=failed") == set()


def test_no_lead_can_be_deleted(desk: Client, lead: Lead) -> None:
    assert desk.post(f"{URL}{lead.pk}/delete/", {"post": "yes"}).status_code == 403
    desk.post(URL, {"action": "delete_selected", "_selected_action": [lead.pk], "post": "yes"})
    assert Lead.objects.filter(pk=lead.pk).exists()
    assert "delete" not in desk.get(URL).text.lower()


def test_fifty_leads_need_no_more_queries_than_one(desk: Client, make_lead: Callable[..., Lead], staff: Any) -> None:
    assign_lead(lead=make_lead(), owner=staff, by=staff)
    desk.get(URL)
    with CaptureQueriesContext(connection) as one:
        desk.get(URL)
    for _number in range(49):
        assign_lead(lead=make_lead(), owner=staff, by=staff)
    with CaptureQueriesContext(connection) as fifty:
        assert len(desk.get(URL).context["cl"].result_list) == 50
    assert len(fifty) == len(one)
