from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from foundation.models import ClinicProfile
from mailings import results
from mailings.actions import Report, note_report, suppress
from mailings.admin.mail_timeline import SENTENCES, meaning_of
from mailings.models import Channel, MailEvent, OutgoingEmail, Suppression, Why
from tests.browser_posts import untouched

Kind = MailEvent.Kind
State = OutgoingEmail.State
VERBS = ["send-again", "settle"]


def url(mail: OutgoingEmail, verb: str = "change") -> str:
    return f"/admin/mailings/outgoingemail/{mail.pk}/{verb}/"


def sentences(client: Client, mail: OutgoingEmail) -> list[str]:
    return [str(line.sentence) for line in client.get(url(mail)).context["lines"]]


def next_words(client: Client, mail: OutgoingEmail) -> str:
    return client.get(url(mail)).context["next"]


def test_the_page_tells_each_try_with_the_servers_reply(desk: Client, packet: OutgoingEmail, staff: Any) -> None:
    results.retry_or_fail(packet, "451 4.2.2 mailbox of Zoë is full", "4.2.2")
    results.finish(packet, State.SENT, "250 ok")
    note_report(report=Report("postmark:1", Kind.BOUNCED, packet, status="5.1.1", reply="550 no such user"))
    page = desk.get(url(packet))
    assert [line.kind for line in page.context["lines"]] == ["bounced", "sent", "deferred", "queued"]
    for words in (
        "451 4.2.2 mailbox of Zoë is full", "The mailbox is full.", "250 ok", "550 no such user",
        "There is no such address", "reported by postmark", "came back",
    ):  # fmt: skip
        assert words in page.text


def test_every_kind_of_event_has_a_sentence() -> None:
    assert set(SENTENCES) == set(Kind)


@pytest.mark.parametrize(
    ("status", "words"),
    [("5.1.1", "no such address"), ("4.2.2", "full"), ("5.7.26", "unwanted"), ("5.1.8", "our own address")],
)
def test_a_code_is_said_in_plain_words(status: str, words: str) -> None:
    assert words in str(meaning_of(status))


@pytest.mark.parametrize("status", ["", "550", "5", "5.", "5.9.9", "x" * 12])
def test_a_code_that_says_nothing_is_left_alone(status: str) -> None:
    assert meaning_of(status) == ""


def test_who_sent_it_again_is_named(desk: Client, packet: OutgoingEmail) -> None:
    results.finish(packet, State.FAILED, "554 no")
    page = desk.post(url(packet, "send-again"), follow=True).text
    assert "1 mail is on its way again." in page
    assert "Sent again by staff." in page
    assert "Sam Staff" in page
    packet.refresh_from_db()
    assert packet.state == State.QUEUED


@pytest.mark.parametrize(
    ("state", "sentence"), [(State.SENT, "Sent: the mail server took it."), (State.FAILED, "Given up")]
)
def test_a_mail_older_than_the_ledger_says_what_its_row_knows(
    desk: Client, packet: OutgoingEmail, state: str, sentence: str
) -> None:
    OutgoingEmail.objects.update(state=state, sent_at=timezone.now(), last_reply="250 of long ago")
    assert sentences(desk, packet)[0].startswith(sentence)
    assert sentences(desk, packet)[1:] == ["Put on its way."]
    assert "250 of long ago" in desk.get(url(packet)).text


@time_machine.travel("2027-01-15T12:00:00Z", tick=False)
def test_the_next_try_is_told_by_the_clock_in_the_clinic(packet: OutgoingEmail, staff: Any) -> None:
    client = Client()
    client.force_login(staff)
    ClinicProfile.objects.update(time_zone="America/New_York")
    OutgoingEmail.objects.update(next_attempt_at="2027-01-15T19:05:00Z")
    assert next_words(client, packet) == "Next try: 2:05 p.m."
    OutgoingEmail.objects.update(next_attempt_at="2027-01-16T19:05:00Z")
    assert "Jan. 16, 2027" in next_words(client, packet)


