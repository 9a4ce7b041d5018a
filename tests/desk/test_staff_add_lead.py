from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from enquiries.actions import add_lead
from enquiries.models import Enquiry, Lead, LeadEvent, Packet
from foundation.models import ClinicProfile, ConsentWording
from mailings.models import Consent, OutgoingEmail
from tests.browser_posts import untouched
from tests.conftest import AWKWARD_NAME

URL = "/admin/enquiries/lead/add/"
CONTACT = ConsentWording.Kind.CONTACT


def typed(client: Client, **fields: str) -> dict[str, str]:
    """The form as the page gives it, with what a person fills in."""
    return {**untouched(client.get(URL), "lead_form"), "name": AWKWARD_NAME, "consent_contact": "on", **fields}


def test_a_caller_becomes_a_lead_with_enquiry_spoken_consent_and_packet(desk: Client, staff: Any) -> None:
    fields = typed(desk, email="Zoe@Example.com", phone="555 0142", country="MX", message="What does it cost?")
    response = desk.post(URL, fields)
    lead = Lead.objects.get()
    assert response["Location"] == lead.get_absolute_url()
    assert (lead.name, lead.email, lead.country, lead.owner) == (AWKWARD_NAME, "zoe@example.com", "MX", staff)
    assert (lead.next_action, lead.next_action_on) == ("call_back", ClinicProfile.objects.current().today())
    enquiry = Enquiry.objects.get()
    assert (enquiry.form, enquiry.fields["email"]) == ("staff", "Zoe@Example.com")
    assert enquiry.fields["message"] == "What does it cost?"
    consent = Consent.objects.get()
    assert (consent.given, consent.recorded_by, enquiry.consent_contact) == ("spoken", staff, consent)
    assert OutgoingEmail.objects.get().kind == "packet"
    assert set(LeadEvent.objects.values_list("actor", flat=True)) == {staff.pk}


def test_whom_a_colleague_hands_a_caller_hears_of_it(
    desk: Client, staff: Any, django_user_model: Any, deliver: Any, mailoutbox: list[Any]
) -> None:
    owner = django_user_model.objects.create_user("owner@clinic.example", is_staff=True, name="Olga Owner")
    desk.post(URL, typed(desk, phone="555 0142", owner=str(owner.pk)))
    desk.post(URL, typed(desk, phone="555 0143"))
    assert LeadEvent.objects.get(kind="owner").data == {"owner": owner.pk}
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        deliver()
    [mail] = mailoutbox
    assert (mail.to, mail.subject) == (["owner@clinic.example"], "A lead is now yours")


def test_a_caller_without_an_address_gets_no_packet(desk: Client) -> None:
    assert desk.post(URL, typed(desk, phone="555 0142")).status_code == 302
    assert Lead.objects.get().email is None
    assert not OutgoingEmail.objects.exists()


def test_the_packet_can_be_left_out(desk: Client) -> None:
    fields = typed(desk, email="zoe@example.com")
    del fields["send_packet"]
    desk.post(URL, fields)
    assert Lead.objects.exists()
    assert not OutgoingEmail.objects.exists()


def test_somebody_who_cannot_be_reached_is_refused(desk: Client) -> None:
    response = desk.post(URL, typed(desk))
    assert response.status_code == 422
    assert "Give an e-mail address or a telephone number." in response.text


def test_without_agreement_nothing_is_kept_and_nothing_typed_is_lost(desk: Client) -> None:
    fields = typed(desk, phone="555 0142", message="What does it cost?")
    del fields["consent_contact"]
    response = desk.post(URL, fields)
    assert response.status_code == 422
    assert "What does it cost?" in response.text
    assert not Lead.objects.exists()


def test_a_known_address_is_refused_with_a_link_to_its_lead(desk: Client, lead: Lead) -> None:
    response = desk.post(URL, typed(desk, email="ZOE@example.com"))
    assert response.status_code == 422
    assert "Another lead has this address already: Zoë O&#x27;Brien &amp; Sons." in response.text
    assert f'<a href="{lead.get_absolute_url()}">Open it</a>' in response.text
    assert Lead.objects.count() == 1


def test_an_address_that_came_meanwhile_is_refused_by_the_action(desk: Client, lead: Lead, staff: Any) -> None:
    same = Lead(email="zoe@example.com", next_action="Call", next_action_on=date(2030, 1, 1))
    wording = ConsentWording.objects.current(CONTACT)
    with pytest.raises(ValidationError, match="Another lead has this address already"):
        add_lead(lead=same, fields={}, wording=wording, send_packet=True, by=staff)


def test_the_wording_on_the_form_is_the_one_on_record(desk: Client) -> None:
    shown = ConsentWording.objects.current(CONTACT)
    assert shown.text in desk.get(URL).text
    fields = typed(desk, phone="555 0142")
    ConsentWording.objects.create(kind=CONTACT, number=shown.number + 1, text="New words")
    desk.post(URL, fields)
    assert Consent.objects.get().wording == shown


def test_a_lead_whose_packet_cannot_be_queued_is_not_kept_by_halves(desk: Client) -> None:
    fields = typed(desk, email="zoe@example.com")
    Packet.objects.update(slug="another-packet")
    desk.raise_request_exception = False
    assert desk.post(URL, fields).status_code == 500
    assert not Lead.objects.exists()
    assert not Consent.objects.exists()


def test_adding_needs_its_permission(client: Client, first_content: None, django_user_model: Any) -> None:
    assert client.get(URL)["Location"].startswith("/admin/login/")
    client.force_login(django_user_model.objects.create_user("viewer@clinic.example"))
    assert client.post(URL, {"phone": "1"}).status_code == 403
