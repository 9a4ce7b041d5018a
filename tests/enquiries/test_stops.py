import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from enquiries.actions import (
    erase_person,
    export_person,
    log_call,
    merge_leads,
    move_lead,
    set_next_action,
    unmerge_lead,
)
from enquiries.models import Lead, LeadEvent, PacketDelivery
from foundation.actors import Actor
from mailings.actions import lift_suppression, write_off
from mailings.models import OutgoingEmail, Suppression
from mailings.rules import why_not
from tests.browser_posts import untouched
from tests.desk.test_export_list import taken

PERSONAL = ["not_requested", "complaint", "asked_to_stop"]
TEMPLATE = "We tried to ring you"


@pytest.fixture
def other(ask: Callable[..., Any], lead: Lead) -> Lead:
    ask(email="z.obrien@example.com")
    return Lead.objects.exclude(pk=lead.pk).get()


def deliveries_to(address: str) -> int:
    return PacketDelivery.objects.filter(outgoing__email=address).count()


def old_packets() -> None:
    long_ago = "2020-01-01T00:00Z"
    OutgoingEmail.objects.update(created_at=long_ago, sent_at=long_ago, state="sent")


@pytest.mark.parametrize("reason", PERSONAL)
@pytest.mark.parametrize("merge_first", [True, False])
def test_a_stop_of_either_holds_for_both_whichever_came_first(
    desk: Client, lead: Lead, other: Lead, staff: Any, ask: Callable[..., Any], reason: str, merge_first: bool
) -> None:
    old_packets()
    if merge_first:
        merge_leads(lead=other, into=lead, by=staff)
    write_off(address=other.email or "", reason=reason)
    if not merge_first:
        merge_leads(lead=other, into=lead, by=staff)
    sent = deliveries_to(lead.email or "")
    ask(message="Once more?")
    assert deliveries_to(lead.email or "") == sent
    assert lead.events.filter(kind=LeadEvent.Kind.PACKET_NOT_SENT, data__why=reason).exists()
    assert "Nothing may be sent to this address" in desk.get(lead.get_absolute_url()).text


def test_that_one_address_is_dead_says_nothing_of_the_other(
    lead: Lead, other: Lead, staff: Any, ask: Callable[..., Any]
) -> None:
    old_packets()
    write_off(address=other.email or "", reason="hard_bounce")
    merge_leads(lead=other, into=lead, by=staff)
    ask(message="Once more?")
    assert deliveries_to(lead.email or "") == 2


def test_what_waits_for_the_survivor_does_not_go_after_the_merge_with_who_asked_to_stop(
    lead: Lead, other: Lead, staff: Any, deliver: Callable[[], None], mailoutbox: list[Any]
) -> None:
    write_off(address=other.email or "", reason="asked_to_stop")
    merge_leads(lead=other, into=lead, by=staff)
    deliver()
    assert [mail.to for mail in mailoutbox if mail.attachments] == []


def test_the_undo_restores_what_was(lead: Lead, other: Lead, staff: Any, ask: Callable[..., Any]) -> None:
    old_packets()
    write_off(address=other.email or "", reason="asked_to_stop")
    merge_leads(lead=other, into=lead, by=staff)
    unmerge_lead(lead=other, by=staff)
    ask(message="Once more?")
    assert deliveries_to(lead.email or "") == 2
    assert why_not(other.email)


def test_whoever_compares_two_sees_that_one_asked_to_stop(desk: Client, lead: Lead, other: Lead) -> None:
    page = f"/admin/enquiries/lead/{lead.pk}/merge/?other=%23{other.pk}"
    assert "they asked us to stop" not in desk.get(page).text
    write_off(address=other.email or "", reason="asked_to_stop")
    shown = desk.get(page).text
    assert "they asked us to stop" in shown
    assert "If either of the two asked us to stop" in shown


def correct(desk: Client, lead: Lead, **fields: str) -> Any:
    page = f"/admin/enquiries/lead/{lead.pk}/correct-address/"
    form = untouched(desk.get(lead.get_absolute_url()), "correct-address-form")
    return desk.post(page, {**form, "email": "new@example.com", **fields}, follow=True)


def stop(lead: Lead, by: Actor) -> None:
    move_lead(lead=lead, stage="lost", asked_to_stop=True, by=by)


def test_correcting_the_address_of_who_asked_to_stop_sends_nothing_and_asks(
    desk: Client, lead: Lead, staff: Any
) -> None:
    stop(lead, staff)
    answer = correct(desk, lead, resend="on")
    assert answer.status_code == 422
    assert "They asked us to stop. Without this tick nothing goes to the new address either." in answer.text
    lead.refresh_from_db()
    assert lead.email == "zoe@example.com"
    assert deliveries_to("new@example.com") == 0


def test_their_stop_goes_along_to_the_corrected_address(desk: Client, lead: Lead, staff: Any) -> None:
    stop(lead, staff)
    correct(desk, lead)
    lead.refresh_from_db()
    assert lead.email == "new@example.com"
    assert str(why_not("new@example.com")) == "asked_to_stop"


