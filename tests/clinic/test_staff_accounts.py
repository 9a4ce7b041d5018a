import re
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client

from clinic.models import AuditEvent, StaffUser
from mailings.models import OutgoingEmail
from tests.browser_posts import untouched

ACCOUNTS = "/admin/clinic/staffuser/"
PASSWORD = "a long enough password"
NEW = {"email": "zoe@clinic.example", "name": "Zoë O'Brien & Sons", "password1": PASSWORD, "password2": PASSWORD}


def written() -> list[tuple[str, str, Any]]:
    rows = AuditEvent.objects.filter(kind__in=["account_added", "account_changed", "password_changed"]).order_by("pk")
    return [(row.kind, row.about, row.data) for row in rows]


def group(name: str) -> int:
    return Group.objects.get(name=name).pk


@pytest.fixture
def manager(browser: Any) -> Client:
    return browser("manager")


@pytest.fixture
def colleague(account: Any) -> StaffUser:
    return account("coordinator")


def change(client: Client, account: StaffUser, **fields: Any) -> Any:
    url = f"{ACCOUNTS}{account.pk}/change/"
    kept = untouched(client.get(url), "staffuser_form")
    response = client.post(url, {name: value for name, value in {**kept, **fields}.items() if value is not None})
    account.refresh_from_db()
    return response


def test_a_manager_adds_a_colleague_and_gives_a_role(manager: Client) -> None:
    add = f"{ACCOUNTS}add/"
    page = manager.post(add, {**untouched(manager.get(add), "staffuser_form"), **NEW}, follow=True).text
    assert "Editor: writes and publishes articles, sees no person" in page
    zoe = StaffUser.objects.get(email="zoe@clinic.example")
    change(manager, zoe, groups=[group("editor")])
    about = f"account {zoe.pk}"
    assert written() == [("account_added", about, {}), ("account_changed", about, {"roles_added": ["editor"]})]
    assert "Editor" in manager.get(ACCOUNTS).text


def test_a_refused_new_account_begins_at_what_was_refused(manager: Client) -> None:
    add = f"{ACCOUNTS}add/"
    page = manager.post(add, {**untouched(manager.get(add), "staffuser_form"), **NEW, "email": "no address"}).text
    assert re.findall(r"<(\w+)[^>]* autofocus", page.partition("<main")[2].partition("<dialog")[0]) == ["nav"]


def test_what_changed_is_named_and_not_quoted(manager: Client, colleague: StaffUser) -> None:
    change(manager, colleague, name="Another Name", groups=[group("clinical")])
    data = {"fields": ["name"], "roles_added": ["clinical"], "roles_removed": ["coordinator"]}
    assert written() == [("account_changed", f"account {colleague.pk}", data)]
    change(manager, colleague, groups=[group("clinical")])
    assert len(written()) == 1


def test_a_manager_gives_roles_only_and_makes_no_superuser(manager: Client, colleague: StaffUser) -> None:
    powerful = Group.objects.create(name="made by hand")
    assert change(manager, colleague, groups=[powerful.pk]).status_code == 200
    change(manager, colleague, groups=[group("manager")], is_superuser="on")
    assert not colleague.is_superuser
    assert [role.name for role in colleague.groups.all()] == ["manager"]


def test_a_group_that_a_manager_cannot_give_is_not_taken_away(manager: Client, colleague: StaffUser) -> None:
    colleague.groups.add(Group.objects.create(name="made by hand"))
    change(manager, colleague, groups=[group("clinical")])
    assert sorted(role.name for role in colleague.groups.all()) == ["clinical", "made by hand"]
    assert written()[0][2] == {"roles_added": ["clinical"], "roles_removed": ["coordinator"]}


@pytest.mark.parametrize("page", ["change", "password", "reset-factors"])
def test_a_manager_never_changes_whoever_may_do_more_than_any_role(
    manager: Client, colleague: StaffUser, page: str
) -> None:
    colleague.groups.add(Group.objects.create(name="made by hand"))
    assert manager.get(f"{ACCOUNTS}{colleague.pk}/password/").status_code == 200
    Group.objects.get(name="made by hand").permissions.add(Permission.objects.get(codename="change_group"))
    # Neither while it is closed, since a manager could open it again.
    StaffUser.objects.filter(pk=colleague.pk).update(is_active=False)
    fields = {"email": "mine@clinic.example", "password1": PASSWORD, "password2": PASSWORD}
    assert manager.post(f"{ACCOUNTS}{colleague.pk}/{page}/", fields).status_code == 403
    assert written() == []


@pytest.mark.parametrize("role", ["manager", "superuser"])
def test_ones_own_password_is_changed_where_the_old_one_is_asked_for(browser: Any, role: str) -> None:
    client = browser(role)
    me = StaffUser.objects.get(email=f"{role}@clinic.example")
    url = f"{ACCOUNTS}{me.pk}/password/"
    fields = {"password1": PASSWORD, "password2": PASSWORD, "usable_password": "true", "set-password": "1"}
    for response in (client.get(url), client.post(url, fields)):
        assert response["Location"] == "/accounts/password/change/"
    me.refresh_from_db()
    assert not me.check_password(PASSWORD)


