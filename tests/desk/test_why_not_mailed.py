from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from enquiries.actions import send_template
from enquiries.models import Enquiry, Lead, MailTemplate
from foundation.tokens import hash_address
from mailings import limits, rules
from mailings.actions import suppress
from mailings.models import OutgoingEmail, Suppression
from newsletters.models import Subscriber
from tests.lead_lists import bring, refused_rows

Ask = Callable[..., Any]
ADDRESS = "zoe@example.com"
WORDS = {
    "not_requested": "Nothing may be sent to this address: they said “I did not ask for this”.",
    "hard_bounce": "Nothing may be sent to this address: it does not exist.",
    "complaint": "Nothing may be sent to this address: they reported our mail as spam.",
    "asked_to_stop": "Nothing may be sent to this address: they asked us to stop.",
}


@pytest.fixture(params=WORDS)
def words(request: pytest.FixtureRequest, lead: Lead) -> str:
    """What every place is to say of the lead's address now."""
    suppress(address=ADDRESS, reason=request.param)
    return WORDS[request.param]


def test_the_leads_page_says_it(desk: Client, lead: Lead, words: str) -> None:
    # As a fact of the person, in the place of the mail form, and of the button that sends the packet again.
    assert desk.get(lead.get_absolute_url()).text.count(escape(words)) == 3


def test_the_forms_of_the_leads_page_are_refused_with_it(desk: Client, lead: Lead, words: str) -> None:
    assert escape(words) in desk.post(f"/admin/enquiries/lead/{lead.pk}/resend/").text
    template = MailTemplate.objects.approved()[0]
    with pytest.raises(ValidationError) as error:
        send_template(lead=lead, template=template, by=None)
    assert error.value.messages == [words]


def test_the_timeline_says_it_of_the_next_enquiry(desk: Client, lead: Lead, ask: Ask, words: str) -> None:
    ask(message="Once more")
    assert f"No packet was sent. {escape(words)}" in desk.get(lead.get_absolute_url()).text


def test_releasing_what_was_held_says_it(desk: Client, ask: Ask, words: str) -> None:
    ask(leave_this_empty="x", message="Once more")
    held = Enquiry.objects.held().get()
    page = desk.post(f"/admin/enquiries/enquiry/{held.pk}/release/", follow=True).text
    assert escape(words) in page.split('class="messagelist"')[1].split("</ul>")[0]


def test_releasing_a_held_sign_up_says_it(desk: Client, client: Client, words: str) -> None:
    client.post("/newsletter/", {"email": ADDRESS, "consent": "on", "leave_this_empty": "x"})
    url = f"/admin/newsletters/subscriber/{Subscriber.objects.get().pk}/release/"
    assert escape(words) in desk.post(url, follow=True).text


def test_a_bulk_action_says_it(desk: Client, lead: Lead, words: str) -> None:
    data = {"action": "bulk_document", "_selected_action": [lead.pk]}
    assert escape(words) in desk.post(reverse("admin:enquiries_lead_changelist"), data).text


def test_an_import_says_it(desk: Client, lead: Lead, words: str) -> None:
    Lead.objects.update(email="zoe@example.org")
    assert refused_rows(desk, bring(desk, f"Name,E-Mail\nZoë,{ADDRESS}\n"))[1][1] == words


def test_the_ledger_says_it_of_what_was_kept_back(desk: Client, deliver: Callable[[], None], words: str) -> None:
    deliver()
    outgoing = OutgoingEmail.objects.get(kind="packet")
    assert outgoing.state == "cancelled"
    # What stands in its way now, and why it was not sent then.
    url = reverse("admin:mailings_outgoingemail_change", args=[outgoing.pk])
    assert desk.get(url).text.count(escape(words)) == 2
    assert escape(words[:90]) in desk.get(reverse("admin:mailings_outgoingemail_changelist")).text


def test_who_left_the_newsletter_may_be_sent_a_packet(lead: Lead) -> None:
    suppress(address=ADDRESS, reason=Suppression.Reason.UNSUBSCRIBED)
    assert rules.why_not(ADDRESS) is None


@pytest.mark.parametrize("count", [1, 1000])
def test_a_thousand_addresses_are_one_query(db: None, count: int, django_assert_num_queries: Any) -> None:
    addresses = [f"zoe{number}@example.com" for number in range(count)]
    Suppression.objects.bulk_create(
        Suppression(address_hash=hash_address(address), reason="complaint") for address in addresses[::2]
    )
    with django_assert_num_queries(1):
        found = rules.why_not_mailed(addresses)
    assert found == dict.fromkeys(addresses[::2], "complaint")
    assert {address: rules.why_not(address) for address in addresses[:4] if rules.why_not(address)} == {
        address: why for address, why in found.items() if address in addresses[:4]
    }


@pytest.mark.parametrize("count", [1, 1000])
def test_who_had_their_share_is_one_query_too(db: None, count: int, django_assert_num_queries: Any) -> None:
    addresses = [f"zoe{number}@example.com" for number in range(count)]
    OutgoingEmail.objects.bulk_create(
        OutgoingEmail(kind="packet", email=address, dedupe_key=address, message_id=address)
        for address in addresses[::2]
    )
    with django_assert_num_queries(1):
        assert limits.had_their_share(addresses, "packet") == set(addresses[::2])
    assert not limits.may_mail(addresses[0], "packet")
