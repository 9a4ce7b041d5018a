"""A colleague comes by a mailed link, and nobody types a password for them."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from clinic.models import AuditEvent, StaffInvitation, StaffUser
from mailings.models import OutgoingEmail
from tests.browser_posts import untouched

PASSWORD = "quite another one, and longer"
INVITE = "/admin/clinic/staffuser/invite/"
ADDRESS = "zoe@clinic.example"


@pytest.fixture
def manager(first_content: None) -> Client:
    account = StaffUser.objects.create_user("mia@clinic.example", "a long enough password", name="Mia")
    account.groups.add(Group.objects.get(name="manager"))
    client = Client()
    client.force_login(account)
    return client


@pytest.fixture
def invite(manager: Client, django_capture_on_commit_callbacks: Any) -> Callable[..., Any]:
    def post(**fields: str) -> Any:
        typed = {"email": "Zoe@Clinic.example", "name": "Zoë O'Brien & Sons", "role": "coordinator", **fields}
        with django_capture_on_commit_callbacks(execute=True):
            return manager.post(INVITE, {**untouched(manager.get(INVITE), "invite-form"), **typed}, follow=True)

    return post


@pytest.fixture
def link(invite: Callable[..., Any], deliver: Callable[[], None], mailoutbox: list[Any]) -> str:
    invite()
    deliver()
    return link_in(mailoutbox[-1].body)


def link_in(text: str) -> str:
    found = re.search(r"http://127\.0\.0\.1:\d+(/accounts/invited/\S+)", text)
    assert found
    return found[1]


def take(link: str, password: str = PASSWORD, client: Client | None = None) -> Any:
    client = client or Client()
    typed = {"new_password1": password, "new_password2": password}
    return client.post(link, {**untouched(client.get(link), "invited-form"), **typed})


def test_a_corrected_address_ends_what_was_sent_to_the_wrong_one(link: str, manager: Client) -> None:
    account = StaffUser.objects.get(email=ADDRESS)
    page = f"/admin/clinic/staffuser/{account.pk}/change/"
    posted = {**untouched(manager.get(page), "staffuser_form"), "email": "zoe.right@clinic.example"}
    assert manager.post(page, posted).status_code == 302
    assert Client().get(link).status_code == 404
    account.refresh_from_db()
    assert not account.is_active


def kinds_of_audit() -> list[str]:
    events = AuditEvent.objects.filter(kind__in=["staff_invited", "invitation_taken", "invitation_revoked"])
    return list(events.order_by("pk").values_list("kind", flat=True))


def sign_in(email: str = ADDRESS, password: str = PASSWORD) -> Client:
    client = Client()
    client.post("/accounts/login/", {"username": email, "password": password})
    return client


def test_a_colleague_is_invited_and_sets_a_password_once(link: str, mailoutbox: list[Any]) -> None:
    account = StaffUser.objects.get(email=ADDRESS)
    assert mailoutbox[-1].to == [ADDRESS]
    assert (account.is_active, account.has_usable_password()) == (False, False)
    assert take(link)["Location"] == "/accounts/login/"
    account.refresh_from_db()
    assert (account.is_active, account.is_superuser, account.check_password(PASSWORD)) == (True, False, True)
    assert [group.name for group in account.groups.all()] == ["coordinator"]
    assert "no longer works" in Client().get(link).text
    assert kinds_of_audit() == ["staff_invited", "invitation_taken"]
    assert AuditEvent.objects.get(kind="staff_invited").data == {"role": "coordinator"}


def test_then_the_second_factor_is_asked_for_as_of_everybody(link: str, settings: Any) -> None:
    settings.REQUIRE_MFA = True
    take(link)
    assert sign_in().get("/admin/", follow=True).redirect_chain[-1][0].startswith("/accounts/2fa/")


def test_opening_the_link_changes_nothing_and_no_cache_keeps_its_page(link: str) -> None:
    page = Client().get(link)
    assert "no-store" in page["Cache-Control"]
    assert "noindex" in page["X-Robots-Tag"]
    assert not StaffUser.objects.get(email=ADDRESS).is_active
    assert StaffInvitation.objects.get().taken_at is None


@pytest.mark.parametrize("password", ["short", "passwordpassword", ADDRESS])
def test_a_password_that_is_none_is_refused_with_a_sentence(link: str, password: str) -> None:
    refused = take(link, password)
    assert (refused.status_code, "errorlist" in refused.text) == (422, True)
    # What is asked of a password is a list, which stands in no paragraph.
    assert not re.search(r"<p\b[^>]*>\s*<ul", refused.text)
    assert not StaffUser.objects.get(email=ADDRESS).is_active


def test_after_three_days_the_link_is_over(link: str) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=3, minutes=1)):
        page = Client().get(link)
        assert (page.status_code, "no longer works" in page.text) == (404, True)
        assert Client().post(link, {"new_password1": PASSWORD, "new_password2": PASSWORD}).status_code == 404
    assert not StaffUser.objects.get(email=ADDRESS).is_active


def test_taken_back_it_opens_nothing_and_a_mail_that_waits_does_not_go(
    invite: Callable[..., Any], manager: Client, deliver: Callable[[], None], mailoutbox: list[Any]
) -> None:
    invite()
    account = f"/admin/clinic/staffuser/{StaffUser.objects.get(email=ADDRESS).pk}"
    page = f"{account}/change/"
    invitation = StaffInvitation.objects.get()
    form = untouched(manager.get(page), "revoke-invitation-form")
    assert "taken back" in manager.post(f"{account}/revoke-invitation/", form, follow=True).text
    deliver()
    assert mailoutbox == []
    assert OutgoingEmail.objects.get(kind="staff_invitation").state == "cancelled"
    assert Client().get(invitation.url).status_code == 404
    assert kinds_of_audit() == ["staff_invited", "invitation_revoked"]
    assert "revoke-invitation-form" not in manager.get(page).text


def test_invited_again_only_the_newest_link_holds(
    link: str, invite: Callable[..., Any], deliver: Callable[[], None], mailoutbox: list[Any]
) -> None:
    invite(role="editor")
    deliver()
    assert Client().get(link).status_code == 404
    assert take(link_in(mailoutbox[-1].body)).status_code == 302
    account = StaffUser.objects.get(email=ADDRESS)
    assert [group.name for group in account.groups.all()] == ["editor"]


@pytest.mark.parametrize("address", ["mia@clinic.example", "left@clinic.example"])
def test_who_has_or_had_an_account_is_not_invited(invite: Callable[..., Any], address: str) -> None:
    StaffUser.objects.create_user("left@clinic.example", "a long enough password", is_active=False)
    refused = invite(email=address)
    assert (refused.status_code, "There is an account with this address already." in refused.text) == (422, True)
    assert not StaffInvitation.objects.exists()


def test_nobody_learns_of_an_invitation_without_its_link(link: str) -> None:
    unknown = Client().get(f"/accounts/invited/{'0' * 32}-{'A' * 43}/")
    wrong = Client().get(link[:-3] + "AA/")
    assert (unknown.status_code, wrong.status_code) == (404, 404)
    assert ADDRESS not in unknown.text
    before = OutgoingEmail.objects.count()
    Client().post("/accounts/password/reset/", {"email": ADDRESS})
    assert OutgoingEmail.objects.count() == before
    assert sign_in(password="a long enough password").get("/admin/").status_code == 302


def test_only_the_roles_of_the_table_are_given(manager: Client, invite: Callable[..., Any]) -> None:
    Group.objects.create(name="everything")
    assert invite(role="everything").status_code == 422
