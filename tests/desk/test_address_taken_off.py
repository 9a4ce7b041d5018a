from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from enquiries.actions import erase_person, export_person, merge_leads
from enquiries.models import Lead, LeadEvent
from foundation.actors import VISITOR
from mailings.actions import disown_email, stop_mail
from mailings.models import OutgoingEmail
from mailings.rules import why_not
from newsletters.models import Subscriber
from tests.browser_posts import untouched
from tests.conftest import ADDRESS
from tests.desk.test_two_people_editing import url
from tests.enquiries.test_erasure import tables_with

TYPO = "typo@example.org"
STRANGER = "Paul Stranger"
BUTTON = "This address was mistyped: it is not theirs"


@pytest.fixture
def mistyped(lead: Lead, ask: Callable[..., Any], staff: Any) -> Lead:
    """The same person wrote from there at first, by a slip, and is one with the right one by now."""
    ask(email=TYPO, consent_newsletter="on", message="With a slip")
    found = Lead.objects.get(email=TYPO)
    merge_leads(lead=found, into=lead, by=staff)
    OutgoingEmail.objects.update(created_at=timezone.now() - timedelta(hours=1))
    return Lead.objects.get(pk=found.pk)


def take_off(desk: Client, mistyped: Lead) -> None:
    survivor = mistyped.survivor()
    form = untouched(desk.get(url(survivor)), url(mistyped, "take-address-off"))
    assert desk.post(url(mistyped, "take-address-off"), form)["Location"] == url(survivor)
    mistyped.refresh_from_db()


def packet_to(address: str) -> OutgoingEmail:
    return OutgoingEmail.objects.filter(kind="packet", email=address).latest("pk")


def test_it_is_not_theirs_any_more_and_what_they_wrote_stays(desk: Client, lead: Lead, mistyped: Lead) -> None:
    assert BUTTON in desk.get(url(mistyped)).text
    take_off(desk, mistyped)
    page = desk.get(url(lead)).text
    assert (mistyped.email, mistyped.merged_into, BUTTON in page) == (None, lead, False)
    assert "With a slip" in page
    assert f"was mistyped and is not theirs: {TYPO}" in page


def test_what_its_owner_writes_is_their_own(
    desk: Client, lead: Lead, mistyped: Lead, ask: Callable[..., Any], staff: Any
) -> None:
    take_off(desk, mistyped)
    OutgoingEmail.objects.filter(email=TYPO).update(state="failed")
    ask(email=TYPO, name=STRANGER, message="I have a liver disease")
    stranger = Lead.objects.get(email=TYPO)
    assert (stranger.name, stranger.merged_into) == (STRANGER, None)
    assert "liver" not in str(export_person(address=ADDRESS, by=staff))
    assert "With a slip" not in str(export_person(address=TYPO, by=staff))


@pytest.mark.parametrize("wrote", [True, False])
def test_erasing_its_owner_leaves_the_person_and_no_trace_of_the_address(
    desk: Client, lead: Lead, mistyped: Lead, ask: Callable[..., Any], wrote: bool
) -> None:
    take_off(desk, mistyped)
    if wrote:
        ask(email=TYPO, name=STRANGER, message="I have a liver disease")
    erase_person(address=TYPO)
    lead.refresh_from_db()
    assert (lead.erased_at, lead.email) == (None, ADDRESS)
    assert tables_with(TYPO) == []
    erase_person(address=ADDRESS)
    assert tables_with(TYPO) == tables_with(ADDRESS) == []


def test_what_its_owner_says_of_our_mail_stops_no_mail_to_the_person(desk: Client, lead: Lead, mistyped: Lead) -> None:
    disown_email(outgoing=packet_to(TYPO).uuid)
    assert desk.post(url(lead, "resend")).status_code == 422
    take_off(desk, mistyped)
    assert desk.post(url(lead, "resend")).status_code == 302
    assert why_not(TYPO) == "not_requested"


