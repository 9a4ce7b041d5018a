from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from enquiries.actions import erase_person
from enquiries.models import Enquiry, Lead
from mailings.models import OutgoingEmail
from newsletters.models import Subscriber
from tests.browser_posts import untouched

Ask = Callable[..., Any]
WAYS = ["v@gmail.com", "V@GMAIL.com", "v@ｇmail.com", "v@gⓜail.com", "v@ｇｍａｉｌ.com", "v@gma\u00adil.com"]


def test_one_mailbox_spelled_in_many_ways_gets_one_packet(ask: Ask) -> None:
    for address in WAYS:
        assert ask(email=address, message=address).status_code == 303
    assert [mail.email for mail in OutgoingEmail.objects.filter(kind="packet")] == ["v@gmail.com"]
    assert Lead.objects.count() == 1


def test_one_mailbox_spelled_in_many_ways_is_one_subscriber(client: Client, first_content: None) -> None:
    for address in WAYS:
        assert client.post("/newsletter/", {"email": address, "consent": "on"}).status_code == 303
    assert Subscriber.objects.get().email == "v@gmail.com"
    assert OutgoingEmail.objects.count() == 1


def test_a_domain_in_letters_of_its_own_is_stored_as_mail_servers_know_it(ask: Ask) -> None:
    ask(email="x@bücher.example")
    assert Lead.objects.get().email == "x@xn--bcher-kva.example"
    assert Enquiry.objects.get().fields["email"] == "x@bücher.example"


def test_signs_that_nobody_sees_come_along_from_a_chat_and_are_no_letters_of_an_address(
    ask: Ask, client: Client
) -> None:
    for address in ("\u200bv@gmail.com", "\u202a v@gmail.com\u202c", "v\u2060@gmail.com\ufeff"):
        assert ask(email=address, message=ascii(address)).status_code == 303
        assert client.post("/newsletter/", {"email": address, "consent": "on"}).status_code == 303
    assert Lead.objects.get().email == Subscriber.objects.get().email == "v@gmail.com"


def test_it_is_erased_by_either_name(ask: Ask) -> None:
    ask(email="x@bücher.example")
    assert erase_person(address="x@bücher.example") == 1


@pytest.mark.parametrize("address", ["zoë@example.org", "müller@bücher.example", "зоя@example.org"])
def test_letters_that_no_mailbox_has_before_the_at_sign_get_a_sentence(ask: Ask, desk: Client, address: str) -> None:
    refused = ask(email=address)
    assert (refused.status_code, f'value="{address}"' in refused.text) == (422, True)
    assert "Before the @ stand no letters with accents" in refused.text
    added = desk.post("/admin/enquiries/lead/add/", {"email": address})
    assert "Before the @ stand no letters with accents" in added.text


@pytest.mark.parametrize(
    "address",
    [
        "v@a，w＠b.example",
        "v@＜evil＞.example",
        "v@a\u3000b.example",
        "v@℀.example",
        "v@-.example",
        "v@[10.0.0.1]",
        "v@[::1]",
    ],
)
def test_signs_that_become_ascii_on_the_wire_make_no_second_recipient(ask: Ask, address: str) -> None:
    assert ask(email=address).status_code == 422


def test_an_address_that_grows_too_long_for_the_wire_is_refused(ask: Ask) -> None:
    assert ask(email="v@" + "ü." * 120 + "example").status_code == 422


def test_staff_are_held_to_the_same_name(desk: Client, ask: Ask) -> None:
    ask(email="x@bücher.example")
    add = "/admin/enquiries/lead/add/"
    form = untouched(desk.get(add), "lead_form")
    response = desk.post(add, {**form, "name": "Zoë", "email": "x@BÜCHER.example"})
    assert "Another lead has this address already" in response.text
    assert Lead.objects.count() == 1
