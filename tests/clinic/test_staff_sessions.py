import time
from datetime import timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from clinic.accounts.sessions import end_sessions
from clinic.models import AuditEvent
from clinic.tasks import clear_old_sessions
from foundation.models import ClinicProfile
from tests.browser_posts import untouched

PASSWORD = "a long enough password"


def come(staff: Any) -> Client:
    client = Client()
    assert client.post("/accounts/login/", {"username": staff.email, "password": PASSWORD}).status_code == 302
    return client


def is_in(client: Client) -> bool:
    return client.get("/admin/").status_code == 200


def turn_back(client: Client, name: str, seconds: int) -> None:
    session = client.session
    session[name] = time.time() - seconds
    session.save()


@pytest.fixture
def browser(first_content: None, staff: Any) -> Client:
    return come(staff)


@pytest.mark.parametrize(
    ("name", "seconds", "words"),
    [("seen_at", 3601, "nothing was done here for 60 minutes"), ("signed_in_at", 12 * 3600 + 1, "for 12 hours")],
)
def test_a_session_ends_by_itself_and_says_why(browser: Client, name: str, seconds: int, words: str) -> None:
    turn_back(browser, name, seconds)
    answer = browser.get("/admin/enquiries/lead/?q=zoe", follow=True)
    assert answer.request["PATH_INFO"] == "/accounts/login/"
    assert words in answer.text
    assert "was not saved" not in answer.text
    assert answer.context["redirect_field_value"] == "/admin/enquiries/lead/?q=zoe"
    assert not is_in(browser)
    assert not Session.objects.exists()
    assert AuditEvent.objects.filter(kind="signed_out").count() == 1


@pytest.mark.parametrize("name", ["seen_at", "signed_in_at"])
@pytest.mark.parametrize(("seconds", "lasts"), [(-30, True), (-3600, False)])
def test_a_session_that_a_clock_began_which_ran_ahead_does_not_outlive_its_limits(
    browser: Client, name: str, seconds: int, lasts: bool
) -> None:
    turn_back(browser, name, seconds)
    assert is_in(browser) is lasts


@pytest.mark.parametrize(("name", "seconds"), [("seen_at", 3590), ("signed_in_at", 12 * 3600 - 10)])
def test_a_session_lasts_until_then(browser: Client, name: str, seconds: int) -> None:
    turn_back(browser, name, seconds)
    assert is_in(browser)


def test_whoever_works_on_stays_signed_in(browser: Client) -> None:
    for _hour in range(3):
        turn_back(browser, "seen_at", 3000)
        assert is_in(browser)


def test_work_cannot_prolong_a_session_beyond_the_day(browser: Client) -> None:
    turn_back(browser, "signed_in_at", 12 * 3600 + 1)
    turn_back(browser, "seen_at", 5)
    assert not is_in(browser)


def test_a_form_that_came_too_late_is_not_taken_and_leads_back_to_its_page(browser: Client, staff: Any) -> None:
    page = f"/admin/clinic/staffuser/{staff.pk}/change/"
    fields = {**untouched(browser.get(page), "staffuser_form"), "name": "Zoë"}
    turn_back(browser, "seen_at", 3601)
    answer = browser.post(page, fields, headers={"Referer": f"http://testserver{page}"}, follow=True)
    assert "was not saved" in answer.text
    assert answer.context["redirect_field_value"] == page
    staff.refresh_from_db()
    assert staff.name == "Sam Staff"


def test_a_form_from_elsewhere_leads_to_today(browser: Client) -> None:
    turn_back(browser, "seen_at", 3601)
    answer = browser.post("/admin/logout/", headers={"Referer": "https://evil.example/x"}, follow=True)
    assert answer.context["redirect_field_value"] == "/admin/"


def test_nobody_writes_words_onto_the_page(client: Client, first_content: None) -> None:
    page = client.get("/accounts/login/?ended=Call%20this%20number&unsaved=1").text
    assert "number" not in page


def test_my_sessions_are_listed_and_the_others_ended(browser: Client, staff: Any) -> None:
    other = come(staff)
    assert len(browser.get("/accounts/sessions/").context["sessions"]) == 2
    answer = browser.post("/accounts/sessions/", follow=True)
    assert "nowhere but here" in answer.text
    assert is_in(browser)
    assert not is_in(other)
    event = AuditEvent.objects.get(kind="sessions_ended")
    assert (event.by, event.data) == (staff, {"ended": 1})


