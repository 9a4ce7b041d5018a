import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.sessions.models import Session
from django.db import IntegrityError, connection
from django.test import Client
from django.utils import timezone

from clinic.accounts import throttle
from clinic.models import AuditEvent
from foundation.models import Budget
from mailings.actions import suppress
from mailings.models import OutgoingEmail, Suppression

PASSWORD = "a long enough password"
NEW = "quite another one, and longer"
ASK = "/accounts/password/reset/"


@pytest.fixture
def ask_for_link(first_content: None, django_capture_on_commit_callbacks: Any) -> Callable[..., Any]:
    def post(address: str, network: str = "192.0.2.1") -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            return Client().post(ASK, {"email": address}, REMOTE_ADDR=network, follow=True)

    return post


@pytest.fixture
def link(ask_for_link: Any, staff: Any, deliver: Any, mailoutbox: list[Any]) -> str:
    ask_for_link("Staff@clinic.example")
    deliver()
    return link_in(mailoutbox[-1].body)


def link_in(text: str) -> str:
    found = re.search(r"http://127\.0\.0\.1:\d+(/accounts/password/reset/key/\S+)", text)
    assert found
    return found[1]


def use(client: Client, link: str, password: str = NEW) -> Any:
    page = client.get(link, follow=True)
    return client.post(page.request["PATH_INFO"], {"password1": password, "password2": password})


def test_the_mailed_link_sets_a_new_password_once(link: str, staff: Any, mailoutbox: list[Any]) -> None:
    assert mailoutbox[-1].to == [staff.email]
    assert use(Client(), link)["Location"] == "/accounts/password/reset/key/done/"
    staff.refresh_from_db()
    assert staff.check_password(NEW)
    assert "no longer works" in Client().get(link, follow=True).text
    assert AuditEvent.objects.get(kind="password_changed").data == {"by_mail": True}


def test_the_link_stands_in_no_row_and_in_no_address_of_a_page(link: str) -> None:
    key = link.rstrip("/").rpartition("-")[2]
    assert key not in str(list(OutgoingEmail.objects.values()))
    assert key not in Client().get(link)["Location"]


def test_with_the_link_every_session_ends_and_this_browser_is_known(desk: Client, link: str, staff: Any) -> None:
    for number in range(throttle.ACCOUNT.at_once):
        fields = {"username": staff.email, "password": "no"}
        Client().post("/accounts/login/", fields, REMOTE_ADDR=f"198.51.100.{number}")
    client = Client()
    assert client.post("/accounts/login/", {"username": staff.email, "password": PASSWORD}).status_code == 429
    theirs = desk.session.session_key
    use(client, link)
    assert not Session.objects.filter(pk=theirs).exists()
    assert client.post("/accounts/login/", {"username": staff.email, "password": NEW}).status_code == 302
    assert desk.get("/admin/").status_code == 302