@pytest.mark.parametrize("page", ["change", "password", "reset-factors"])
def test_a_manager_never_changes_a_superuser(manager: Client, staff: StaffUser, page: str) -> None:
    passwords = {"password1": PASSWORD + "!", "password2": PASSWORD + "!"}
    fields = {"email": "mine@clinic.example", "is_active": "", **passwords}
    assert manager.post(f"{ACCOUNTS}{staff.pk}/{page}/", fields).status_code == 403
    staff.refresh_from_db()
    assert (staff.email, staff.is_active, staff.check_password(PASSWORD)) == ("staff@clinic.example", True, True)
    assert written() == []


def test_a_manager_cannot_raise_their_own_account(manager: Client, account: Any) -> None:
    me = StaffUser.objects.get(email="manager@clinic.example")
    change(manager, me, groups=[group("clinical")], is_superuser="on", is_active=None)
    assert (me.is_superuser, me.is_active, [role.name for role in me.groups.all()]) == (False, True, ["manager"])


@pytest.mark.parametrize("field", ["is_active", "is_staff"])
def test_who_may_no_longer_sign_in_is_signed_out(manager: Client, colleague: StaffUser, field: str) -> None:
    theirs = Client()
    theirs.force_login(colleague)
    assert theirs.get("/admin/").status_code == 200
    change(manager, colleague, groups=[group("coordinator")], **{field: None})
    assert theirs.get("/admin/").status_code == 302
    change(manager, colleague, groups=[group("coordinator")])
    assert theirs.get("/admin/").status_code == 302


def test_a_password_set_by_a_manager_is_on_record_and_its_owner_hears_of_it(
    manager: Client, colleague: StaffUser
) -> None:
    url = f"{ACCOUNTS}{colleague.pk}/password/"
    manager.post(url, {"password1": PASSWORD, "password2": "another"})
    assert written() == []
    fields = {"password1": PASSWORD, "password2": PASSWORD, "usable_password": "true"}
    assert manager.post(url, {**fields, "set-password": "1"}).status_code == 302
    assert written() == [("password_changed", f"account {colleague.pk}", {})]
    assert OutgoingEmail.objects.get().email == colleague.email


def test_an_address_changed_by_a_manager_is_told_to_the_old_one(
    manager: Client, colleague: StaffUser, deliver: Any, mailoutbox: Any
) -> None:
    before = colleague.email
    change(manager, colleague, email="mine@elsewhere.example")
    assert colleague.email == "mine@elsewhere.example"
    deliver()
    [notice] = mailoutbox
    assert notice.to == [before]
    assert "address of your staff account was changed" in notice.body
    assert "/accounts/" not in notice.body


def test_a_second_factor_is_reset_by_one_post(manager: Client, colleague: StaffUser) -> None:
    url = f"{ACCOUNTS}{colleague.pk}/"
    assert "Reset second factor" in manager.get(f"{url}change/").text
    manager.get(f"{url}reset-factors/")
    assert not AuditEvent.objects.filter(kind="factor_removed").exists()
    assert "is reset" in manager.post(f"{url}reset-factors/", follow=True).text
    assert AuditEvent.objects.get(kind="factor_removed").about == f"account {colleague.pk}"


def test_a_second_click_resets_nothing_again_unless_somebody_has_signed_in_since(
    manager: Client, colleague: StaffUser
) -> None:
    url, reset = f"{ACCOUNTS}{colleague.pk}/reset-factors/", AuditEvent.objects.filter(kind="factor_removed")
    manager.post(url)
    mails = OutgoingEmail.objects.count()
    assert "You have reset it already" in manager.post(url, follow=True).text
    assert (reset.count(), OutgoingEmail.objects.count()) == (1, mails)
    Client().force_login(colleague)
    assert "is reset" in manager.post(url, follow=True).text
    assert reset.count() == 2


def test_ones_own_second_factor_is_not_reset_here(manager: Client) -> None:
    me = StaffUser.objects.get(email="manager@clinic.example")
    assert "Reset second factor" not in manager.get(f"{ACCOUNTS}{me.pk}/change/").text
    assert manager.post(f"{ACCOUNTS}{me.pk}/reset-factors/").status_code == 403


@pytest.mark.parametrize("role", ["manager", "superuser"])
def test_the_five_roles_are_only_read(browser: Any, role: str) -> None:
    client, editor = browser(role), group("editor")
    assert 'name="_save"' not in client.get(f"/admin/auth/group/{editor}/change/").text
    assert client.post(f"/admin/auth/group/{editor}/change/", {"name": "editor"}).status_code == 403
    assert client.post(f"/admin/auth/group/{editor}/delete/", {"post": "yes"}).status_code == 403