def test_it_says_why_a_mail_waits(desk: Client, packet: OutgoingEmail) -> None:
    assert next_words(desk, packet) == "It goes out within a minute."
    later = timezone.now() + timedelta(minutes=10)
    Channel.objects.create(failing_since=timezone.now(), failures=1, retry_at=later)
    assert "waits for the mail server" in next_words(desk, packet)
    Channel.objects.update(paused_at=timezone.now(), reason="sign_in")
    assert next_words(desk, packet) == "It waits, because sending is paused."


def test_of_a_packet_that_was_kept_back_it_says_what_it_waits_for(desk: Client, packet: OutgoingEmail) -> None:
    results.finish(packet, State.CANCELLED, why=Why.DEMO_PACKET)
    told = next_words(desk, packet)
    assert told.startswith("It was kept back, since its packet bears the demo clinic's name.")
    assert "no longer wanted" not in desk.get(url(packet)).text


@pytest.mark.parametrize(
    ("verb", "state", "told"),
    [
        ("send-again", State.FAILED, "You have sent 1 mail again already."),
        ("settle", State.UNCERTAIN, "It counts as arrived already."),
    ],
)
def test_a_second_press_is_told_kindly_that_it_is_done(
    desk: Client, packet: OutgoingEmail, django_user_model: Any, verb: str, state: OutgoingEmail.State, told: str
) -> None:
    results.finish(packet, state, "554 no")
    fields = untouched(desk.get(url(packet)), url(packet, verb))
    desk.post(url(packet, verb), fields)
    before = packet.events.count()
    assert f'<li class="info">{told}</li>' in desk.post(url(packet, verb), fields, follow=True).text
    assert packet.events.count() == before
    other = Client()
    other.force_login(django_user_model.objects.create_superuser("max@clinic.example"))
    answer = other.post(url(packet, verb), fields, follow=True).text
    assert (told in answer, '<li class="warning">' in answer) == (False, True)


def test_a_mail_that_came_back_is_not_said_to_have_arrived(desk: Client, packet: OutgoingEmail) -> None:
    results.finish(packet, State.UNCERTAIN, "554 no")
    desk.post(url(packet, "settle"))
    note_report(report=Report("postmark:1", Kind.BOUNCED, OutgoingEmail.objects.get(pk=packet.pk)))
    answer = desk.post(url(packet, "settle"), follow=True).text
    assert ("It counts as arrived already." in answer, '<li class="warning">' in answer) == (False, True)


def test_a_mail_that_was_cancelled_since_is_not_said_to_be_sent_again(desk: Client, packet: OutgoingEmail) -> None:
    results.finish(packet, State.FAILED, "554 no")
    desk.post(url(packet, "send-again"))
    results.finish(OutgoingEmail.objects.get(pk=packet.pk), State.CANCELLED, why=Why.NO_LONGER_WANTED)
    answer = desk.post(url(packet, "send-again"), follow=True).text
    assert ("again already" in answer, '<li class="warning">' in answer) == (False, True)


@pytest.mark.parametrize("state", [State.QUEUED, State.SENDING, State.SENT, State.CANCELLED])
def test_a_mail_that_is_out_or_on_its_way_has_no_button_and_is_not_sent_twice(
    desk: Client, packet: OutgoingEmail, state: str
) -> None:
    OutgoingEmail.objects.update(state=state, sent_at=timezone.now(), lease_until=timezone.now())
    page = desk.get(url(packet)).text
    assert "/send-again/" not in page
    assert "/settle/" not in page
    for verb in VERBS:
        desk.post(url(packet, verb))
    packet.refresh_from_db()
    assert packet.state == state
    assert not packet.events.exists()


def test_an_uncertain_mail_is_settled_or_sent_again(desk: Client, packet: OutgoingEmail) -> None:
    results.finish(packet, State.UNCERTAIN, "cut off")
    page = desk.get(url(packet)).text
    assert "It arrived" in page
    assert "/send-again/" in page
    assert "It counts as arrived." in desk.post(url(packet, "settle"), follow=True).text
    packet.refresh_from_db()
    assert packet.state == State.SENT
    assert "arrived already" in desk.post(url(packet, "settle"), follow=True).text


