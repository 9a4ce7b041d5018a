from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clinic import empty_lists
from enquiries.models import Lead
from foundation.models import ClinicProfile
from mailings.models import OutgoingEmail
from mailings.results import finish
from tests.browser_posts import untouched

PASSWORD = "a long enough password"


def counts(client: Client) -> dict[str, int]:
    return {str(queue.title): queue.count for queue in client.get("/admin/").context["queues"]}


@pytest.mark.parametrize("typed", ["staff@clinic.example", "Staff@Clinic.Example"])
def test_staff_sign_in_with_their_address(client: Client, staff: Any, typed: str) -> None:
    response = client.post("/admin/login/?next=/admin/", {"username": typed, "password": PASSWORD})
    assert response["Location"] == "/admin/"
    assert "Sam Staff" in client.get("/admin/").text


def test_a_wrong_password_is_said_in_words_and_who_left_stays_out(client: Client, staff: Any) -> None:
    wrong = client.post("/admin/login/", {"username": staff.email, "password": "not this one"})
    assert "do not belong together" in wrong.text
    staff.is_active = False
    staff.save()
    client.post("/admin/login/", {"username": staff.email, "password": PASSWORD})
    assert client.get("/admin/").status_code == 302


def test_today_counts_what_waits_and_each_count_is_its_list(desk: Client, ask: Callable[..., Any], staff: Any) -> None:
    for number in range(3):
        ask(email=f"zoe{number}@example.com")
    ask(email="spam@example.com", name="www.spam.example")
    Lead.objects.filter(email="zoe1@example.com").update(owner=staff)
    Lead.objects.filter(email="zoe2@example.com").update(
        next_action_on=ClinicProfile.objects.current().today() + timedelta(days=9)
    )
    finish(OutgoingEmail.objects.get(kind="packet", email="zoe0@example.com"), OutgoingEmail.State.FAILED, "550 no")
    found = counts(desk)
    assert list(found)[:2] == ["Mine, due today or overdue", "Overdue"]
    assert found == {
        "Mine, due today or overdue": 1,
        "Overdue": 0,
        "Due today": 2,
        "New and without an owner": 2,
        "First answer late or due within an hour": 0,
        "Packet downloaded, not yet called": 0,
        "Waiting for records": 0,
        "Packet or mail did not arrive": 1,
        "Held enquiries to look at": 1,
        "Mails that may not have arrived": 0,
        "Notices to staff that did not arrive": 0,
        "Mails waiting to go out": 2,
        "Held newsletter sign-ups": 0,
    }
    for queue in desk.get("/admin/").context["queues"]:
        assert desk.get(queue.url).context["cl"].result_count == queue.count


def test_today_says_so_when_nothing_waits(desk: Client) -> None:
    assert "Nothing is waiting." in desk.get("/admin/").text


def test_mail_on_its_way_is_no_work_that_waits(desk: Client, lead: Lead, staff: Any) -> None:
    later = ClinicProfile.objects.current().today() + timedelta(days=9)
    Lead.objects.update(next_action_on=later, owner=staff)
    OutgoingEmail.objects.update(next_attempt_at=timezone.now() - timedelta(minutes=3))
    page = desk.get("/admin/").text
    assert "Nothing is waiting." in page
    assert "Mails waiting to go out" in page
    assert "The oldest has been due for 3\xa0minutes." in page


def test_mails_in_doubt_and_missed_notices_are_queues(desk: Client, ask: Callable[..., Any], settings: Any) -> None:
    settings.STAFF_ALERT_EMAIL = "desk@clinic.example"
    ask()
    finish(OutgoingEmail.objects.get(kind="packet"), OutgoingEmail.State.UNCERTAIN, "cut off")
    finish(OutgoingEmail.objects.get(kind="staff_notice"), OutgoingEmail.State.FAILED, "550 no")
    found = counts(desk)
    assert (found["Mails that may not have arrived"], found["Notices to staff that did not arrive"]) == (1, 1)
    for queue in desk.get("/admin/").context["queues"]:
        assert desk.get(queue.url).context["cl"].result_count == queue.count


@pytest.mark.usefixtures("made_from_anew")
@pytest.mark.parametrize("state", ["queued", "failed", "uncertain"])
def test_fifty_mails_need_no_more_queries_on_today_than_one(desk: Client, lead: Lead, state: str) -> None:
    OutgoingEmail.objects.update(state=state, next_attempt_at=timezone.now() - timedelta(hours=1))
    desk.get("/admin/")
    with CaptureQueriesContext(connection) as one:
        desk.get("/admin/")
    for number in range(49):
        fields = {"email": f"zoe{number}@example.com", "dedupe_key": str(number), "message_id": f"<{number}@x>"}
        OutgoingEmail.objects.create(kind="packet", state=state, **fields)
    with CaptureQueriesContext(connection) as fifty:
        desk.get("/admin/")
    assert len(fifty) == len(one)


