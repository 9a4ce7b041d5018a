from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client

from clinic.accounts import throttle
from clinic.models import AuditEvent
from foundation.models import Budget
from mailings.models import OutgoingEmail
from tests.browser_posts import untouched

PASSWORD = "a long enough password"
SIGN_IN = "/accounts/login/"


def sign_in(client: Client, address: str, password: str = "not this one", network: str = "192.0.2.1") -> Any:
    return client.post(SIGN_IN, {"username": address, "password": password}, REMOTE_ADDR=network)


def kinds() -> list[tuple[str, str]]:
    rows = AuditEvent.objects.exclude(kind="roles_synced")
    return list(rows.order_by("pk").values_list("kind", "about"))


@pytest.fixture
def at_home(first_content: None, staff: Any) -> Client:
    """The browser of somebody who signed in here before, and out again."""
    client = Client()
    assert sign_in(client, staff.email, PASSWORD, network="192.0.2.99").status_code == 302
    client.post("/accounts/logout/")
    return client


@pytest.mark.parametrize("page", ["/admin/login/", SIGN_IN])
def test_the_page_is_a_plain_form_at_both_addresses(first_content: None, staff: Any, page: str) -> None:
    client = Client(enforce_csrf_checks=True)
    shown = client.get(f"{page}?next=/admin/enquiries/lead/")
    fields = {**untouched(shown, "login-form"), "username": "Staff@Clinic.example", "password": PASSWORD}
    assert client.post(page, fields)["Location"] == "/admin/enquiries/lead/"
    assert client.get("/admin/enquiries/lead/").status_code == 200


def test_an_address_is_taken_in_the_letters_that_people_write(first_content: None, staff: Any) -> None:
    staff.email = "staff@xn--bcher-kva.example"
    staff.save()
    Client().post("/accounts/password/reset/", {"email": "Staff@Bücher.example"})
    assert OutgoingEmail.objects.get().email == staff.email
    assert sign_in(Client(), "Staff@Bücher.example", PASSWORD).status_code == 302


def test_nobody_is_led_to_another_site(first_content: None, staff: Any) -> None:
    answer = Client().post(f"{SIGN_IN}?next=https://evil.example/", {"username": staff.email, "password": PASSWORD})
    assert answer["Location"] == "/admin/"


@pytest.mark.parametrize("path", ["signup/", "email/", "confirm-email/", "login/code/", "password/set/", "social/"])
def test_pages_that_staff_have_no_use_for_do_not_exist(desk: Client, path: str) -> None:
    assert desk.get(f"/accounts/{path}").status_code == 404


def test_somebody_without_a_place_here_signs_in_to_nothing(first_content: None, staff: Any) -> None:
    staff.is_staff = False
    staff.save()
    client = Client()
    sign_in(client, staff.email, PASSWORD)
    assert client.get("/admin/", follow=True).status_code == 403


def test_who_is_signed_in_cannot_become_another_by_a_password_at_the_old_address(
    desk: Client, django_user_model: Any
) -> None:
    other = django_user_model.objects.create_superuser("other@clinic.example", PASSWORD)
    desk.post("/admin/login/", {"username": other.email, "password": PASSWORD})
    assert desk.get("/admin/").context["user"].email == "staff@clinic.example"


def test_an_account_that_was_closed_is_told_no_more_than_a_stranger(first_content: None, staff: Any) -> None:
    staff.is_active = False
    staff.save()
    closed = sign_in(Client(), staff.email, PASSWORD)
    assert "do not belong together" in closed.text
    assert "/accounts/" not in closed.headers.get("Location", "")


def test_tries_are_written_down_without_what_was_typed(first_content: None, staff: Any) -> None:
    client = Client()
    sign_in(client, staff.email)
    sign_in(client, "zoe@example.com")
    sign_in(client, staff.email, PASSWORD)
    client.post("/accounts/logout/")
    about = f"account {staff.pk}"
    assert kinds() == [
        ("sign_in_failed", about),
        ("sign_in_failed", ""),
        ("signed_in", about),
        ("signed_out", about),
    ]
    assert AuditEvent.objects.filter(kind="sign_in_failed", network="192.0.2.1").count() == 2
    assert "zoe" not in str(list(AuditEvent.objects.values()))


@pytest.mark.parametrize("address", ["staff@clinic.example", "nobody@clinic.example"])
def test_guessing_at_one_account_from_many_networks_is_held_off(
    first_content: None, staff: Any, settings: Any, address: str
) -> None:
    settings.FORM_LIMITS = False
    answers = [sign_in(Client(), address, network=f"192.0.2.{number}") for number in range(14)]
    assert [answer.status_code for answer in answers] == [200] * throttle.ACCOUNT.at_once + [429] * 4
    held_off = answers[-1]
    assert "in 6 minutes" in held_off.text
    assert held_off["Retry-After"] == "360"
    assert "/accounts/password/reset/" in held_off.text
    # Once, however long the flood.
    assert AuditEvent.objects.filter(kind="sign_in_held_off").count() == 1


def test_guessing_at_many_accounts_from_one_network_is_held_off(first_content: None, settings: Any) -> None:
    settings.FORM_LIMITS = False
    tries = range(throttle.NETWORK.at_once)
    assert {sign_in(Client(), f"nobody-{number}@clinic.example").status_code for number in tries} == {200}
    assert sign_in(Client(), "nobody@clinic.example").status_code == 429
    assert sign_in(Client(), "nobody@clinic.example", network="198.51.100.7").status_code == 200


def test_the_right_password_is_held_off_too_from_a_browser_that_nobody_knows(first_content: None, staff: Any) -> None:
    for number in range(throttle.ACCOUNT.at_once):
        sign_in(Client(), staff.email, network=f"192.0.2.{number}")
    assert sign_in(Client(), staff.email, PASSWORD, network="198.51.100.7").status_code == 429


