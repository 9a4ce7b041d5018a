from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from enquiries.actions import export_person, resend_packet, send_packet_in_bulk, send_template
from enquiries.models import BulkOutcome, Lead, LeadEvent, MailTemplate
from mailings.models import OutgoingEmail
from tests.browser_posts import untouched
from tests.conftest import AWKWARD_NAME
from tests.desk.test_bulk_actions import choose, confirm, reasons
from tests.desk.test_export_list import taken
from tests.desk.test_two_people_editing import url

Ask = Callable[..., Any]
REFUSED = "They did not ask to be contacted. Only the packet may go to them."
CHOICES = [({"contact_by": "email"}, "by e-mail only"), ({"consent_contact": None}, "no contact unless they ask")]


def calls() -> int:
    return LeadEvent.objects.filter(kind=LeadEvent.Kind.CALL).count()


@pytest.mark.parametrize(("fields", "words"), CHOICES)
def test_a_call_that_they_did_not_choose_is_asked_about_and_then_logged(
    desk: Client, ask: Ask, fields: dict[str, Any], words: str
) -> None:
    ask(**fields)
    lead = Lead.objects.get()
    first = desk.post(url(lead, "call"), {**untouched(desk.get(url(lead)), "call-form"), "text": "Rang <me>"})
    assert (first.status_code, calls()) == (422, 0)
    assert f"This is not what they chose ({words})." in first.text
    shown = untouched(first, "call-form")
    assert shown["text"] == "Rang <me>"
    assert desk.post(url(lead, "call"), shown).status_code == 302
    assert calls() == 1


@pytest.mark.parametrize("contact_by", ["", "phone", "by pigeon"])
def test_a_call_that_they_chose_is_one_click(desk: Client, ask: Ask, contact_by: str) -> None:
    ask(contact_by=contact_by)
    assert desk.post(url(Lead.objects.get(), "call"), {"outcome": "spoke"}).status_code == 302


def test_a_choice_that_changed_meanwhile_is_asked_about_anew(desk: Client, ask: Ask) -> None:
    ask(consent_contact=None)
    lead = Lead.objects.get()
    shown = untouched(desk.post(url(lead, "call"), {"outcome": "spoke"}), "call-form")
    ask(contact_by="email", message="Now I ask")
    lead.refresh_from_db()
    seen = untouched(desk.get(url(lead)), "call-form")
    assert desk.post(url(lead, "call"), {**seen, "told": shown["told"]}).status_code == 422


def test_a_template_to_who_did_not_ask_is_refused_with_a_sentence(desk: Client, ask: Ask) -> None:
    ask(consent_contact=None)
    lead, template = Lead.objects.get(), MailTemplate.objects.approved()[0]
    assert REFUSED in desk.get(url(lead)).text
    answer = desk.post(url(lead, "mail"), {"template": template.pk})
    assert (answer.status_code, REFUSED in answer.text) == (422, True)
    with pytest.raises(ValidationError, match=REFUSED):
        send_template(lead=lead, template=template, by=None)
    assert not OutgoingEmail.objects.filter(kind="lead_mail").exists()


def test_of_many_who_did_not_ask_is_left_out_and_the_page_says_so(desk: Client, ask: Ask) -> None:
    ask(consent_contact=None)
    ask(email="other@example.com", name="Other")
    template = MailTemplate.objects.approved()[0]
    asked = choose(desk, "document", list(Lead.objects.all()))
    shown = confirm(desk, "document", asked, document=f"template-{template.pk}")
    assert reasons(shown) == {AWKWARD_NAME: REFUSED}
    assert reasons(confirm(desk, "document", shown)) == {AWKWARD_NAME: REFUSED}
    assert BulkOutcome.objects.exclude(left_out_because="").count() == 1
    assert OutgoingEmail.objects.get(kind="lead_mail").email == "other@example.com"


def test_the_packet_may_go_to_them(desk: Client, ask: Ask, staff: Any) -> None:
    ask(consent_contact=None)
    lead = Lead.objects.get()
    long_ago = {"state": "sent", "created_at": "2026-01-01T00:00Z", "sent_at": "2026-01-01T00:00Z"}
    OutgoingEmail.objects.update(**long_ago)
    assert resend_packet(lead=lead, by=staff)
    OutgoingEmail.objects.update(**long_ago)
    assert send_packet_in_bulk(lead=lead, by=staff, key="bulk")


def test_an_enquiry_that_asks_opens_the_way(ask: Ask, staff: Any) -> None:
    ask(consent_contact=None)
    ask(message="Now I ask")
    lead = Lead.objects.get()
    assert send_template(lead=lead, template=MailTemplate.objects.approved()[0], by=staff)


@pytest.mark.parametrize(("fields", "words"), CHOICES)
def test_page_list_export_and_today_say_what_they_chose(
    desk: Client, ask: Ask, fields: dict[str, Any], words: str
) -> None:
    ask(**fields)
    lead = Lead.objects.get()
    assert words in desk.get(url(lead)).text
    assert words in desk.get("/admin/").text
    assert taken(desk)[0]["Contact"] == words
    assert export_person(address=lead.email or "")["leads"][0]["contact"] == words