def test_today_shows_only_what_an_account_may_see(first_content: None, django_user_model: Any) -> None:
    editor = django_user_model.objects.create_user("editor@clinic.example")
    editor.user_permissions.add(Permission.objects.get(codename="view_article"))
    client = Client()
    client.force_login(editor)
    page = client.get("/admin/")
    assert page.context["queues"] == []
    assert "/admin/articles/article/" in page.text
    assert "/admin/enquiries/lead/" not in page.text


def test_times_are_shown_as_the_clock_in_the_clinic_shows_them(desk: Client, lead: Lead) -> None:
    Lead.objects.update(created_at="2026-01-15T12:00:00Z")
    ClinicProfile.objects.update(time_zone="America/New_York")
    assert "Jan. 15, 2026, 7 a.m." in desk.get(lead.get_absolute_url()).text


def test_an_account_is_made_with_address_name_and_password(desk: Client, django_user_model: Any) -> None:
    fields = {"email": "Zoe@Clinic.example", "name": "Zoë O'Brien & Sons", "password1": PASSWORD, "password2": PASSWORD}
    assert desk.post("/admin/clinic/staffuser/add/", fields).status_code == 302
    user = django_user_model.objects.get(email="zoe@clinic.example")
    assert (user.name, user.is_staff, user.is_superuser) == ("Zoë O'Brien & Sons", True, False)
    assert user.check_password(PASSWORD)
    assert desk.post("/admin/clinic/staffuser/add/", fields).status_code == 200


def test_an_account_is_deactivated_and_never_deleted(desk: Client, django_user_model: Any) -> None:
    user = django_user_model.objects.create_user("zoe@clinic.example", PASSWORD)
    url = f"/admin/clinic/staffuser/{user.pk}/"
    assert desk.post(f"{url}delete/", {"post": "yes"}).status_code == 403
    fields = untouched(desk.get(f"{url}change/"), "staffuser_form")
    del fields["is_active"]
    assert desk.post(f"{url}change/", {**fields, "name": "Zoë"}).status_code == 302
    user.refresh_from_db()
    assert (user.name, user.is_active) == ("Zoë", False)


def test_nobody_locks_themselves_out(desk: Client, staff: Any) -> None:
    url = f"/admin/clinic/staffuser/{staff.pk}/change/"
    desk.post(url, {**untouched(desk.get(url), "staffuser_form"), "name": "Sam"})
    staff.refresh_from_db()
    assert (staff.name, staff.is_active, staff.is_superuser) == ("Sam", True, True)


def test_who_manages_accounts_cannot_make_or_take_over_a_superuser(staff: Any, django_user_model: Any) -> None:
    manager = django_user_model.objects.create_user("manager@clinic.example")
    manager.user_permissions.add(*Permission.objects.filter(codename__in=["change_staffuser", "view_staffuser"]))
    other = django_user_model.objects.create_user("other@clinic.example", PASSWORD)
    client = Client()
    client.force_login(manager)
    fields = {"email": other.email, "is_active": "on", "is_staff": "on", "is_superuser": "on"}
    assert client.post(f"/admin/clinic/staffuser/{other.pk}/change/", fields).status_code == 302
    other.refresh_from_db()
    assert not other.is_superuser
    passwords = {"password1": "another long password", "password2": "another long password"}
    assert client.post(f"/admin/clinic/staffuser/{staff.pk}/password/", passwords).status_code == 403


def test_the_page_of_a_room_leads_to_today(desk: Client) -> None:
    assert desk.get("/admin/enquiries/")["Location"] == "/admin/"


def test_each_page_leads_to_the_help_which_tells_of_what_one_may_see(desk: Client, django_user_model: Any) -> None:
    assert 'href="/admin/help/"' in desk.get("/admin/enquiries/lead/").text
    assert "They asked us to stop" in desk.get("/admin/help/").text
    nobody = django_user_model.objects.create_user("new@clinic.example", password=PASSWORD, is_staff=True)
    desk.force_login(nobody)
    assert "They asked us to stop" not in desk.get("/admin/help/").text


def test_the_roles_which_are_written_in_code_are_not_on_the_front_page(desk: Client) -> None:
    assert "/admin/auth/group/" not in desk.get("/admin/").text
    assert desk.get("/admin/auth/group/").status_code == 200


def test_each_empty_list_says_what_comes_there() -> None:
    silent = [model._meta.label for model in admin.site._registry if not empty_lists.words(model)]
    assert silent == []


def test_a_list_with_nothing_in_it_says_what_to_do(desk: Client, first_content: None) -> None:
    assert "Add the people of your clinic" in desk.get("/admin/articles/reviewer/").text
    assert "becomes a lead" in desk.get("/admin/enquiries/lead/").text
    assert "Nothing fits this search" in desk.get("/admin/articles/glossaryterm/?q=zzzz").text
