from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from enquiries.actions import add_lead
from enquiries.models import ContactChoice, Enquiry, Lead, LeadEvent, Packet, contact_choice
from foundation.models import ClinicProfile, ConsentWording
from mailings.models import Consent, OutgoingEmail
from tests.browser_posts import untouched
from tests.conftest import AWKWARD_NAME

URL = "/admin/enquiries/lead/add/"
Kind = ConsentWording.Kind
AGREED = {"consent_packet": "on", "consent_contact": "on"}


def typed(client: Client, **fields: str) -> dict[str, str]:
    """The form as the page gives it, with what a person fills in."""
    return {**untouched(client.get(URL), "lead_form"), "name": AWKWARD_NAME, **AGREED, **fields}


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
    consents = Consent.objects.order_by("pk")
    assert list(consents.values_list("given", "recorded_by", "wording__kind")) == [
        ("spoken", staff.pk, "packet"),
        ("spoken", staff.pk, "answer"),
    ]
    assert [enquiry.consent_packet, enquiry.consent_contact] == list(consents)
    assert OutgoingEmail.objects.get().kind == "packet"
    assert set(LeadEvent.objects.values_list("actor", flat=True)) == {staff.pk}


@pytest.mark.parametrize("reached", [{"email": "zoe@example.com"}, {"phone": "555 0142"}])
def test_two_clicks_put_one_lead_on_the_list(desk: Client, reached: dict[str, str], django_user_model: Any) -> None:
    fields = typed(desk, **reached)
    first = desk.post(URL, fields)
    answer = desk.post(URL, fields, follow=True)
    assert answer.redirect_chain == [(first["Location"], 302)]
    assert "on the list already." in answer.text
    assert (Lead.objects.count(), Enquiry.objects.count()) == (1, 1)
    # Who comes back to the page and plans otherwise loses nothing of it.
    desk.post(URL, {**fields, "next_action": "Something else"})
    assert reached.get("email") or Lead.objects.filter(next_action="Something else").exists()
    other = Client()
    other.force_login(django_user_model.objects.create_superuser("max@clinic.example"))
    assert "already." not in other.post(URL, {**fields, "phone": "555 0143", "email": ""}, follow=True).text


def test_whom_a_colleague_hands_a_caller_hears_of_it(
    desk: Client, staff: Any, django_user_model: Any, deliver: Any, mailoutbox: list[Any]
) -> None:
    owner = django_user_model.objects.create_user("owner@clinic.example", is_staff=True, name="Olga Owner")
    owner.groups.set(Group.objects.filter(name="coordinator"))
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
    del fields["consent_packet"]
    desk.post(URL, fields)
    assert contact_choice(Lead.objects.get()) == ContactChoice.EITHER
    assert not OutgoingEmail.objects.exists()


def test_who_wants_the_packet_and_no_contact_is_written_down_so(desk: Client) -> None:
    fields = typed(desk, email="zoe@example.com")
    del fields["consent_contact"]
    desk.post(URL, fields)
    assert contact_choice(Lead.objects.get()) == ContactChoice.NONE
    assert OutgoingEmail.objects.get().kind == "packet"


def test_somebody_who_cannot_be_reached_is_refused(desk: Client) -> None:
    response = desk.post(URL, typed(desk))
    assert response.status_code == 422
    assert "Give an e-mail address or a telephone number." in response.text


def test_without_agreement_nothing_is_kept_and_nothing_typed_is_lost(desk: Client) -> None:
    fields = typed(desk, phone="555 0142", message="What does it cost?")
    for name in AGREED:
        del fields[name]
    response = desk.post(URL, fields)
    assert response.status_code == 422
    assert "Without their agreement to one of the two we may not keep this." in response.text
    assert "What does it cost?" in response.text
    assert not Lead.objects.exists()


def test_a_known_address_is_refused_with_a_link_to_its_lead(desk: Client, lead: Lead) -> None:
    response = desk.post(URL, typed(desk, email="ZOE@example.com"))
    assert response.status_code == 422
    assert "Another lead has this address already: Zoë O&#x27;Brien &amp; Sons." in response.text
    assert f'<a href="{lead.get_absolute_url()}">Open it</a>' in response.text
    assert Lead.objects.count() == 1


def test_an_address_that_came_meanwhile_is_refused_by_the_action(desk: Client, lead: Lead, staff: Any) -> None:
    same = Lead(email="zoe@example.com", next_action="Call", next_action_on=date(2028, 1, 1))
    wordings = {"packet_wording": ConsentWording.objects.current(Kind.PACKET), "contact_wording": None}
    with pytest.raises(ValidationError, match="Another lead has this address already"):
        add_lead(lead=same, fields={}, **wordings, by=staff)


def test_the_wording_on_the_form_is_the_one_on_record(desk: Client) -> None:
    shown = [ConsentWording.objects.current(kind) for kind in (Kind.PACKET, Kind.ANSWER)]
    page = desk.get(URL).text
    assert all(wording.text in page for wording in shown)
    assert ConsentWording.objects.current(Kind.CONTACT).text not in page
    fields = typed(desk, phone="555 0142")
    for wording in shown:
        ConsentWording.objects.create(kind=wording.kind, number=wording.number + 1, text="New words")
    desk.post(URL, fields)
    assert [consent.wording for consent in Consent.objects.order_by("pk")] == shown


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
