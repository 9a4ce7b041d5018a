from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from enquiries.actions import merge_leads
from enquiries.models import Lead, LeadEvent, MailTemplate
from mailings.models import Channel, ProviderPause
from tests.desk.test_two_people_editing import url


@pytest.fixture(params=["everything", "their provider"])
def paused(request: Any, lead: Lead) -> Any:
    """Undone when it is called."""
    now = timezone.now()
    if request.param == "everything":
        Channel.objects.update_or_create(pk=1, defaults={"paused_at": now, "reason": Channel.Reason.POLICY})
        return lambda: Channel.objects.update(paused_at=None, reason="")
    ProviderPause.objects.create(provider="example.com", paused_at=now)
    return lambda: ProviderPause.objects.update(resumed_at=now)


def write(desk: Client, lead: Lead) -> str:
    return desk.post(url(lead, "mail"), {"template": MailTemplate.objects.approved()[0].pk}, follow=True).text


def test_the_lead_page_and_the_message_say_that_mail_stands_still(desk: Client, lead: Lead, paused: Any) -> None:
    assert 'id="mail-waits"' in desk.get(url(lead)).text
    said = write(desk, lead)
    assert "nobody has this mail yet" in said
    assert "The mail is on its way." not in said
    paused()
    assert 'id="mail-waits"' not in desk.get(url(lead)).text


def test_another_provider_that_refuses_us_says_nothing_of_this_person(desk: Client, lead: Lead) -> None:
    ProviderPause.objects.create(provider="example.org", paused_at=timezone.now())
    assert 'id="mail-waits"' not in desk.get(url(lead)).text
    assert "The mail is on its way." in write(desk, lead)


def test_a_mail_that_waits_does_not_end_the_wait_for_a_first_answer_and_a_sent_one_does(
    desk: Client, lead: Lead, paused: Any, deliver: Callable[[], None]
) -> None:
    write(desk, lead)
    deliver()
    assert Lead.objects.awaiting_answer().get().stage == "new"
    paused()
    deliver()
    lead.refresh_from_db()
    assert (lead.stage, lead.first_answered_at) == ("contacted", LeadEvent.objects.get(kind="mail_sent").at)
    assert "The mail was sent." in desk.get(url(lead)).text


def test_it_answers_whom_they_live_on_in_by_then(
    desk: Client, ask: Callable[..., Any], lead: Lead, staff: Any, deliver: Callable[[], None]
) -> None:
    ask(email="other@example.org")
    other = Lead.objects.exclude(pk=lead.pk).get()
    write(desk, lead)
    merge_leads(lead=lead, into=other, by=staff)
    assert list(Lead.objects.awaiting_answer()) == [other]
    deliver()
    assert not Lead.objects.awaiting_answer().exists()