def test_who_has_asked_since_gets_the_packet_at_the_corrected_address(desk: Client, lead: Lead, staff: Any) -> None:
    old_packets()
    stop(lead, staff)
    correct(desk, lead, resend="on", asked_since="on")
    assert deliveries_to("new@example.com") == 1
    assert why_not("new@example.com") is None


def test_a_stranger_who_asked_for_nothing_does_not_silence_who_mistyped_their_address(desk: Client, lead: Lead) -> None:
    old_packets()
    write_off(address=lead.email or "", reason="not_requested")
    assert "They have asked for mail since" not in desk.get(lead.get_absolute_url()).text
    correct(desk, lead, resend="on")
    assert deliveries_to("new@example.com") == 1


@pytest.mark.parametrize(("ours", "theirs", "kept"), [(1, 9, 1), (9, 1, 1)])
def test_the_earlier_next_action_survives_with_its_words_and_the_undo_gives_both_their_own(
    lead: Lead, other: Lead, staff: Any, ours: int, theirs: int, kept: int
) -> None:
    log_call(lead=lead, outcome="spoke", text="", by=staff)
    log_call(lead=other, outcome="spoke", text="", by=staff)
    for one, words, day in ((lead, "Ours", ours), (other, "Theirs", theirs)):
        set_next_action(lead=one, next_action=words, next_action_on=date(2028, 1, day), by=staff)
    words = "Ours" if ours < theirs else "Theirs"
    merge_leads(lead=other, into=lead, by=staff)
    lead.refresh_from_db()
    assert (lead.next_action, lead.next_action_on) == (words, date(2028, 1, kept))
    assert LeadEvent.objects.of(lead.family()).filter(kind=LeadEvent.Kind.NEXT_ACTION, text=words).exists()
    other.refresh_from_db()
    unmerge_lead(lead=other, by=staff)
    lead.refresh_from_db()
    other.refresh_from_db()
    assert (lead.next_action, lead.next_action_on) == ("Ours", date(2028, 1, ours))
    assert (other.next_action, other.next_action_on) == ("Theirs", date(2028, 1, theirs))


def test_lifting_the_stop_opens_both_again(lead: Lead, other: Lead, staff: Any, ask: Callable[..., Any]) -> None:
    old_packets()
    write_off(address=other.email or "", reason="asked_to_stop")
    merge_leads(lead=other, into=lead, by=staff)
    lift_suppression(suppression=Suppression.objects.get(), by=staff)
    ask(message="Once more?")
    assert deliveries_to(lead.email or "") == 2


def test_an_exported_list_says_so_too(desk: Client, lead: Lead, other: Lead, staff: Any) -> None:
    write_off(address=other.email or "", reason="asked_to_stop")
    merge_leads(lead=other, into=lead, by=staff)
    assert [row["May be mailed"] for row in taken(desk) if row["E-mail address"] == lead.email] == ["no"]


def test_a_mail_to_many_leaves_them_out_and_says_why(desk: Client, lead: Lead, other: Lead, staff: Any) -> None:
    write_off(address=other.email or "", reason="asked_to_stop")
    merge_leads(lead=other, into=lead, by=staff)
    page = desk.post("/admin/enquiries/lead/", {"action": "bulk_document", "_selected_action": lead.pk}).text
    assert "they asked us to stop" in page


@pytest.mark.parametrize("reasons", [["hard_bounce", "asked_to_stop"], ["asked_to_stop", "hard_bounce"]])
def test_a_dead_address_hides_no_stop(
    desk: Client, lead: Lead, other: Lead, staff: Any, ask: Callable[..., Any], reasons: list[str]
) -> None:
    old_packets()
    for reason in reasons:
        write_off(address=other.email or "", reason=reason)
    merge_leads(lead=other, into=lead, by=staff)
    ask(message="Once more?")
    assert deliveries_to(lead.email or "") == 1


@pytest.mark.parametrize("first", ["hard_bounce", "not_requested"])
def test_what_came_before_a_stop_does_not_hide_it_from_who_corrects_the_address(
    desk: Client, lead: Lead, staff: Any, first: str
) -> None:
    write_off(address=lead.email or "", reason=first)
    stop(lead, staff)
    assert correct(desk, lead, resend="on").status_code == 422
    correct(desk, lead)
    assert str(why_not("new@example.com")) == "asked_to_stop"


def test_after_the_undo_the_survivor_tells_nothing_of_the_others_plan(lead: Lead, other: Lead, staff: Any) -> None:
    words = "Ask about her stoma"
    set_next_action(lead=other, next_action=words, next_action_on=date(2026, 1, 1), by=staff)
    merge_leads(lead=other, into=lead, by=staff)
    unmerge_lead(lead=other, by=staff)
    assert words not in json.dumps(export_person(address=lead.email or ""), default=str)
    erase_person(address=other.email or "", by=staff)
    assert words not in str(list(LeadEvent.objects.values_list("text", "data")))
