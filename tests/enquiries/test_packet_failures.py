from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from enquiries.actions import correct_address, resend_packet
from enquiries.actions.failure_notices import tell_of_failure
from enquiries.models import Lead, LeadEvent, PacketDelivery
from mailings.actions import Report, note_report, queue_email, send_again, suppress
from mailings.models import MailEvent, OutgoingEmail, Suppression
from mailings.results import finish
from tests.conftest import ADDRESS, AWKWARD_NAME

Event = MailEvent.Kind
Kind = LeadEvent.Kind
State = OutgoingEmail.State
ALERT = "desk@clinic.example"
MISSED = "/admin/enquiries/lead/?packet=failed"


@pytest.fixture(autouse=True)
def alert_address(settings: Any) -> None:
    settings.STAFF_ALERT_EMAIL = ALERT
    settings.FORM_LIMITS = False


@pytest.fixture
def packet(lead: Lead) -> OutgoingEmail:
    return OutgoingEmail.objects.get(kind="packet")


def fail(packet: OutgoingEmail) -> None:
    finish(packet, State.FAILED, f"550 5.1.1 <{packet.email}> unknown", "5.1.1")


def bounce(packet: OutgoingEmail) -> None:
    finish(packet, State.SENT, "250 ok")
    words = f"550 <{packet.email}> unknown"
    note_report(report=Report("postmark:1", Event.BOUNCED, packet, status="5.1.1", reply=words))


def forbid(packet: OutgoingEmail) -> None:
    finish(packet, State.CANCELLED, "reported our mail as spam", forbidden=True)


def lose(packet: OutgoingEmail) -> None:
    finish(packet, State.UNCERTAIN, "cut off twice")


MISHAPS = [fail, bounce, forbid, lose]


def notices() -> list[OutgoingEmail]:
    return list(OutgoingEmail.objects.filter(kind="packet_failed").order_by("pk"))


def missed(client: Client) -> set[str]:
    return {str(lead) for lead in client.get(MISSED).context["cl"].result_list}


@pytest.mark.parametrize(
    ("mishap", "kind", "words"),
    [
        (fail, Kind.PACKET_FAILED, "The packet could not be sent."),
        (bounce, Kind.PACKET_BOUNCED, "The packet came back."),
        (forbid, Kind.PACKET_NOT_SENT, "No packet was sent: reported our mail as spam"),
        (lose, Kind.PACKET_UNCERTAIN, "Nobody can say whether the packet arrived."),
    ],
)
def test_the_leads_timeline_says_so_and_leads_to_the_tries(
    desk: Client, lead: Lead, packet: OutgoingEmail, mishap: Callable[..., None], kind: str, words: str
) -> None:
    mishap(packet)
    assert lead.events.filter(kind=kind).count() == 1
    page = desk.get(lead.get_absolute_url()).text
    assert words in page
    # Queued, the mishap (and, of one that came back, sent), and in the list of mails.
    assert page.count(f"/admin/mailings/outgoingemail/{packet.pk}/change/") == (4 if mishap is bounce else 3)


def test_a_complaint_is_on_the_timeline(desk: Client, lead: Lead, packet: OutgoingEmail) -> None:
    finish(packet, State.SENT, "250 ok")
    note_report(report=Report("postmark:2", Event.COMPLAINED, packet))
    assert "Reported the packet as spam" in desk.get(lead.get_absolute_url()).text
    assert notices() == []


def test_who_may_not_see_the_ledger_gets_no_links_to_it(
    lead: Lead, packet: OutgoingEmail, django_user_model: Any
) -> None:
    viewer = django_user_model.objects.create_user("viewer@clinic.example")
    viewer.user_permissions.add(Permission.objects.get(codename="view_lead"))
    client = Client()
    client.force_login(viewer)
    assert "outgoingemail" not in client.get(lead.get_absolute_url()).text


@pytest.mark.parametrize("mishap", MISHAPS)
def test_a_lead_is_listed_until_another_packet_is_sent(
    desk: Client, lead: Lead, packet: OutgoingEmail, staff: Any, mishap: Callable[..., None]
) -> None:
    mishap(packet)
    assert missed(desk) == {AWKWARD_NAME}
    correct_address(lead=lead, email="zoe@example.org", resend=False, by=staff)
    assert missed(desk) == {AWKWARD_NAME}
    OutgoingEmail.objects.filter(kind="packet").update(created_at=timezone.now() - timedelta(hours=1))
    resend_packet(lead=lead, by=staff)
    assert missed(desk) == set()


def test_a_lead_is_off_the_list_when_the_same_mail_goes_again(
    desk: Client, lead: Lead, packet: OutgoingEmail, staff: Any
) -> None:
    fail(packet)
    send_again(outgoing=packet, by=staff)
    assert missed(desk) == set()