def test_another_link_brings_no_further_guesses_at_the_code(
    link: str, ask_for_link: Any, deliver: Any, mailoutbox: list[Any], staff: Any
) -> None:
    TOTP.activate(staff, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    first = guesses_with(link, staff)
    Budget.objects.filter(scope=throttle.scope(f"reset address {staff.email}")).delete()
    ask_for_link(staff.email)
    deliver()
    assert len(mailoutbox) == 3
    second = guesses_with(link_in(mailoutbox[-1].body), staff)
    assert first + second == [200] * throttle.CODES.at_once + [429] * throttle.CODES.at_once


def guesses_with(link: str, staff: Any) -> list[int]:
    client = Client()
    use(client, link)
    client.post("/accounts/login/", {"username": staff.email, "password": NEW})
    guesses = [client.post("/accounts/2fa/authenticate/", {"code": "000000"}) for _number in range(5)]
    return [answer.status_code for answer in guesses]


def test_the_answer_is_the_same_for_any_address(ask_for_link: Any, staff: Any) -> None:
    pages = [ask_for_link(address).text for address in (staff.email, "nobody@clinic.example", "nobody@clinic.example")]
    assert len(set(pages)) == 1
    assert OutgoingEmail.objects.count() == 1
    about = list(AuditEvent.objects.filter(kind="password_reset_asked").order_by("pk").values_list("about", flat=True))
    # The second time within minutes nothing is done.
    assert about == [f"account {staff.pk}", ""]


def test_asking_again_and_again_mails_once(ask_for_link: Any, staff: Any) -> None:
    for number in range(5):
        ask_for_link(staff.email, network=f"192.0.2.{number}")
    assert OutgoingEmail.objects.count() == 1


def test_one_network_cannot_ask_for_everybody(ask_for_link: Any, staff: Any) -> None:
    for number in range(throttle.NETWORK.at_once):
        ask_for_link(f"{number}@example.com")
    assert ask_for_link(staff.email).status_code == 429
    assert not OutgoingEmail.objects.exists()


def test_who_left_gets_no_link_and_has_no_use_for_an_old_one(link: str, staff: Any, ask_for_link: Any) -> None:
    staff.is_active = False
    staff.save()
    assert "no longer works" in Client().get(link, follow=True).text
    Budget.objects.all().delete()
    ask_for_link(staff.email)
    assert OutgoingEmail.objects.count() == 1


def test_a_mail_of_somebody_who_left_meanwhile_stays_here(
    ask_for_link: Any, staff: Any, deliver: Any, mailoutbox: list[Any]
) -> None:
    ask_for_link(staff.email)
    staff.is_active = False
    staff.save()
    deliver()
    assert mailoutbox == []


def test_a_mail_that_waited_for_a_day_is_not_wanted_any_more(
    ask_for_link: Any, staff: Any, deliver: Any, mailoutbox: list[Any]
) -> None:
    ask_for_link(staff.email)
    OutgoingEmail.objects.update(created_at=timezone.now() - timedelta(hours=25))
    deliver()
    assert mailoutbox == []


def test_a_complaint_about_a_newsletter_does_not_keep_staff_out(
    staff: Any, ask_for_link: Any, deliver: Any, mailoutbox: list[Any]
) -> None:
    suppress(address=staff.email, reason=Suppression.Reason.COMPLAINT)
    ask_for_link(staff.email)
    deliver()
    assert len(mailoutbox) == 1


def test_a_link_ends_after_an_hour(link: str, settings: Any) -> None:
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert "no longer works" in Client().get(link, follow=True).text


@pytest.mark.parametrize(
    "password", ["short one", "password1234", "staff@clinic.example", "Northside-Clinic-2026!", "passwordpassword"]
)
def test_a_password_that_others_would_guess_is_refused(link: str, staff: Any, password: str) -> None:
    assert use(Client(), link, password).status_code == 200
    staff.refresh_from_db()
    assert staff.check_password(PASSWORD)


@pytest.mark.parametrize(
    "password", ["correct horse battery", "alllowercaseletters", "ünïcödé wörds in a row", "x" * 400 + "yz"]
)
def test_a_long_password_needs_no_signs(link: str, staff: Any, password: str) -> None:
    use(Client(), link, password)
    staff.refresh_from_db()
    assert staff.check_password(password)


def test_the_owner_hears_of_a_new_password(
    desk: Client, staff: Any, deliver: Any, mailoutbox: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        desk.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    deliver()
    assert mailoutbox[-1].subject == "A change to your staff account"
    assert "password of your staff account was changed" in mailoutbox[-1].body
    assert NEW not in mailoutbox[-1].body


def test_no_password_changes_without_the_row_that_says_so(desk: Client, link: str, staff: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SET CONSTRAINTS ALL IMMEDIATE;"
            "ALTER TABLE clinic_auditevent ADD CONSTRAINT no_row CHECK (kind <> 'password_changed') NOT VALID"
        )
    with pytest.raises(IntegrityError):
        use(Client(), link)
    with pytest.raises(IntegrityError):
        desk.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    staff.refresh_from_db()
    assert staff.check_password(PASSWORD)
