from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from enquiries.actions import approve_template, end_contact, export_person, merge_leads, send_template
from enquiries.models import (
    ContactChoice,
    EndedConsent,
    Enquiry,
    Lead,
    LeadEvent,
    MailTemplate,
    contact_choice,
    may_be_contacted,
)
from foundation.models import ClinicProfile
from mailings.models import OutgoingEmail
from mailings.rules import suppressed
from newsletters.models import Subscriber
from tests.browser_posts import untouched
from tests.conftest import ADDRESS

WORDS = "Zoë O'Brien rang: no calls and no mails from people, please."


def said(desk: Client, lead: Lead, **fields: str) -> Any:
    form = untouched(desk.get(lead.get_absolute_url()), "end-contact-form")
    return desk.post(f"/admin/enquiries/lead/{lead.pk}/end-contact/", {**form, "words": WORDS, **fields}, follow=True)


def test_who_takes_back_being_contacted_is_contacted_no_more_and_who_heard_it_stands_there(
    desk: Client, lead: Lead
) -> None:
    today = ClinicProfile.objects.current().today()
    page = said(desk, lead, said_on=today.isoformat()).text
    lead.refresh_from_db()
    assert contact_choice(lead) == ContactChoice.NONE
    assert not Lead.objects.filter(may_be_contacted()).exists()
    event = LeadEvent.objects.get(kind="consent_ended")
    assert (event.text, event.data["said_on"], str(event.actor)) == (WORDS, today.isoformat(), "Sam Staff")
    assert "Taken back; heard by Sam Staff" in page
    assert "no calls and no mails from people" in page
    assert 'id="end-contact-form"' not in page


def test_nobody_waits_for_an_answer_that_they_do_not_want(desk: Client, lead: Lead) -> None:
    assert Lead.objects.awaiting_answer().exists()
    said(desk, lead)
    lead.refresh_from_db()
    assert not Lead.objects.awaiting_answer().exists()
    assert (lead.next_action, lead.is_open) == (Lead.Plan.WAIT, True)


def test_the_packet_still_goes_and_so_does_other_mail(desk: Client, lead: Lead, deliver: Callable[[], None]) -> None:
    said(desk, lead)
    deliver()
    assert OutgoingEmail.objects.get(kind="packet").state == "sent"
    assert not suppressed(ADDRESS)


def test_a_mail_of_ours_that_waits_does_not_go_any_more(
    desk: Client, lead: Lead, staff: Any, deliver: Callable[[], None]
) -> None:
    template = MailTemplate.objects.create(name="Thank you", subject="Thank you", body="Hello {name}\n\n{sender}")
    mail = send_template(lead=lead, template=approve_template(template=template, by=staff), by=staff)
    said(desk, lead)
    deliver()
    mail.outgoing.refresh_from_db()
    assert mail.outgoing.state == "cancelled"


def test_who_asks_again_may_be_contacted_again(desk: Client, ask: Callable[..., Any], lead: Lead) -> None:
    said(desk, lead)
    ask(message="Do call me after all", contact_by="phone")
    assert contact_choice(lead) == ContactChoice.PHONE
    assert Lead.objects.filter(may_be_contacted()).exists()


def test_it_holds_for_all_who_are_one_with_them(ask: Callable[..., Any], lead: Lead, staff: Any) -> None:
    ask(email="other@example.org")
    other = Lead.objects.get(email="other@example.org")
    merge_leads(lead=other, into=lead, by=staff)
    end_contact(lead=lead, words=WORDS, said_on=ClinicProfile.objects.current().today(), by=staff)
    assert (contact_choice(lead), EndedConsent.objects.count()) == (ContactChoice.NONE, 2)
    assert [consent["taken_back_at"] is None for consent in export_person(address=ADDRESS, by=staff)["consents"]].count(
        False
    ) == 2


@pytest.mark.parametrize("wrong", [{"words": " "}, {"said_on": ""}, {"said_on": "2999-01-01"}])
def test_without_words_or_a_day_that_was_nothing_is_taken_back(desk: Client, lead: Lead, wrong: dict[str, str]) -> None:
    assert said(desk, lead, **wrong).status_code == 422
    assert not EndedConsent.objects.exists()


def test_what_was_taken_back_is_not_taken_back_again(lead: Lead, staff: Any) -> None:
    end_contact(lead=lead, words=WORDS, said_on=ClinicProfile.objects.current().today(), by=staff)
    with pytest.raises(ValidationError, match="No consent to be contacted"):
        end_contact(lead=lead, words=WORDS, said_on=ClinicProfile.objects.current().today(), by=staff)


def test_the_lead_page_leads_to_ending_only_the_newsletter(desk: Client, lead: Lead) -> None:
    link = "They want no newsletter any more"
    assert link not in desk.get(lead.get_absolute_url()).text
    Client().post("/newsletter/", {"email": ADDRESS, "consent": "on"})
    Subscriber.objects.update(state=Subscriber.State.CONFIRMED, confirmed_at=timezone.now())
    page = desk.get(lead.get_absolute_url()).text
    assert link in page
    assert f"/admin/newsletters/subscriber/{Subscriber.objects.get().pk}/take-off/" in page


def test_what_was_held_from_before_does_not_count_when_it_is_released(
    desk: Client, ask: Callable[..., Any], lead: Lead, staff: Any
) -> None:
    ask(message="https://a.example https://b.example https://c.example", contact_by="phone")
    held = Enquiry.objects.get(verdict="held")
    said(desk, lead)
    desk.post(f"/admin/enquiries/enquiry/{held.pk}/release/")
    lead.refresh_from_db()
    assert Enquiry.objects.get(pk=held.pk).lead == lead
    assert contact_choice(lead) == ContactChoice.NONE
    assert not Lead.objects.filter(may_be_contacted()).exists()
    assert (lead.next_action, Lead.objects.awaiting_answer().exists()) == (Lead.Plan.WAIT, False)
    ended = EndedConsent.objects.get(consent=held.consent_contact)
    assert ended.event == LeadEvent.objects.get(kind="consent_ended")


def test_what_was_held_since_counts_when_it_is_released(desk: Client, ask: Callable[..., Any], lead: Lead) -> None:
    said(desk, lead)
    ask(message="https://a.example https://b.example https://c.example", contact_by="phone")
    desk.post(f"/admin/enquiries/enquiry/{Enquiry.objects.get(verdict='held').pk}/release/")
    assert contact_choice(lead) == ContactChoice.PHONE
