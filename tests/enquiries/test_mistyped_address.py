from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from enquiries.actions import erase_person, export_person
from enquiries.models import Lead, LeadEvent, PacketDelivery
from mailings.actions import stop_mail, write_off
from mailings.emails import token_url
from mailings.models import Consent, OutgoingEmail
from mailings.rules import why_not
from newsletters.actions import confirm_subscription, unsubscribe
from newsletters.models import Subscriber
from tests.browser_posts import untouched
from tests.conftest import ADDRESS
from tests.desk.test_two_people_editing import url

MISTYPED = "typo@example.org"
State = Subscriber.State
MOVED = [(MISTYPED, State.UNSUBSCRIBED), (ADDRESS, State.PENDING)]


def packet_link(delivery: PacketDelivery) -> str:
    return "/" + token_url("enquiries:packet", "packet", delivery.uuid).split("/", 3)[3]


def correct(desk: Client, lead: Lead, **fields: str) -> None:
    form = untouched(desk.get(url(lead)), "correct-address-form")
    assert desk.post(url(lead, "correct-address"), {**form, "email": ADDRESS, **fields}).status_code == 302


@pytest.fixture
def mistyped(ask: Callable[..., Any], deliver: Callable[[], None]) -> Lead:
    ask(email=MISTYPED, consent_newsletter="on")
    deliver()
    return Lead.objects.get()


@pytest.mark.parametrize("reason", ["complaint", "not_requested"])
def test_what_a_stranger_said_of_our_mail_does_not_go_along(desk: Client, mistyped: Lead, reason: str) -> None:
    OutgoingEmail.objects.update(created_at=timezone.now() - timedelta(hours=1))
    write_off(address=MISTYPED, reason=reason)
    correct(desk, mistyped, resend="on")
    assert (why_not(ADDRESS), str(why_not(MISTYPED))) == (None, reason)
    assert OutgoingEmail.objects.filter(kind="packet", email=ADDRESS).exists()


def signed_up() -> list[tuple[str, str]]:
    return list(Subscriber.objects.order_by("email").values_list("email", "state"))


def test_a_sign_up_that_waits_goes_along_and_the_strangers_link_no_longer_counts(
    desk: Client, mistyped: Lead, deliver: Callable[[], None], mailoutbox: list[Any]
) -> None:
    sent_there = Subscriber.objects.get().confirmation
    correct(desk, mistyped)
    assert signed_up() == MOVED
    assert sent_there
    assert confirm_subscription(confirmation=sent_there.uuid) is None
    mailoutbox.clear()
    deliver()
    assert [mail.to for mail in mailoutbox] == [[ADDRESS]]
    new = Subscriber.objects.get(email=ADDRESS).confirmation
    assert new
    assert confirm_subscription(confirmation=new.uuid)


@pytest.mark.parametrize("stop", ["hard_bounce", "not_requested", "complaint"])
def test_a_sign_up_that_only_the_wrong_address_ended_goes_along(desk: Client, mistyped: Lead, stop: str) -> None:
    write_off(address=MISTYPED, reason=stop)
    assert signed_up() == [(MISTYPED, State.UNSUBSCRIBED)]
    correct(desk, mistyped)
    assert signed_up() == MOVED


def test_what_is_not_this_leads_sign_up_stays_where_it_is(
    desk: Client, client: Client, mistyped: Lead, ask: Callable[..., Any]
) -> None:
    client.post("/newsletter/", {"email": MISTYPED, "consent": "on"})
    correct(desk, mistyped)
    assert signed_up() == [(MISTYPED, State.PENDING)]


@pytest.mark.parametrize("what", ["confirmed", "left", "stopped"])
def test_who_confirmed_left_or_asked_us_to_stop_is_signed_up_nowhere_else(
    desk: Client, mistyped: Lead, staff: Any, what: str
) -> None:
    found = Subscriber.objects.get()
    assert found.confirmation
    if what == "confirmed":
        confirm_subscription(confirmation=found.confirmation.uuid)
    elif what == "left":
        unsubscribe(subscriber=found.uuid)
    else:
        stop_mail(address=MISTYPED, by=staff)
    before = signed_up()
    correct(desk, mistyped)
    assert signed_up() == before


def test_erasing_the_stranger_takes_no_sign_up_of_the_person(desk: Client, mistyped: Lead) -> None:
    correct(desk, mistyped)
    erase_person(address=MISTYPED)
    assert signed_up() == [(ADDRESS, State.PENDING)]
    assert OutgoingEmail.objects.get(kind="newsletter_confirm", email=ADDRESS).state == "queued"
    erase_person(address=ADDRESS)
    assert (signed_up(), Consent.objects.exclude(email="").exists()) == ([], False)


def test_a_stranger_who_opens_the_old_link_is_no_contact_with_the_person(
    desk: Client, client: Client, mistyped: Lead, staff: Any
) -> None:
    link = packet_link(PacketDelivery.objects.get())
    correct(desk, mistyped)
    assert client.post(link)["Content-Type"] == "application/pdf"
    assert not LeadEvent.objects.filter(kind=LeadEvent.Kind.PACKET_DOWNLOADED).exists()
    assert PacketDelivery.objects.get().first_downloaded_at is None
    assert "'first_downloaded_at': None" in str(export_person(address=ADDRESS, by=staff)["information_packets"])


def test_the_person_who_opens_the_new_link_is(desk: Client, client: Client, mistyped: Lead) -> None:
    OutgoingEmail.objects.update(created_at=timezone.now() - timedelta(hours=1))
    correct(desk, mistyped, resend="on")
    client.post(packet_link(PacketDelivery.objects.get(outgoing__email=ADDRESS)))
    assert LeadEvent.objects.filter(lead=mistyped, kind=LeadEvent.Kind.PACKET_DOWNLOADED).count() == 1
