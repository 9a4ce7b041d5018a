from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from enquiries.actions import correct_address, erase_person
from enquiries.models import ContactChoice, Enquiry, Lead, LeadEvent, contact_choice
from foundation.actors import JOB
from foundation.models import ConsentWording
from mailings.actions import record_consent
from mailings.models import Consent, OutgoingEmail
from tests.browser_posts import untouched

Ask = Callable[..., Any]
FORM = "/information-packet/"
NEW_PAGE = "packet-1 answer-1 newsletter-1"
# What a page of 0.4 posts, and what a post says that names no wording.
OLDER_PAGES = ["contact-1 newsletter-1", "", "no-such-thing"]


def given() -> list[str]:
    return list(Consent.objects.order_by("pk").values_list("wording__kind", flat=True))


def agreed_events() -> int:
    return LeadEvent.objects.filter(kind=LeadEvent.Kind.CONSENT).count()


def test_the_packet_needs_its_own_consent_and_no_other(ask: Ask) -> None:
    assert ask(consent_contact=None).status_code == 303
    enquiry = Enquiry.objects.get()
    assert (given(), enquiry.consent_packet, enquiry.consent_contact) == (["packet"], Consent.objects.get(), None)
    assert OutgoingEmail.objects.filter(kind="packet").count() == 1
    assert enquiry.lead == Lead.objects.get()


def test_being_contacted_is_a_consent_of_its_own_with_its_own_words(ask: Ask, desk: Client) -> None:
    ask(consent_newsletter="on")
    enquiry = Enquiry.objects.get()
    assert [consent.wording.kind for consent in enquiry.consents] == given() == ["packet", "answer", "newsletter"]
    page = desk.get(f"/admin/enquiries/enquiry/{enquiry.pk}/change/").text
    assert page.count("Agreed to: ") == agreed_events() == 3


@pytest.mark.parametrize("wording", OLDER_PAGES)
def test_a_post_of_an_older_page_counts_for_both_as_its_wording_said(ask: Ask, wording: str) -> None:
    assert ask(consent_packet=None, wording=wording).status_code == 303
    enquiry = Enquiry.objects.get()
    assert given() == ["contact"]
    assert enquiry.consent_packet == enquiry.consent_contact == Consent.objects.get()
    assert agreed_events() == 1
    assert Lead.objects.awaiting_answer().exists()


@pytest.mark.parametrize("more", [{"wording": NEW_PAGE}, {"consent_packet": "off"}, {"consent_contact": None}])
def test_who_did_not_agree_to_the_packet_is_asked_again(ask: Ask, more: dict[str, Any]) -> None:
    answer = ask(**{"consent_packet": None, **more})
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {"consent_packet"})
    assert not Enquiry.objects.exists()


def test_an_older_page_that_comes_back_shows_and_posts_the_words_of_today(ask: Ask, client: Client) -> None:
    answer = ask(consent_packet=None, wording=OLDER_PAGES[0], email="zoe@")
    assert answer.status_code == 422
    shown = untouched(answer, "packet-form")
    assert (shown["wording"], shown["consent_contact"], "consent_packet" in shown) == (NEW_PAGE, "on", False)
    again = client.post(FORM, {**shown, "email": "zoe@example.com"})
    assert set(again.context["form"].errors) == {"consent_packet"}
    assert client.post(FORM, {**shown, "email": "zoe@example.com", "consent_packet": "on"}).status_code == 303
    assert given() == ["packet", "answer"]


def test_the_page_asks_for_nothing_that_it_does_not_need(client: Client, first_content: None) -> None:
    page = client.get(FORM)
    required = [field.name for field in page.context["form"].visible_fields() if field.field.required]
    assert required == ["name", "email", "consent_packet"]
    bundled = ConsentWording.objects.current(ConsentWording.Kind.CONTACT).text
    assert bundled not in page.text


def test_an_enquiry_of_before_counts_for_both(ask: Ask, lead: Lead) -> None:
    Enquiry.objects.create(lead=lead, fields={}, consent_contact=bundled())
    ask(consent_contact=None, message="Again")
    assert contact_choice(lead) == ContactChoice.EITHER


def bundled() -> Consent:
    return record_consent(address="zoe@example.com", wording=ConsentWording.objects.current("contact"))


def test_what_was_agreed_to_stays(ask: Ask) -> None:
    ask()
    with pytest.raises(DatabaseError), transaction.atomic():
        Enquiry.objects.update(consent_packet=None)


def test_erasing_reaches_what_was_agreed_to_from_an_address_since_corrected(ask: Ask, lead: Lead) -> None:
    correct_address(lead=lead, email="zoe@example.org", resend=False, by=JOB)
    erase_person(lead=lead, by=JOB)
    assert set(Consent.objects.values_list("email", flat=True)) == {""}


def test_erasing_works_before_there_is_the_column_since_a_migration_erases(lead: Lead) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE enquiries_enquiry DROP COLUMN consent_packet_id CASCADE")
        cursor.execute("SELECT erase_person(NULL, %s, 'hash', false)", [lead.pk])
        assert cursor.fetchone() == (1,)


def test_the_privacy_page_says_each_wording_to_which_the_form_links(client: Client, first_content: None) -> None:
    page = client.get("/privacy/").text
    for kind in ConsentWording.Kind.values:
        assert f'id="wording-{kind}"' in page
        assert ConsentWording.objects.current(kind).text.replace("'", "&#x27;") in page
