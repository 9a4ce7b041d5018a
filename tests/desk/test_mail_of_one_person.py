from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from enquiries.actions import approve_template, correct_address, merge_leads, send_template, unmerge_lead
from enquiries.models import Lead, LeadMail, MailTemplate
from tests.conftest import ADDRESS
from tests.desk.test_bulk_actions import choose, confirm, reasons

OTHER = "other@example.org"


@pytest.fixture
def template(db: None, staff: Any) -> MailTemplate:
    draft = MailTemplate.objects.create(name="Thank you", subject="Thank you", body="Hello {name}")
    return approve_template(template=draft, by=staff)


@pytest.fixture
def other(lead: Lead, ask: Callable[..., Any]) -> Lead:
    ask(email=OTHER, message="Another one")
    return Lead.objects.get(email=OTHER)


def fresh(lead: Lead) -> Lead:
    return Lead.objects.get(pk=lead.pk)


def test_a_mail_that_waits_answers_whom_it_goes_to_though_the_merge_is_undone_meanwhile(
    lead: Lead, other: Lead, template: MailTemplate, staff: Any, deliver: Callable[[], None]
) -> None:
    merge_leads(lead=other, into=lead, by=staff)
    # Mail to both goes to the address of the other one.
    correct_address(lead=fresh(lead), email=OTHER, resend=False, by=staff)
    send_template(lead=fresh(lead), template=template, by=staff)
    unmerge_lead(lead=fresh(other), by=staff)
    assert LeadMail.objects.get().lead == other
    deliver()
    assert fresh(other).first_answered_at
    assert fresh(other).stage == Lead.Stage.CONTACTED
    assert fresh(lead).first_answered_at is None


def test_what_went_to_one_of_two_who_are_one_goes_to_them_no_second_time(
    desk: Client, lead: Lead, other: Lead, template: MailTemplate, staff: Any
) -> None:
    send_template(lead=other, template=template, by=staff)
    merge_leads(lead=fresh(other), into=fresh(lead), by=staff)
    with pytest.raises(ValidationError, match="within the last ten minutes"):
        send_template(lead=fresh(lead), template=template, by=staff)
    page = choose(desk, "document", [fresh(lead)])
    shown = confirm(desk, "document", page, document=f"template-{template.pk}", shown="packet")
    assert reasons(shown) == {str(lead): "This person was sent this mail within a day."}
    assert {mail.outgoing.email for mail in LeadMail.objects.all()} == {OTHER}
    assert ADDRESS != OTHER
