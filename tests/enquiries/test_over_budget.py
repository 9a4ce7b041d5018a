from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from enquiries.actions import release_enquiry
from enquiries.models import Enquiry, Lead, LeadEvent
from foundation.budgets import NETWORK
from foundation.models import Budget
from mailings.models import OutgoingEmail

Ask = Callable[..., Any]


def packets() -> Any:
    return OutgoingEmail.objects.filter(kind="packet")


@pytest.fixture
def spent(client: Client, first_content: None, packet_fields: dict[str, str]) -> None:
    for number in range(NETWORK.at_once):
        client.post("/information-packet/", {**packet_fields, "email": f"person{number}@example.com"})


def test_an_enquiry_over_budget_is_held_with_the_reason_and_answered_like_any_other(
    spent: None, ask: Ask, client: Client, packet_fields: dict[str, str]
) -> None:
    held = ask()
    usual = client.post(
        "/information-packet/", {**packet_fields, "email": "usual@example.com"}, REMOTE_ADDR="198.51.100.7"
    )
    assert (held.status_code, held.content, dict(held.headers)) == (303, usual.content, dict(usual.headers))
    enquiry = Enquiry.objects.held().get()
    assert (enquiry.email, enquiry.lead, enquiry.held_reason) == ("zoe@example.com", None, str(NETWORK.reason))
    assert not packets().filter(email="zoe@example.com").exists()
    assert packets().filter(email="usual@example.com").exists()


def test_a_request_by_htmx_over_budget_gets_the_same_panel(
    spent: None, client: Client, packet_fields: dict[str, str]
) -> None:
    asked = {"path": "/information-packet/", "data": packet_fields, "headers": {"HX-Request": "true"}}
    assert client.post(**asked).content == client.post(**asked, REMOTE_ADDR="198.51.100.7").content


def test_wrong_input_draws_nothing(ask: Ask) -> None:
    for _post in range(40):
        ask(email="zoe@")
    assert not Budget.objects.exists()


def test_staff_find_it_from_today_and_see_why(spent: None, ask: Ask, desk: Client) -> None:
    ask()
    assert "/admin/enquiries/enquiry/?verdict=held" in desk.get("/admin/").text
    assert "same internet connection" in desk.get("/admin/enquiries/enquiry/?verdict=held").text
    page = desk.get(f"/admin/enquiries/enquiry/{Enquiry.objects.held().get().pk}/change/").text
    assert "same internet connection" in page
    assert "Release" in page


def test_a_released_one_becomes_a_lead_with_its_packet(spent: None, ask: Ask, desk: Client) -> None:
    ask()
    desk.post(f"/admin/enquiries/enquiry/{Enquiry.objects.held().get().pk}/release/")
    assert Lead.objects.filter(email="zoe@example.com").exists()
    assert packets().filter(email="zoe@example.com").count() == 1


def test_releasing_many_of_one_address_sends_one_packet(spent: None, ask: Ask, staff: Any) -> None:
    for number, address in enumerate(["zoe@example.com", "ZOE@example.com", "Zoe@Example.COM"] * 4):
        ask(email=address, message=f"Question {number}")
    for enquiry in Enquiry.objects.held():
        release_enquiry(enquiry=enquiry, by=staff)
    lead = Lead.objects.get(email="zoe@example.com")
    assert Enquiry.objects.filter(lead=lead).count() == 12
    assert packets().filter(email="zoe@example.com").count() == 1
    assert lead.events.filter(kind=LeadEvent.Kind.PACKET_NOT_SENT).count() == 11


def test_a_forged_header_finds_no_other_budget(spent: None, client: Client, packet_fields: dict[str, str]) -> None:
    client.post("/information-packet/", packet_fields, headers={"X-Forwarded-For": "198.51.100.7"})
    assert Enquiry.objects.held().count() == 1


def test_behind_a_proxy_each_network_has_its_own(
    spent: None, client: Client, packet_fields: dict[str, str], settings: Any
) -> None:
    settings.TRUSTED_PROXY_COUNT = 1
    client.post("/information-packet/", packet_fields, headers={"X-Forwarded-For": "10.9.9.9, 198.51.100.7"})
    assert not Enquiry.objects.held().exists()


def test_one_ipv6_network_is_one_however_many_addresses_it_has(
    client: Client, first_content: None, packet_fields: dict[str, str]
) -> None:
    for number in range(NETWORK.at_once + 1):
        fields = {**packet_fields, "message": str(number)}
        client.post("/information-packet/", fields, REMOTE_ADDR=f"2001:db8::{number:x}")
    assert Enquiry.objects.held().count() == 1


def test_a_broken_budget_gives_the_form_back_as_typed(ask: Ask) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE mailings_budget RENAME TO away")
    response = ask(message="For my mother")
    assert response.status_code == 503
    assert "For my mother" in response.text