def test_what_may_not_be_mailed_must_be_lifted_first(desk: Client, packet: OutgoingEmail) -> None:
    suppress(address=packet.email, reason=Suppression.Reason.COMPLAINT)
    results.finish(packet, State.CANCELLED, "reported our mail as spam", forbidden=True)
    page = desk.get(url(packet)).text
    assert "may not be mailed" in page
    assert "Lift that first" in page
    assert "/send-again/" not in page
    assert "nothing may be mailed to its address" in desk.post(url(packet, "send-again"), follow=True).text
    packet.refresh_from_db()
    assert packet.state == State.CANCELLED
    desk.post(f"/admin/mailings/suppression/{Suppression.objects.get().pk}/lift/")
    assert "/send-again/" in desk.get(url(packet)).text


def test_a_notice_to_staff_goes_again_whatever_their_address_did(
    desk: Client, ask: Callable[..., Any], settings: Any
) -> None:
    settings.STAFF_ALERT_EMAIL = "desk@clinic.example"
    ask()
    suppress(address="desk@clinic.example", reason=Suppression.Reason.HARD_BOUNCE)
    notice = OutgoingEmail.objects.get(kind="staff_notice")
    results.finish(notice, State.FAILED, "550 no")
    assert "1 mail is on its way again." in desk.post(url(notice, "send-again"), follow=True).text


@pytest.mark.parametrize("verb", VERBS)
def test_only_who_may_steer_mail_acts_and_only_by_post(
    desk: Client, onlooker: Client, packet: OutgoingEmail, staff: Any, verb: str
) -> None:
    results.finish(packet, State.UNCERTAIN, "cut off")
    assert f"/{verb}/" in desk.get(url(packet)).text
    assert f"/{verb}/" not in onlooker.get(url(packet)).text
    assert onlooker.post(url(packet, verb)).status_code == 403
    assert Client().post(url(packet, verb))["Location"].startswith("/admin/login/")
    outside = Client(enforce_csrf_checks=True)
    outside.force_login(staff)
    assert outside.post(url(packet, verb)).status_code == 403
    assert desk.get(url(packet, verb))["Location"] == url(packet)
    packet.refresh_from_db()
    assert packet.state == State.UNCERTAIN


def test_who_may_not_see_mail_does_not(packet: OutgoingEmail, django_user_model: Any) -> None:
    client = Client()
    client.force_login(django_user_model.objects.create_user("editor@clinic.example"))
    assert client.get(url(packet)).status_code == 403


@pytest.mark.parametrize("pk", ["0", "abc", "99999999999999999999"])
def test_a_mail_that_is_not_there_is_a_plain_404(desk: Client, pk: str) -> None:
    assert desk.get(f"/admin/mailings/outgoingemail/{pk}/change/").status_code == 404


def test_what_a_server_says_stays_text(desk: Client, packet: OutgoingEmail) -> None:
    results.finish(packet, State.FAILED, "550 <script>alert('x')</script>")
    assert "<script>alert" not in desk.get(url(packet)).text


def test_the_page_leads_to_the_lead(desk: Client, packet: OutgoingEmail) -> None:
    assert packet.packet_delivery.lead.get_absolute_url() in desk.get(url(packet)).text


def test_fifty_events_need_no_more_queries_than_one(desk: Client, packet: OutgoingEmail, staff: Any) -> None:
    MailEvent.objects.create(outgoing=packet, kind=Kind.REQUEUED, actor=staff)
    desk.get(url(packet))
    with CaptureQueriesContext(connection) as one:
        desk.get(url(packet))
    for _number in range(49):
        MailEvent.objects.create(outgoing=packet, kind=Kind.REQUEUED, actor=staff)
    with CaptureQueriesContext(connection) as fifty:
        assert desk.get(url(packet)).text.count("Sent again by staff.") == 50
    assert len(fifty) == len(one)