def test_a_packet_no_longer_wanted_is_not_missed(desk: Client, packet: OutgoingEmail) -> None:
    finish(packet, State.CANCELLED, "no longer wanted")
    assert missed(desk) == set()
    assert notices() == []


@pytest.mark.parametrize("mishap", MISHAPS)
def test_staff_get_one_notice_that_names_nobody(
    lead: Lead, packet: OutgoingEmail, deliver: Callable[[], None], mailoutbox: list[Any], mishap: Callable[..., None]
) -> None:
    mishap(packet)
    [notice] = notices()
    assert notice.email == ALERT
    OutgoingEmail.objects.filter(kind="staff_notice").update(state="cancelled")
    deliver()
    [mail] = [found for found in mailoutbox if found.to == [ALERT]]
    assert mail.subject == "A packet did not arrive"
    assert f"/admin/enquiries/lead/{lead.pk}/change/" in mail.body
    for text in (mail.subject, mail.body, mail.alternatives[0][0], str(mail.message()["Subject"])):
        for secret in (ADDRESS, "Zoë", "O'Brien", "unknown", "spam"):
            assert secret not in text


def test_whoever_sends_again_hears_when_that_failed_too(packet: OutgoingEmail, staff: Any) -> None:
    fail(packet)
    send_again(outgoing=packet, by=staff)
    packet.refresh_from_db()
    fail(packet)
    assert len(notices()) == 2


def test_without_an_address_for_notices_nothing_is_queued(packet: OutgoingEmail, settings: Any, caplog: Any) -> None:
    settings.STAFF_ALERT_EMAIL = ""
    fail(packet)
    assert notices() == []
    assert caplog.records == []


def test_a_newsletter_mail_that_fails_is_no_packet(client: Client, first_content: None) -> None:
    client.post("/newsletter/", {"email": ADDRESS, "consent": "on"})
    fail(OutgoingEmail.objects.get(kind="newsletter_confirm"))
    assert notices() == []


def test_a_notice_that_fails_gives_no_further_notice(packet: OutgoingEmail) -> None:
    fail(packet)
    fail(notices()[0])
    assert len(notices()) == 1


def test_many_failures_at_once_are_one_notice_an_hour_more(
    ask: Callable[..., Any], deliver: Any, mailoutbox: Any, staff: Any
) -> None:
    with time_machine.travel("2027-01-15T12:10:00Z", tick=False) as clock:
        for number in range(30):
            ask(email=f"zoe{number}@example.com")
        packets = list(OutgoingEmail.objects.filter(kind="packet"))
        for packet in packets[:25]:
            fail(packet)
        assert [notice.staff_notice.about for notice in notices()[19:]] == ["packet", "packets"]
        clock.shift(timedelta(minutes=51))
        send_again(outgoing=packets[0], by=staff)
        packets[0].refresh_from_db()
        fail(packets[0])
        assert len(notices()) == 22
        for packet in packets[25:27]:
            fail(packet)
        assert len(notices()) == 22
        clock.shift(timedelta(minutes=70))
        fail(packets[27])
        assert [notice.staff_notice.delivery.outgoing for notice in notices()[22:]] == [packets[27]]
        OutgoingEmail.objects.exclude(kind="packet_failed").update(state="cancelled")
        deliver()
    [many] = {mail.body for mail in mailoutbox if mail.subject == "Many packets did not arrive"}
    assert "/admin/enquiries/lead/?packet=failed" in many


def test_a_fault_of_the_notice_leaves_the_result(packet: OutgoingEmail, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("enquiries.actions.failure_notices.queue_notice", lambda **_: 1 / 0)
    fail(packet)
    packet.refresh_from_db()
    assert packet.state == State.FAILED


def test_a_packet_that_delivery_keeps_back_is_told(packet: OutgoingEmail, deliver: Callable[[], None]) -> None:
    suppress(address=ADDRESS, reason=Suppression.Reason.NOT_REQUESTED)
    deliver()
    assert [notice.staff_notice.delivery.outgoing for notice in notices()] == [packet]


def test_staff_are_told_once_of_a_failure_however_the_mail_is_locked(packet: OutgoingEmail) -> None:
    fail(packet)
    OutgoingEmail.objects.filter(kind="packet_failed").update(dedupe_key="another-lock")
    tell_of_failure(PacketDelivery.objects.get())
    assert len(notices()) == 1


@pytest.mark.parametrize("kind", ["packet_failed", "staff_notice", "lead_assigned"])
def test_a_notice_of_which_nobody_knows_what_it_tells_is_not_sent(
    lead: Lead, kind: str, deliver: Callable[[], None], mailoutbox: list[Any]
) -> None:
    queue_email(kind=kind, address=ALERT, dedupe_key="of-nothing")
    deliver()
    [notice] = OutgoingEmail.objects.filter(dedupe_key="of-nothing")
    assert (notice.state, notice.why) == (State.CANCELLED, "no_longer_wanted")
