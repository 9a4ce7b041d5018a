from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from mailings.actions import note_success, note_trouble
from mailings.models import Channel, OutgoingEmail

RESUME = "/admin/mailings/outgoingemail/resume/"
PAGES = ["/admin/", "/admin/mailings/outgoingemail/"]
REPLY = "535 5.7.8 wrong password <b>"


def later(**delta: int) -> Any:
    return time_machine.travel(timezone.now() + timedelta(**delta), tick=False)


def pages(mail: OutgoingEmail) -> list[str]:
    return [*PAGES, f"/admin/mailings/outgoingemail/{mail.pk}/change/"]


def test_a_paused_channel_says_why_and_what_to_do_wherever_staff_look(desk: Client, packet: OutgoingEmail) -> None:
    note_trouble(REPLY, Channel.Reason.SIGN_IN)
    for page in map(desk.get, pages(packet)):
        for words in (
            "Sending is paused",
            "does not accept our user name and password",
            "Check user name and password in EMAIL_URL",
            "535 5.7.8 wrong password &lt;b&gt;",
            "1 mail waits. It is not lost",
            "Resume sending",
        ):
            assert words in page.text


def test_a_day_without_mail_is_no_day_without_work(desk: Client) -> None:
    assert "Nothing is waiting." in desk.get("/admin/").text
    note_trouble(REPLY, Channel.Reason.SIGN_IN)
    assert "Nothing is waiting." not in desk.get("/admin/").text


def test_a_superuser_resumes_with_one_post(desk: Client, packet: OutgoingEmail, staff: Any) -> None:
    note_trouble(REPLY, Channel.Reason.SIGN_IN)
    desk.get(RESUME)
    assert Channel.objects.get().paused_at
    assert "Sending goes on. 1 mail waits and goes out by itself." in desk.post(RESUME, follow=True).text
    channel = Channel.objects.get()
    assert (channel.paused_at, channel.resumed_by) == (None, staff)
    assert "Sending was not paused." in desk.post(RESUME, follow=True).text
    assert "Sending is paused" not in desk.get("/admin/").text


def test_others_are_told_whom_to_ask(onlooker: Client, packet: OutgoingEmail, staff: Any) -> None:
    note_trouble(REPLY, Channel.Reason.SIGN_IN)
    for page in map(onlooker.get, pages(packet)):
        assert "Ask Sam Staff to resume sending." in page.text
        assert RESUME not in page.text
    assert onlooker.post(RESUME).status_code == 403
    assert Client().post(RESUME)["Location"].startswith("/admin/login/")
    assert Channel.objects.get().paused_at


def test_who_may_not_see_mail_is_not_alarmed(first_content: None, django_user_model: Any) -> None:
    note_trouble(REPLY, Channel.Reason.SIGN_IN)
    client = Client()
    client.force_login(django_user_model.objects.create_user("editor@clinic.example"))
    assert "Sending is paused" not in client.get("/admin/").text


def test_no_visitor_reads_of_it(client: Client, packet: OutgoingEmail) -> None:
    note_trouble(REPLY, Channel.Reason.SIGN_IN)
    for path in ("/", "/information-packet/", "/newsletter/"):
        assert "paused" not in client.get(path).text
        assert "5.7.8" not in client.get(path).text


def banner_kind(client: Client) -> str | None:
    banners = client.get("/admin/").context["banners"]
    return banners[0].kind if banners else None


def test_trouble_is_told_quietly_once_it_lasts(packet: OutgoingEmail, staff: Any) -> None:
    note_trouble("ConnectionRefusedError: 111")
    assert banner_kind(signed_in(staff)) is None
    with later(minutes=3):
        client = signed_in(staff)
        assert banner_kind(client) == "failing"
        page = client.get("/admin/").text
        assert "1 mail waits and goes out by itself." in page
        assert "Resume sending" not in page
        note_success()
        assert banner_kind(client) is None


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_trouble_without_a_mail_that_waits_is_nobodys_affair(first_content: None, staff: Any) -> None:
    note_trouble("ConnectionRefusedError: 111")
    with later(minutes=3):
        assert banner_kind(signed_in(staff)) is None


def test_a_queue_that_nobody_empties_is_told(packet: OutgoingEmail, staff: Any) -> None:
    with later(minutes=4):
        assert banner_kind(signed_in(staff)) is None
    with later(minutes=6):
        client = signed_in(staff)
        assert banner_kind(client) == "late"
        assert "no worker is running" in client.get("/admin/").text


def test_a_long_queue_that_moves_is_no_alarm(
    packet: OutgoingEmail, staff: Any, ask: Callable[..., Any], deliver: Callable[[], None]
) -> None:
    with later(minutes=6):
        deliver()
        OutgoingEmail.objects.update(state="queued", next_attempt_at=timezone.now() - timedelta(minutes=6))
        assert banner_kind(signed_in(staff)) is None


def test_a_mail_that_is_tried_again_later_is_no_alarm(packet: OutgoingEmail, staff: Any) -> None:
    OutgoingEmail.objects.update(next_attempt_at=timezone.now() + timedelta(hours=4), attempts=5)
    with later(minutes=30):
        assert banner_kind(signed_in(staff)) is None


@pytest.mark.parametrize("method", ["get", "post"])
def test_resuming_needs_the_form_of_our_own_page(packet: OutgoingEmail, staff: Any, method: str) -> None:
    note_trouble(REPLY, Channel.Reason.SIGN_IN)
    outside = Client(enforce_csrf_checks=True)
    outside.force_login(staff)
    getattr(outside, method)(RESUME)
    assert Channel.objects.get().paused_at
