from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone

from enquiries.actions import discard_enquiry, move_lead, release_enquiry
from enquiries.models import Enquiry, Lead, LeadEvent, PacketDelivery
from foundation.models import ClinicProfile
from foundation.tokens import hash_address
from mailings.models import Consent, OutgoingEmail, Suppression
from newsletters.models import Subscriber

Ask = Callable[..., Any]
Kind = LeadEvent.Kind


def packets() -> Any:
    return OutgoingEmail.objects.filter(kind="packet")


def test_a_post_leads_on_to_the_thank_you_page(ask: Ask) -> None:
    response = ask()
    assert response.status_code == 303
    assert response["Location"] == "/information-packet/thanks/"


def test_a_post_stores_enquiry_lead_consent_timeline_and_mail_together(ask: Ask) -> None:
    ask(message="For my mother", source_path="/research/x/?utm_source=mail", for_whom="family", consent_newsletter="on")
    enquiry = Enquiry.objects.get()
    lead = Lead.objects.get()
    assert enquiry.lead == lead
    assert enquiry.fields["name"] == "Zoë O'Brien & Sons"
    assert enquiry.fields["message"] == "For my mother"
    assert enquiry.utm == {"utm_source": "mail"}
    assert (lead.name, lead.email, lead.stage) == ("Zoë O'Brien & Sons", "zoe@example.com", "new")
    assert lead.next_action_on == ClinicProfile.objects.current().today()
    assert {consent.wording.kind for consent in Consent.objects.all()} == {"packet", "answer", "newsletter"}
    assert Subscriber.objects.get().state == Subscriber.State.PENDING
    kinds = [event.kind for event in lead.events.order_by("pk")]
    assert kinds == [Kind.STAGE, Kind.ENQUIRY, *[Kind.CONSENT] * 3, Kind.PACKET_QUEUED]
    assert packets().get().dedupe_key == f"packet:{enquiry.pk}"


def test_the_next_action_is_due_on_the_date_where_the_clinic_is(ask: Ask) -> None:
    # In New York it is still the evening before.
    with time_machine.travel("2026-03-03T02:00:00Z", tick=False):
        ask()
    assert Lead.objects.get().next_action_on == date(2026, 3, 2)


def test_only_name_address_and_consent_are_required(ask: Ask) -> None:
    response = ask(name="", email="", consent_packet=None, consent_contact=None)
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"name", "email", "consent_packet"}
    assert Enquiry.objects.count() == 0


def test_wrong_input_comes_back_as_typed(ask: Ask) -> None:
    response = ask(email="zoe@", message="<b>Please & thank you</b>", phone="555 0100", topic="lupus")
    page = response.content.decode()
    assert response.status_code == 422
    assert "zoe@" in page
    assert "&lt;b&gt;Please &amp; thank you&lt;/b&gt;" in page
    assert "555 0100" in page
    assert '<option value="lupus" selected' in page
    assert "name@example.com" in page


def test_a_message_of_501_characters_is_refused_and_kept_whole(ask: Ask) -> None:
    response = ask(message="x" * 501)
    assert response.status_code == 422
    assert "x" * 501 in response.content.decode()


def test_a_line_break_counts_as_one_character_as_it_does_beside_the_field(ask: Ask) -> None:
    assert ask(message="x" * 470 + "\r\n" * 20 + "x" * 10).status_code == 303
    assert ask(message="x" * 479 + "\r\n" * 20 + "xx").status_code == 422


@pytest.mark.parametrize("field", ["topic", "source_path", "wording", "language", "country", "for_whom", "contact_by"])
def test_an_unknown_value_never_refuses_an_enquiry(ask: Ask, field: str) -> None:
    assert ask(**{field: "no-such-thing contact-999 ²"}).status_code == 303
    assert Lead.objects.count() == 1


def test_the_same_again_within_ten_minutes_is_one_enquiry(ask: Ask) -> None:
    first = ask()
    second = ask(email="ZOE@Example.com ", name=" Zoë O'Brien  & Sons")
    assert (first.status_code, first["Location"]) == (second.status_code, second["Location"])
    assert Enquiry.objects.count() == 1
    assert packets().count() == 1


def test_the_same_again_after_ten_minutes_is_another_enquiry_of_the_same_lead(ask: Ask) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        ask()
        clock.shift(601)
        ask()
    assert Enquiry.objects.count() == 2
    assert Lead.objects.count() == 1


def test_one_address_gets_one_packet_a_day_and_three_a_month(ask: Ask, deliver: Callable[[], None]) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _hour in range(5):
            ask(message=str(_hour))
            deliver()
            clock.shift(3600)
        assert packets().count() == 1
        for _day in range(4):
            clock.shift(25 * 3600)
            ask()
            deliver()
        assert packets().count() == 3
        clock.shift(31 * 24 * 3600)
        ask()
        assert packets().count() == 4
    assert Lead.objects.get().events.filter(kind=Kind.PACKET_NOT_SENT).count() == 6