def test_the_sign_up_that_waits_there_goes_along(desk: Client, mistyped: Lead) -> None:
    take_off(desk, mistyped)
    assert dict(Subscriber.objects.values_list("email", "state")) == {ADDRESS: "pending", TYPO: "unsubscribed"}


def test_mail_goes_to_the_survivors_own_address_again(desk: Client, lead: Lead, mistyped: Lead) -> None:
    assert desk.post(url(lead, "correct-address"), {"email": TYPO}).status_code == 302
    take_off(desk, mistyped)
    lead.refresh_from_db()
    assert (lead.mailed_as, lead.mail_address) == (None, ADDRESS)


def test_an_undo_gives_the_address_back_while_nobody_has_it(desk: Client, mistyped: Lead) -> None:
    take_off(desk, mistyped)
    assert desk.post(url(mistyped, "unmerge")).status_code == 302
    mistyped.refresh_from_db()
    assert (mistyped.merged_into, mistyped.email) == (None, TYPO)


@pytest.mark.parametrize("phone", ["", "555 0100"])
def test_an_undo_gives_no_address_of_somebody_else_back(
    desk: Client, mistyped: Lead, ask: Callable[..., Any], phone: str
) -> None:
    Lead.objects.filter(pk=mistyped.pk).update(phone=phone)
    take_off(desk, mistyped)
    ask(email=TYPO, name=STRANGER)
    told = desk.post(url(mistyped, "unmerge"), follow=True).text
    mistyped.refresh_from_db()
    assert (mistyped.email, mistyped.merged_into is None) == (None, bool(phone))
    assert ("so it stays merged" in told) == (not phone)


def test_an_undo_finds_no_address_of_who_was_erased(desk: Client, mistyped: Lead) -> None:
    take_off(desk, mistyped)
    erase_person(address=TYPO)
    desk.post(url(mistyped, "unmerge"))
    mistyped.refresh_from_db()
    assert (mistyped.email, mistyped.merged_into is None) == (None, False)


def test_only_who_may_merge_takes_an_address_off_and_only_of_a_merged_one(
    desk: Client, lead: Lead, mistyped: Lead, staff: Any
) -> None:
    told = desk.post(url(lead, "take-address-off"), follow=True).text
    assert "Only a lead that is merged into another one" in told
    desk.get(url(mistyped, "take-address-off"))
    staff.is_superuser = False
    staff.save()
    staff.user_permissions.set(Permission.objects.filter(codename__in=["view_lead", "change_lead"]))
    assert desk.post(url(mistyped, "take-address-off")).status_code == 403
    assert BUTTON not in desk.get(url(lead)).text
    assert Lead.objects.filter(email__in=[ADDRESS, TYPO]).count() == 2


def lift(desk: Client, lead: Lead) -> Any:
    return desk.post(url(lead, "lift-stop"), {"words": "She rang", "send_packet": ""})


def test_lifting_their_stop_lifts_none_that_another_mailbox_said(desk: Client, lead: Lead, mistyped: Lead) -> None:
    disown_email(outgoing=packet_to(TYPO).uuid)
    refused = lift(desk, lead)
    assert (refused.status_code, "If that address was mistyped" in refused.text) == (422, True)
    stop_mail(address=ADDRESS, by=VISITOR)
    assert lift(desk, lead).status_code == 422
    assert (why_not(ADDRESS), why_not(TYPO)) == ("asked_to_stop", "not_requested")
    take_off(desk, mistyped)
    assert lift(desk, lead).status_code == 302
    assert (why_not(ADDRESS), why_not(TYPO)) == (None, "not_requested")


def test_lifting_their_stop_lifts_what_their_own_mailbox_said(desk: Client, lead: Lead, mistyped: Lead) -> None:
    disown_email(outgoing=packet_to(ADDRESS).uuid)
    assert lift(desk, lead).status_code == 302
    assert why_not(ADDRESS) is None
    assert LeadEvent.objects.filter(lead=lead, kind=LeadEvent.Kind.STOP_LIFTED).count() == 1
