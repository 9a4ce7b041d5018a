from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from enquiries import tasks
from enquiries.actions import erase_person
from enquiries.models import Lead
from mailings.actions import Report, note_report, note_trouble, resume_channel, send_again
from mailings.models import Channel, MailEvent, OutgoingEmail
from mailings.results import finish, retry_or_fail
from tests.enquiries.test_erasure import YEARS, tables_with

Event = MailEvent.Kind
State = OutgoingEmail.State
REPLY = "550 5.1.1 <Canary@example.com> unknown"


@pytest.fixture
def packet(ask: Callable[..., Any]) -> OutgoingEmail:
    """A mail with a past: a try, a failure, and servers that quote the address."""
    ask(name="Canary", email="canary@example.com")
    packet = OutgoingEmail.objects.get(kind="packet")
    retry_or_fail(packet, "451 4.2.2 canary@example.com is full", "4.2.2")
    finish(packet, State.FAILED, REPLY, "5.1.1")
    note_trouble("550 5.7.1 canary@example.com refused", Channel.Reason.POLICY)
    return packet


def erase(_packet: OutgoingEmail) -> None:
    erase_person(address="canary@example.com")


def grow_old(_packet: OutgoingEmail) -> None:
    with time_machine.travel(timezone.now() + YEARS, tick=False):
        tasks.erase_old()


@pytest.mark.parametrize("forget", [erase, grow_old])
def test_no_servers_word_outlives_the_person(packet: OutgoingEmail, forget: Callable[[Any], None]) -> None:
    assert {"mailings_mailevent", "mailings_outgoingemail"} < set(tables_with("canary"))
    forget(packet)
    assert tables_with("canary") == []
    assert packet.events.count() == 2


@pytest.mark.parametrize("forget", [erase, grow_old])
def test_no_page_of_staff_shows_who_it_was(
    desk: Client, packet: OutgoingEmail, forget: Callable[[Any], None], staff: Any
) -> None:
    forget(packet)
    resume_channel(by=staff)
    lead = Lead.objects.get()
    ledger = "/admin/mailings/outgoingemail/"
    pages = ["/admin/", ledger, f"{ledger}?missed=any", f"{ledger}{packet.pk}/change/", lead.get_absolute_url()]
    for page in map(desk.get, pages):
        assert page.status_code == 200
        assert "canary" not in page.text.lower()
        assert "erased.invalid" not in page.text
    assert "/send-again/" not in desk.get(f"{ledger}{packet.pk}/change/").text
    assert not send_again(outgoing=packet, by=staff)


def test_a_report_that_comes_after_the_erasure_brings_nothing_back(packet: OutgoingEmail) -> None:
    erase(packet)
    packet.refresh_from_db()
    OutgoingEmail.objects.update(state=State.SENT, sent_at=timezone.now() - timedelta(hours=1))
    report = Report("mail:1", Event.BOUNCED, packet, address="canary@example.com", status="5.1.1", reply=REPLY)
    assert note_report(report=report)
    assert tables_with("canary") == []


def test_the_trouble_of_others_is_still_told(packet: OutgoingEmail) -> None:
    Channel.objects.update(reply="550 5.7.1 other@example.com refused")
    erase(packet)
    assert Channel.objects.get().reply == "550 5.7.1 other@example.com refused"
