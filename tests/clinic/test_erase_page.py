from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from clinic.models import AuditEvent
from enquiries import tasks
from enquiries.actions import erase_person
from enquiries.models import Enquiry, Lead
from foundation.tokens import hash_address
from newsletters.models import Subscriber

ZOE = "zoe@example.com"
BY_ADDRESS = "/admin/enquiries/lead/erase/"


@pytest.fixture
def manager(browser: Any) -> Client:
    return browser("manager")


def rows() -> list[tuple[str, str, Any]]:
    found = AuditEvent.objects.filter(kind="person_erased").order_by("pk")
    return [(str(row.by), row.about, row.data) for row in found]


def test_the_lead_page_leads_to_a_question_and_only_the_word_erases(manager: Client, lead: Lead) -> None:
    url = f"/admin/enquiries/lead/{lead.pk}/erase/"
    assert url in manager.get(lead.get_absolute_url()).text
    assert "Nobody can undo this." in manager.get(url).text
    for word in ("", "yes"):
        assert manager.post(url, {"confirm": word}).status_code == 422
    lead.refresh_from_db()
    assert (lead.erased_at, rows()) == (None, [])
    assert "This person was erased." in manager.post(url, {"confirm": " Erase "}, follow=True).text
    assert rows() == [("manager", f"lead {lead.pk}", {"leads": 1, "address": hash_address(ZOE)})]
    assert manager.get(url)["Location"] == lead.get_absolute_url()
    assert "/erase/" not in manager.get(lead.get_absolute_url()).text


def test_strangers_and_subscribers_are_erased_by_address(
    manager: Client, ask: Callable[..., Any], client: Client
) -> None:
    ask(leave_this_empty="x")
    client.post("/newsletter/", {"email": ZOE, "consent": "on"})
    held = Enquiry.objects.get()
    for page in ("enquiries/lead/", f"enquiries/enquiry/{held.pk}/change/"):
        assert BY_ADDRESS in manager.get(f"/admin/{page}").text
    subscriber = Subscriber.objects.get()
    assert BY_ADDRESS in manager.get(f"/admin/newsletters/subscriber/{subscriber.pk}/change/").text
    page = manager.post(BY_ADDRESS, {"email": "Zoe@Example.com", "confirm": "erase"}, follow=True)
    assert "This address had no lead." in page.text
    assert (Enquiry.objects.get().fields, Subscriber.objects.count()) == ({}, 0)
    assert rows() == [("manager", f"address {hash_address(ZOE)}", {"leads": 0})]


def test_an_address_that_nobody_has_is_a_slip_and_not_an_erasure(manager: Client, lead: Lead) -> None:
    page = manager.post(BY_ADDRESS, {"email": "zoo@example.com", "confirm": "erase"})
    assert page.status_code == 422
    assert "We hold nothing under this address." in page.text
    assert rows() == []


def test_a_job_and_the_shell_leave_rows_too(lead: Lead, ask: Callable[..., Any]) -> None:
    erase_person(address=ZOE)
    ask(email="old@example.com")
    with time_machine.travel(timezone.now() + timedelta(days=731), tick=False):
        tasks.erase_old()
    old = Lead.objects.latest("pk")
    shell, job = rows()
    assert shell == ("None", f"address {hash_address(ZOE)}", {"leads": 1})
    assert (job[0], job[1], job[2]["because"]) == ("None", f"lead {old.pk}", "too_old")
