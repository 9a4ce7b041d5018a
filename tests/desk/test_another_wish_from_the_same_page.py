from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from articles.models import Article, Topic
from enquiries.actions import end_packet
from enquiries.models import CallOutcome, Lead, LeadEvent, Packet
from foundation.models import ClinicProfile
from mailings.actions import suppress
from mailings.models import OutgoingEmail, Suppression
from tests.browser_posts import untouched

WORDS = "Zoë rang & said so"
NO_ANSWER: dict[str, Any] = {"outcome": "no_answer", "text": ""}


def url(lead: Lead, verb: str = "change") -> str:
    return f"/admin/enquiries/lead/{lead.pk}/{verb}/"


@pytest.fixture
def call(desk: Client, lead: Lead) -> dict[str, Any]:
    return {**untouched(desk.get(url(lead)), "call-form"), **NO_ANSWER}


def calls(lead: Lead) -> int:
    return lead.events.filter(kind="call").count()


def test_a_plan_that_is_typed_beside_a_call_that_is_written_already_is_kept(
    desk: Client, lead: Lead, call: dict[str, Any]
) -> None:
    desk.post(url(lead, "call"), call)
    desk.post(url(lead, "call"), {**call, "then": "new", "next_action": "Write to her"})
    lead.refresh_from_db()
    assert (calls(lead), lead.next_action) == (1, "Write to her")


def test_a_call_of_another_time_is_another_call(desk: Client, lead: Lead, call: dict[str, Any]) -> None:
    now = timezone.localtime(timezone=ClinicProfile.objects.current().zone)
    for hours in (2, 1, 1):
        at = (now - timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M")
        assert desk.post(url(lead, "call"), {**call, "at": at}).status_code == 302
    assert calls(lead) == 2
    desk.post(url(lead, "call"), call)
    assert calls(lead) == 3


def test_a_call_of_later_from_a_page_that_was_left_open_is_another_call(
    desk: Client, lead: Lead, call: dict[str, Any]
) -> None:
    desk.post(url(lead, "call"), call)
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        desk.post(url(lead, "call"), call)
    assert calls(lead) == 2


def test_a_call_that_went_another_way_is_another_call(desk: Client, lead: Lead) -> None:
    own = CallOutcome.objects.create(words="The mailbox is full", counts_as="no_answer")
    fields = {**untouched(desk.get(url(lead)), "call-form"), "text": ""}
    for outcome in (f"own-{own.pk}", "no_answer", "no_answer"):
        desk.post(url(lead, "call"), {**fields, "outcome": outcome})
    told = lead.events.filter(kind="call").order_by("pk").values_list("data__called", flat=True)
    assert list(told) == ["The mailbox is full", None]


def test_how_they_asked_for_a_packet_that_just_went_out_comes_back_to_who_typed_it(
    desk: Client, lead: Lead, staff: Any, deliver: Any
) -> None:
    OutgoingEmail.objects.update(created_at=timezone.now() - timedelta(days=2))
    desk.post(url(lead, "resend"), untouched(desk.get(url(lead)), "resend-form"))
    deliver()
    end_packet(lead=lead, words="No more", said_on=ClinicProfile.objects.current().today(), by=staff)
    fields = {**untouched(desk.get(url(lead)), "resend-form"), "words": WORDS}
    answer = desk.post(url(lead, "resend"), fields)
    assert (answer.status_code, "rang &amp; said so" in answer.text) == (422, True)


def test_a_packet_that_is_wanted_with_a_stop_that_is_lifted_already_is_not_said_to_be_done(
    desk: Client, lead: Lead
) -> None:
    OutgoingEmail.objects.update(created_at=timezone.now() - timedelta(days=2))
    suppress(address=lead.email or "", reason=Suppression.Reason.ASKED_TO_STOP)
    fields = {**untouched(desk.get(url(lead)), "lift-stop-form"), "words": WORDS}
    fields.pop("send_packet")
    desk.post(url(lead, "lift-stop"), fields)
    answer = desk.post(url(lead, "lift-stop"), {**fields, "send_packet": "on"})
    assert (answer.status_code, "rang &amp; said so" in answer.text) == (422, True)
    assert not lead.events.filter(kind=LeadEvent.Kind.PACKET_QUEUED, actor__isnull=False).exists()


def test_a_packet_that_has_other_studies_in_front_is_made_again(desk: Client) -> None:
    topic = Topic.objects.create(name="Knee", slug="knee", kind=Topic.Kind.CONDITION)
    packet = Packet.objects.create(slug="knee", title="Knee", topic=topic)
    page = f"/admin/enquiries/packet/{packet.pk}/make-version/"
    article = Article.objects.published().order_by("-pk")[0]
    article.topics.clear()
    desk.post(page)
    article.topics.add(topic)
    assert "Knee 2 is made." in desk.post(page, follow=True).text
    assert "Knee 2 was made a moment ago" in desk.post(page, follow=True).text


def test_another_time_of_the_day_for_the_same_lead_is_not_lost(desk: Client) -> None:
    page = "/admin/enquiries/lead/add/"
    day = ClinicProfile.objects.current().today() + timedelta(days=1)
    fields = {**untouched(desk.get(page), "lead_form"), "name": WORDS, "phone": "555 0142", "consent_contact": "on"}
    fields |= {"next_action_on": str(day), "next_action_time": "10:00"}
    for _click in range(2):
        desk.post(page, fields)
    assert Lead.objects.count() == 1
    desk.post(page, {**fields, "next_action_time": "15:30"})
    assert {lead.next_action_at.minute for lead in Lead.objects.all() if lead.next_action_at} == {0, 30}


def test_another_time_at_which_they_said_it_comes_back_to_who_typed_it(desk: Client, lead: Lead) -> None:
    fields = {**untouched(desk.get(url(lead)), "end-packet-form"), "words": WORDS}
    desk.post(url(lead, "end-packet"), fields)
    answer = desk.post(url(lead, "end-packet"), {**fields, "said_time": "00:00"})
    assert (answer.status_code, "rang &amp; said so" in answer.text) == (422, True)


def test_what_a_colleague_added_is_not_said_to_be_ones_own(desk: Client, django_user_model: Any) -> None:
    other, page = Client(), "/admin/enquiries/lead/add/"
    other.force_login(django_user_model.objects.create_superuser("max@clinic.example"))
    typed = {"name": WORDS, "email": "zoe@example.com", "consent_contact": "on"}
    fields = {**untouched(other.get(page), "lead_form"), **typed}
    other.post(page, fields)
    desk.post(url(Lead.objects.get(), "resend"))
    assert desk.post(page, fields).status_code == 422


@pytest.mark.parametrize("verb", ["end-contact", "end-packet"])
def test_a_word_after_which_they_asked_again_is_written_once_by_two_clicks(
    verb: str, lead: Lead, ask: Callable[..., Any], staff: Any
) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        ask(message="And what does it cost?")
        desk, yesterday = Client(), ClinicProfile.objects.current().today() - timedelta(days=1)
        desk.force_login(staff)
        typed = {"words": WORDS, "said_on": str(yesterday)}
        fields = {**untouched(desk.get(url(lead)), f"{verb}-form"), **typed}
        for _click in range(2):
            assert desk.post(url(lead, verb), fields).status_code == 302
        assert lead.events.filter(kind="consent_ended").count() == 1