def test_while_a_packet_waits_for_a_mail_server_no_second_one_joins_it(ask: Ask) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _day in range(3):
            ask()
            clock.shift(25 * 3600)
    assert packets().count() == 1


def test_whoever_is_suppressed_causes_no_mail_and_no_notice(ask: Ask, settings: Any) -> None:
    settings.STAFF_ALERT_EMAIL = "desk@clinic.example"
    Suppression.objects.create(address_hash=hash_address("zoe@example.com"), reason=Suppression.Reason.NOT_REQUESTED)
    ask()
    assert packets().count() == 0
    assert not OutgoingEmail.objects.filter(kind="packet_failed").exists()
    assert Lead.objects.get().events.filter(kind=Kind.PACKET_NOT_SENT).count() == 1


def test_posted_values_never_overwrite_stored_ones(ask: Ask) -> None:
    ask(phone="+1 212 555 0100")
    ask(name="Somebody Else", phone="+1 212 555 0199", country="FR")
    lead = Lead.objects.get()
    assert (lead.name, lead.phone, lead.country) == ("Zoë O'Brien & Sons", "+1 212 555 0100", "")
    assert Enquiry.objects.first().fields["name"] == "Somebody Else"


def test_the_answer_is_the_same_bytes_for_a_known_address_and_an_unknown_one(ask: Ask, client: Client) -> None:
    ask(email="known@example.com")
    known, unknown = ask(email="known@example.com", message="again"), ask(email="stranger@example.com")
    assert known.content == unknown.content
    assert known["Location"] == unknown["Location"]
    assert dict(known.headers) == dict(unknown.headers)


@pytest.mark.parametrize("stage", ["lost", "unsuitable", "invalid"])
def test_a_new_enquiry_reopens_a_closed_lead(ask: Ask, lead: Lead, staff: Any, stage: str) -> None:
    move_lead(lead=lead, stage=stage, reason="because", by=staff)
    ask(message="I am back")
    lead.refresh_from_db()
    assert lead.stage == "new"
    assert lead.next_action_on == ClinicProfile.objects.current().today()
    assert lead.events.filter(kind=Kind.STAGE).first().data["from"] == stage


def test_an_enquiry_of_a_merged_lead_stays_its_own_and_wakes_the_survivor(ask: Ask, lead: Lead) -> None:
    ask(email="other@example.com")
    survivor = Lead.objects.get(email="other@example.com")
    Lead.objects.filter(pk=survivor.pk).update(next_action_on="2028-01-01")
    Lead.objects.filter(pk=lead.pk).update(merged_into=survivor)
    ask(message="me again")
    assert Enquiry.objects.first().lead == lead
    assert Enquiry.objects.first() in Enquiry.objects.filter(lead__in=survivor.family())
    survivor.refresh_from_db()
    profile = ClinicProfile.objects.current()
    assert survivor.next_action_on == profile.business_hours().open_day(profile.today())


@pytest.mark.parametrize(
    ("field", "value"),
    [("leave_this_empty", "spam"), ("name", "http://spam.example"), ("message", "https://a https://b www.c")],
)
def test_a_suspicious_enquiry_is_held_and_answered_like_any_other(ask: Ask, field: str, value: str) -> None:
    response, usual = ask(**{field: value}), ask(email="usual@example.com")
    assert (response.status_code, response.content, response["Location"]) == (303, usual.content, usual["Location"])
    enquiry = Enquiry.objects.held().get()
    assert enquiry.held_reason
    assert enquiry.lead is None
    assert packets().filter(email="zoe@example.com").count() == 0


def test_a_held_enquiry_posted_twice_is_held_once(ask: Ask) -> None:
    ask(leave_this_empty="spam")
    ask(leave_this_empty="spam")
    assert Enquiry.objects.held().count() == 1


def test_what_staff_threw_away_and_is_written_once_more_is_a_new_enquiry(ask: Ask, staff: Any) -> None:
    ask(leave_this_empty="spam")
    discard_enquiry(enquiry=Enquiry.objects.get(), by=staff)
    ask()
    assert sorted(Enquiry.objects.values_list("verdict", flat=True)) == ["accepted", "discarded"]
    assert Lead.objects.count() == packets().count() == 1


