from collections.abc import Callable
from typing import Any

import pytest

from enquiries.actions import merge_leads, unmerge_lead
from enquiries.models import Lead
from mailings.actions import lift_suppression, write_off
from mailings.models import OutgoingEmail, Suppression
from newsletters import segments
from newsletters.models import Newsletter, Subscriber

READER, OLD, OLDEST = "zoe@example.org", "zoe.old@example.org", "zoe.oldest@example.org"


@pytest.fixture
def leads(first_content: None, join: Callable[..., Subscriber]) -> list[Lead]:
    """One who reads the newsletter, and two who turn out to be the same."""
    join(READER)
    join("bob@example.org")
    plan = {"next_action": "x", "next_action_on": "2028-01-01"}
    return [Lead.objects.create(email=address, **plan) for address in (READER, OLD, OLDEST)]


def readers(newsletter: Newsletter) -> list[str]:
    return sorted(newsletter.recipients.values_list("subscriber__email", flat=True))


@pytest.mark.parametrize("reason", ["asked_to_stop", "complaint", "not_requested"])
@pytest.mark.parametrize("stops_first", [True, False])
@pytest.mark.parametrize("survives", [0, 1])
def test_who_asked_to_stop_at_another_address_gets_no_newsletter_at_this_one(
    leads: list[Lead], staff: Any, under_way: Callable[[], Newsletter], reason: str, stops_first: bool, survives: int
) -> None:
    if stops_first:
        write_off(address=OLD, reason=reason)
    merge_leads(lead=leads[1 - survives], into=leads[survives], by=staff)
    if not stops_first:
        write_off(address=OLD, reason=reason)
    newsletter = under_way()
    assert newsletter.candidates == 1
    assert readers(newsletter) == ["bob@example.org"]


@pytest.mark.parametrize("stops_first", [True, False])
def test_nor_does_what_is_under_way_already(
    leads: list[Lead], staff: Any, under_way: Callable[[], Newsletter], deliver: Callable[[], None], stops_first: bool
) -> None:
    under_way()
    if stops_first:
        write_off(address=OLD, reason="asked_to_stop")
    merge_leads(lead=leads[1], into=leads[0], by=staff)
    if not stops_first:
        write_off(address=OLD, reason="asked_to_stop")
    deliver()
    mails = OutgoingEmail.objects.filter(kind="newsletter").order_by("email")
    assert [*mails.values_list("email", "state", "why")] == [
        ("bob@example.org", "sent", ""),
        (READER, "cancelled", "asked_to_stop"),
    ]


def test_however_deep_they_are_merged(leads: list[Lead], staff: Any, draft: Newsletter) -> None:
    write_off(address=OLDEST, reason="asked_to_stop")
    merge_leads(lead=leads[2], into=leads[1], by=staff)
    leads[1].refresh_from_db()
    merge_leads(lead=leads[1], into=leads[0], by=staff)
    assert segments.count(draft) == 1


def test_taken_apart_or_lifted_it_reads_on(leads: list[Lead], staff: Any, draft: Newsletter) -> None:
    write_off(address=OLD, reason="asked_to_stop")
    merge_leads(lead=leads[1], into=leads[0], by=staff)
    assert segments.count(draft) == 1
    leads[1].refresh_from_db()
    unmerge_lead(lead=leads[1], by=staff)
    assert segments.count(draft) == 2
    merge_leads(lead=Lead.objects.get(email=OLD), into=Lead.objects.get(email=READER), by=staff)
    lift_suppression(suppression=Suppression.objects.get(), by=staff)
    assert segments.count(draft) == 2


@pytest.mark.parametrize("reason", ["hard_bounce", "comes_back", "unsubscribed"])
def test_what_is_about_one_address_says_nothing_of_another(
    leads: list[Lead], staff: Any, draft: Newsletter, reason: str
) -> None:
    write_off(address=OLD, reason=reason)
    merge_leads(lead=leads[1], into=leads[0], by=staff)
    assert segments.count(draft) == 2