def test_when_is_told_by_the_clock_in_the_clinic(browser: Client) -> None:
    ClinicProfile.objects.update(time_zone="America/New_York")
    UserSession.objects.update(created_at="2026-01-15T12:00:00Z")
    assert "Jan. 15, 2026, 7 a.m." in browser.get("/accounts/sessions/").text


def test_signing_out_everywhere_is_meant_so(browser: Client, staff: Any) -> None:
    other = come(staff)
    assert browser.post("/accounts/sessions/", {"everywhere": "1"}).status_code == 302
    assert not is_in(browser)
    assert not is_in(other)
    assert not Session.objects.exists()


def test_nobody_ends_the_sessions_of_others(browser: Client, staff: Any, django_user_model: Any) -> None:
    colleague = come(django_user_model.objects.create_superuser("ann@clinic.example", PASSWORD))
    browser.post("/accounts/sessions/", {"everywhere": "1"})
    assert is_in(colleague)


def test_closing_an_account_ends_its_sessions_for_good(desk: Client, django_user_model: Any) -> None:
    user = django_user_model.objects.create_superuser("zoe@clinic.example", PASSWORD)
    theirs = come(user)
    assert is_in(theirs)
    page = f"/admin/clinic/staffuser/{user.pk}/change/"
    fields = untouched(desk.get(page), "staffuser_form")
    del fields["is_active"]
    desk.post(page, fields)
    assert not is_in(theirs)
    django_user_model.objects.filter(pk=user.pk).update(is_active=True)
    assert not is_in(theirs)
    assert is_in(desk)


def test_an_account_closed_anywhere_in_our_code_comes_back_to_no_open_session(browser: Client, staff: Any) -> None:
    staff.is_active = False
    staff.save()
    staff.is_active = True
    staff.save()
    assert not is_in(browser)


def test_an_account_closed_by_a_query_is_out_at_once(browser: Client, staff: Any, django_user_model: Any) -> None:
    django_user_model.objects.filter(pk=staff.pk).update(is_active=False)
    assert not is_in(browser)


def test_a_session_that_allauth_never_saw_is_ended_too(desk: Client, staff: Any) -> None:
    assert not UserSession.objects.exists()
    assert end_sessions(staff) == 1
    assert not is_in(desk)


def test_a_new_password_ends_the_other_sessions(browser: Client, staff: Any) -> None:
    other = come(staff)
    new = "quite another one, and longer"
    answer = browser.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert answer["Location"] == "/accounts/"
    assert is_in(browser)
    assert not is_in(other)
    assert Session.objects.count() == 1
    assert AuditEvent.objects.filter(kind="password_changed", about=f"account {staff.pk}").count() == 1


def test_the_night_removes_what_nobody_can_use(browser: Client, staff: Any) -> None:
    old = come(staff)
    Session.objects.filter(pk=old.session.session_key).update(expire_date=timezone.now() - timedelta(hours=1))
    UserSession.objects.update(created_at=timezone.now() - timedelta(days=1))
    clear_old_sessions()
    assert Session.objects.count() == UserSession.objects.count() == 1
    assert is_in(browser)


def test_public_pages_do_not_look_at_the_session(browser: Client) -> None:
    turn_back(browser, "seen_at", 3601)
    answer = browser.get("/")
    assert answer.status_code == 200
    assert "Cookie" not in answer.get("Vary", "")


def test_a_stranger_leaves_no_session_for_a_day(first_content: None) -> None:
    client = Client()
    client.get("/accounts/2fa/webauthn/login/", headers={"Accept": "application/json"})
    left = Session.objects.get().expire_date - timezone.now()
    assert left <= timedelta(minutes=15)


def test_the_cookie_goes_with_the_browser(browser: Client) -> None:
    assert browser.cookies["session"]["max-age"] == ""
    left = Session.objects.get().expire_date - timezone.now()
    assert left > timedelta(hours=11)


def test_who_has_no_password_yet_is_led_to_getting_one(desk: Client, staff: Any, django_user_model: Any) -> None:
    django_user_model.objects.filter(pk=staff.pk).update(password="!none")
    client = Client()
    staff.refresh_from_db()
    client.force_login(staff)
    assert client.get("/accounts/password/change/")["Location"] == "/accounts/password/reset/"