def test_a_released_enquiry_becomes_a_lead_with_its_packet(ask: Ask, staff: Any) -> None:
    ask(leave_this_empty="my password manager did this", consent_newsletter="on")
    held = Enquiry.objects.held().get()
    for _twice in range(2):
        release_enquiry(enquiry=held, by=staff)
    assert Lead.objects.get().name == "Zoë O'Brien & Sons"
    assert packets().count() == 1
    assert Subscriber.objects.count() == 1
    assert Enquiry.objects.get().verdict == Enquiry.Verdict.RELEASED


def test_no_script_no_agent_and_no_hidden_field_is_nothing_suspect(ask: Ask, client: Client) -> None:
    client.defaults.pop("HTTP_USER_AGENT", None)
    ask()
    assert Enquiry.objects.get().verdict == Enquiry.Verdict.ACCEPTED


def test_a_request_by_htmx_gets_the_panel_at_once(client: Client, first_content: None, packet_fields: Any) -> None:
    response = client.post("/information-packet/", packet_fields, headers={"HX-Request": "true"})
    page = response.content.decode()
    assert response.status_code == 200
    assert "Thanks for your interest!" in page
    assert "<html" not in page
    assert "HX-Request" in response["Vary"]


def test_a_near_miss_domain_is_sent_as_typed_and_asked_about(ask: Ask, client: Client) -> None:
    response = ask(email="zoe@gmial.com")
    assert packets().get().email == "zoe@gmial.com"
    assert response["Location"] == "/information-packet/thanks/?domain=gmail.com"
    assert "gmail.com" in client.get(response["Location"]).content.decode()


def test_the_thank_you_page_repeats_no_domain_but_our_own_suggestions(client: Client, first_content: None) -> None:
    page = client.get("/information-packet/thanks/?domain=evil.example").content.decode()
    assert "evil.example" not in page


def test_staff_get_a_notice_that_names_nobody(ask: Ask, deliver: Any, mailoutbox: Any, settings: Any) -> None:
    settings.STAFF_ALERT_EMAIL = "desk@clinic.example"
    ask(message="I have lupus", topic="lupus")
    deliver()
    notice = next(mail for mail in mailoutbox if mail.to == ["desk@clinic.example"])
    text = str(notice.message())
    assert "/admin/enquiries/lead/" in text
    assert not any(word in text.lower() for word in ("zoë", "zoe", "o'brien", "lupus"))


def test_a_delivery_is_on_the_timeline_when_the_mail_went_out(ask: Ask, deliver: Any, mailoutbox: Any) -> None:
    ask()
    deliver()
    assert len(mailoutbox) == 1
    assert Lead.objects.get().events.first().kind == Kind.PACKET_SENT
    assert PacketDelivery.objects.get().outgoing.state == OutgoingEmail.State.SENT


def test_a_nul_inside_the_source_path_costs_nothing(ask: Ask) -> None:
    assert ask(source_path="/x?utm_source=%00a&utm_%00b=c").status_code == 303
    assert Enquiry.objects.get().utm == {"utm_source": "a", "utm_b": "c"}


@pytest.mark.parametrize("value", ["no", "off", "0", "false", "ON"])
def test_consent_is_the_tick_and_nothing_else(ask: Ask, value: str) -> None:
    assert ask(consent_packet=value).status_code == 422
    ask(consent_contact=value)
    assert Enquiry.objects.get().consent_contact is None


@pytest.mark.parametrize(
    "address",
    [
        "zoe@erased.invalid",
        "zoe@Erased.INVALID",
        '"a\x1cb"@example.com',
        '"a\x0bb"@example.com',
        '"a b"@example.com',
        "a\r\nBcc: b@example.com",
        "a,b@x.com",
    ],
)
def test_an_address_that_could_break_a_header_or_pass_for_nobodys_is_refused(ask: Ask, address: str) -> None:
    assert ask(email=address).status_code == 422


@pytest.mark.parametrize("address", ["o'brien+news@example.com", "a_b-c.d@sub.example.co.uk", "x@bücher.example"])
def test_an_unusual_address_is_taken(ask: Ask, address: str) -> None:
    assert ask(email=address).status_code == 303


def test_whatever_goes_wrong_the_form_comes_back_as_typed(ask: Ask) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE enquiries_packetdelivery RENAME TO away")
    response = ask(message="For my mother")
    assert response.status_code == 503
    assert "For my mother" in response.text
    assert "nothing you typed is lost" in response.text


def test_a_survivor_without_an_address_still_gets_the_enquiry(ask: Ask, lead: Lead) -> None:
    survivor = Lead.objects.create(phone="555 0100", next_action="Call", next_action_on="2026-01-01")
    Lead.objects.filter(pk=lead.pk).update(merged_into=survivor)
    assert ask(message="me again").status_code == 303
    assert lead.events.first().kind == Kind.PACKET_NOT_SENT