def test_the_owner_gets_in_at_home_while_others_guess(at_home: Client, staff: Any) -> None:
    for number in range(20):
        sign_in(Client(), staff.email, network=f"192.0.2.{number}")
    assert sign_in(at_home, staff.email, PASSWORD, network="198.51.100.7").status_code == 302


def test_the_owner_gets_in_at_home_while_somebody_beside_them_guesses(at_home: Client, staff: Any) -> None:
    for number in range(40):
        sign_in(Client(), f"somebody{number}@example.com")
    assert sign_in(Client(), "another@example.com").status_code == 429
    assert sign_in(at_home, staff.email, PASSWORD).status_code == 302


def test_a_known_browser_may_not_guess_for_ever(at_home: Client, staff: Any) -> None:
    answers = [sign_in(at_home, staff.email).status_code for _number in range(throttle.BROWSER.at_once + 2)]
    assert answers == [200] * throttle.BROWSER.at_once + [429] * 2


def test_a_browser_known_for_one_account_is_a_stranger_to_another(
    at_home: Client, staff: Any, django_user_model: Any
) -> None:
    other = django_user_model.objects.create_user("other@clinic.example", PASSWORD)
    for number in range(throttle.ACCOUNT.at_once):
        sign_in(Client(), other.email, network=f"192.0.2.{number}")
    assert sign_in(at_home, other.email, PASSWORD).status_code == 429


def test_nobody_makes_a_browser_known_by_writing_a_cookie(first_content: None, staff: Any, at_home: Client) -> None:
    forged = Client()
    forged.cookies["known-browser"] = at_home.cookies["known-browser"].value[:-2] + "xx"
    for number in range(throttle.ACCOUNT.at_once):
        sign_in(Client(), staff.email, network=f"192.0.2.{number}")
    assert sign_in(forged, staff.email, PASSWORD).status_code == 429


def test_the_cookie_of_a_known_browser_is_out_of_reach_for_scripts(at_home: Client) -> None:
    cookie = at_home.cookies["known-browser"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")


def test_no_budget_tells_who_tried_from_where(first_content: None, staff: Any) -> None:
    sign_in(Client(), staff.email)
    scopes = list(Budget.objects.values_list("scope", flat=True))
    assert len(scopes) == 2
    assert all(len(scope) == 64 and set(scope) <= set("0123456789abcdef") for scope in scopes)


def test_an_unknown_address_costs_as_much_as_a_wrong_password(
    first_content: None, staff: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    real = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher, "encode", lambda self, password, salt: hashed.append(password) or real(self, password, salt)
    )
    sign_in(Client(), staff.email, "one")
    sign_in(Client(), "nobody@clinic.example", "two")
    assert hashed == ["one", "two"]


def test_the_old_password_cannot_be_guessed_in_a_browser_left_open(desk: Client, staff: Any) -> None:
    fields = {"oldpassword": "wrong", "password1": "another long one", "password2": "another long one"}
    statuses = [desk.post("/accounts/password/change/", fields).status_code for _number in range(12)]
    assert statuses[-1] == 429


def test_no_page_of_an_account_is_kept_by_a_browser(desk: Client) -> None:
    for path in ["", "login/", "2fa/", "sessions/", "password/change/", "password/reset/"]:
        assert "no-store" in desk.get(f"/accounts/{path}")["Cache-Control"]


def test_signing_in_mails_nobody(at_home: Client) -> None:
    assert not OutgoingEmail.objects.exists()


def test_right_sign_ins_draw_on_no_limit(first_content: None, staff: Any) -> None:
    tries = range(throttle.NETWORK.at_once + 5)
    assert {sign_in(Client(), staff.email, PASSWORD).status_code for _number in tries} == {302}
    answers = [sign_in(Client(), staff.email).status_code for _number in range(throttle.ACCOUNT.at_once + 1)]
    assert answers == [200] * throttle.ACCOUNT.at_once + [429]


def test_ones_own_right_password_buys_no_guesses_at_others(
    first_content: None, staff: Any, django_user_model: Any
) -> None:
    django_user_model.objects.create_user("insider@clinic.example", PASSWORD, is_staff=True)
    for number in range(throttle.NETWORK.at_once):
        assert sign_in(Client(), f"nobody-{number}@clinic.example").status_code == 200
        if number % 5 == 0 and number < throttle.NETWORK.at_once - 1:
            assert sign_in(Client(), "insider@clinic.example", PASSWORD).status_code == 302
    assert sign_in(Client(), staff.email).status_code == 429


def test_a_known_browser_signs_in_rightly_as_often_as_it_likes(at_home: Client, staff: Any) -> None:
    for _number in range(throttle.BROWSER.at_once + 5):
        assert sign_in(at_home, staff.email, PASSWORD).status_code == 302
        at_home.post("/accounts/logout/")


@pytest.mark.parametrize("path", [SIGN_IN, "/accounts/password/reset/"])
def test_the_record_does_not_grow_with_what_strangers_make_up(
    path: str, staff: Any, first_content: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "RECORDS_OF_NOBODY", throttle.Limit(2, 1, ""))
    before = AuditEvent.objects.count()
    # Each from another network of the one that a provider gave them.
    for number, address in enumerate(["a@x.example", "b@x.example", "c@x.example", "d@x.example", staff.email]):
        typed = {"username": address, "password": "not this one", "email": address}
        Client().post(path, typed, REMOTE_ADDR=f"2001:db8:0:{number}::1")
    rows = AuditEvent.objects.order_by("pk")[before:]
    assert [row.about for row in rows] == ["", "", f"account {staff.pk}"]
