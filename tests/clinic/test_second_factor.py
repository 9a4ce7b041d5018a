import time
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection
from django.test import Client

from clinic.accounts import sealing, throttle
from clinic.models import AuditEvent
from mailings.models import OutgoingEmail

PASSWORD = "a long enough password"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
AUTHENTICATE = "/accounts/2fa/authenticate/"


def code(half_minutes: int = 0) -> str:
    return format_hotp_value(hotp_value(SECRET, int(time.time()) // 30 + half_minutes))


@pytest.fixture
def app(first_content: None, staff: Any) -> Authenticator:
    """Sam has an app that makes codes."""
    return TOTP.activate(staff, SECRET).instance


@pytest.fixture
def recovery(app: Authenticator, staff: Any) -> list[str]:
    return RecoveryCodes.activate(staff).get_unused_codes()


def at_the_second_step(staff: Any, network: str = "192.0.2.1") -> Client:
    client = Client(REMOTE_ADDR=network)
    answer = client.post("/accounts/login/?next=/admin/", {"username": staff.email, "password": PASSWORD})
    assert answer["Location"] == AUTHENTICATE
    return client


def is_in(client: Client) -> bool:
    return client.get("/admin/").status_code == 200


@pytest.fixture
def required(settings: Any) -> None:
    settings.REQUIRE_MFA = True


@pytest.fixture
def set_up(first_content: None, staff: Any, django_capture_on_commit_callbacks: Any) -> Callable[[Client], None]:
    def activate(client: Client) -> None:
        client.get("/accounts/2fa/totp/activate/")
        session = client.session
        session["mfa.totp.secret"] = SECRET
        session.save()
        with django_capture_on_commit_callbacks(execute=True):
            answer = client.post("/accounts/2fa/totp/activate/", {"code": code()})
        assert answer["Location"] == "/accounts/2fa/recovery-codes/"

    return activate


def test_the_password_alone_is_not_enough(app: Authenticator, staff: Any) -> None:
    client = at_the_second_step(staff)
    assert not is_in(client)
    client.post(AUTHENTICATE, {"code": code()})
    assert is_in(client)
    event = AuditEvent.objects.get(kind="signed_in")
    assert event.data == {"by_means_of": ["password", "totp"]}


@pytest.mark.parametrize("half_minutes", [-1, 1])
def test_a_clock_may_be_half_a_minute_off(app: Authenticator, staff: Any, half_minutes: int) -> None:
    client = at_the_second_step(staff)
    client.post(AUTHENTICATE, {"code": code(half_minutes)})
    assert is_in(client)


def test_a_wrong_code_is_said_in_words_and_written_down(app: Authenticator, staff: Any) -> None:
    client = at_the_second_step(staff)
    assert "not the right code" in client.post(AUTHENTICATE, {"code": code(7)}).text
    assert not is_in(client)
    event = AuditEvent.objects.get(kind="sign_in_failed")
    assert (event.about, event.data) == (f"account {staff.pk}", {"step": "code"})


@pytest.mark.parametrize("gap", ["", " ", "-"])
def test_a_code_works_once_even_while_allauth_has_forgotten_it(app: Authenticator, staff: Any, gap: str) -> None:
    used = code()
    at_the_second_step(staff).post(AUTHENTICATE, {"code": used})
    # It keeps them for half a minute; a code holds for three.
    cache.delete(f"allauth.mfa.totp.used?user={staff.pk}&code={used}")
    again = at_the_second_step(staff)
    again.post(AUTHENTICATE, {"code": f"{used[:3]}{gap}{used[3:]}"})
    assert not is_in(again)


def test_a_recovery_code_works_once(recovery: list[str], staff: Any) -> None:
    client = at_the_second_step(staff)
    client.post(AUTHENTICATE, {"code": recovery[0]})
    assert is_in(client)
    again = at_the_second_step(staff)
    again.post(AUTHENTICATE, {"code": recovery[0]})
    assert not is_in(again)


def test_guessing_codes_is_held_off_even_from_many_networks(app: Authenticator, staff: Any) -> None:
    client = at_the_second_step(staff)
    statuses = [client.post(AUTHENTICATE, {"code": "000000"}).status_code for _number in range(7)]
    assert statuses == [200] * throttle.CODES.at_once + [429] * 2
    assert client.post(AUTHENTICATE, {"code": code()}).status_code == 429
    limit = throttle.CODES_OF_ACCOUNT.at_once - throttle.CODES.at_once
    for number in range(limit):
        client.post(AUTHENTICATE, {"code": "000000"}, REMOTE_ADDR=f"198.51.100.{number}")
    assert client.post(AUTHENTICATE, {"code": code()}, REMOTE_ADDR="203.0.113.1").status_code == 429


def test_the_owner_types_codes_at_home_while_others_guess(app: Authenticator, staff: Any, recovery: list[str]) -> None:
    home = at_the_second_step(staff)
    home.post(AUTHENTICATE, {"code": recovery[0]})
    home.post("/accounts/logout/")
    stranger = at_the_second_step(staff, network="198.51.100.1")
    for number in range(30):
        stranger.post(AUTHENTICATE, {"code": "000000"}, REMOTE_ADDR=f"198.51.100.{number}")
    home.post("/accounts/login/", {"username": staff.email, "password": PASSWORD})
    home.post(AUTHENTICATE, {"code": recovery[1]})
    assert is_in(home)


def test_what_codes_are_made_from_cannot_be_read_from_the_database(recovery: list[str], staff: Any) -> None:
    rows = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert SECRET not in rows
    assert not any(code in rows for code in recovery)


def test_a_new_secret_key_reads_what_the_old_one_sealed(app: Authenticator, staff: Any, settings: Any) -> None:
    old = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "n" * 40, [old]
    client = at_the_second_step(staff)
    client.post(AUTHENTICATE, {"code": code()})
    assert is_in(client)
    call_command("seal_second_factors")
    settings.SECRET_KEY_FALLBACKS = []
    app.refresh_from_db()
    assert sealing.unseal(app.data["secret"]) == SECRET


def test_a_lost_key_lets_nobody_in_and_says_so(app: Authenticator, staff: Any, settings: Any) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "n" * 40, []
    client = at_the_second_step(staff)
    assert "cannot be read any more" in client.post(AUTHENTICATE, {"code": code()}).text
    assert not is_in(client)


@pytest.mark.parametrize("path", ["/admin/", "/admin/enquiries/lead/", "/admin/jsi18n/", "/admin/clinic/staffuser/"])
def test_without_a_second_factor_every_staff_page_leads_to_setting_one_up(
    desk: Client, required: None, path: str
) -> None:
    answer = desk.get(path, follow=True)
    assert answer.request["PATH_INFO"] == "/accounts/2fa/"
    assert "Set one up" in answer.text
    assert "/admin/enquiries/lead/" not in answer.text
    assert desk.post(path, {"name": "x"}).status_code == 302


@pytest.mark.parametrize("path", ["", "password/change/", "sessions/", "logout/", "2fa/totp/activate/"])
def test_until_then_my_own_account_is_in_reach(desk: Client, required: None, path: str) -> None:
    if "totp" in path:
        desk.post("/accounts/reauthenticate/", {"password": PASSWORD})
    answer = desk.get(f"/accounts/{path}")
    assert answer.status_code == 200
    assert "/accounts/logout/" in answer.text


# With real commits: allauth tells of a new factor when it is stored, before the answer.
@pytest.mark.django_db(transaction=True)
def test_setting_one_up_opens_the_staff_pages(set_up: Any, staff: Any, required: None) -> None:
    client = Client()
    client.post("/accounts/login/", {"username": staff.email, "password": PASSWORD})
    assert not is_in(client)
    set_up(client)
    assert is_in(client)
    assert len(client.get("/accounts/2fa/recovery-codes/").context["unused_codes"]) == 10
    kinds = AuditEvent.objects.filter(about=f"account {staff.pk}").values_list("kind", flat=True)
    assert {"signed_in", "factor_added", "recovery_codes_made"} <= set(kinds)
    assert OutgoingEmail.objects.get().kind == "account_notice"


def test_setting_one_up_needs_somebody_who_just_showed_that_it_is_them(desk: Client) -> None:
    assert desk.get("/accounts/2fa/totp/activate/")["Location"].startswith("/accounts/reauthenticate/")


def test_a_session_from_before_the_rule_is_asked_for_the_factor(
    desk: Client, app: Authenticator, required: None
) -> None:
    answer = desk.get("/admin/enquiries/lead/", follow=True)
    assert answer.request["PATH_INFO"] == "/accounts/2fa/reauthenticate/"
    answer = desk.post("/accounts/2fa/reauthenticate/", {"code": code(), "next": "/admin/enquiries/lead/"})
    assert answer["Location"] == "/admin/enquiries/lead/"
    assert is_in(desk)


def test_the_password_again_is_no_second_factor(desk: Client, app: Authenticator, required: None) -> None:
    desk.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert not is_in(desk)


@pytest.mark.parametrize("page", ["recovery-codes/", "webauthn/add/", "totp/deactivate/", "recovery-codes/generate/"])
def test_a_session_older_than_the_factor_changes_none_of_it_by_the_password(
    desk: Client, recovery: list[str], required: None, page: str
) -> None:
    desk.post("/accounts/reauthenticate/", {"password": PASSWORD})
    before = list(Authenticator.objects.values())
    asked = "/accounts/2fa/reauthenticate/?next=%2Faccounts%2F2fa%2F"
    assert desk.get(f"/accounts/2fa/{page}")["Location"].startswith(asked)
    desk.post(f"/accounts/2fa/{page}")
    assert list(Authenticator.objects.values()) == before
    desk.post("/accounts/2fa/reauthenticate/", {"code": code()})
    assert desk.get(f"/accounts/2fa/{page}").status_code == 200


def test_the_last_factor_stays_while_one_is_required(set_up: Any, desk: Client, required: None) -> None:
    desk.post("/accounts/reauthenticate/", {"password": PASSWORD})
    set_up(desk)
    desk.post("/accounts/2fa/reauthenticate/", {"code": code()})
    page = "/accounts/2fa/totp/deactivate/"
    assert "only second factor" in desk.get(page).text
    desk.post(page)
    assert Authenticator.objects.filter(type="totp").exists()


def test_the_last_passkey_stays_while_one_is_required(desk: Client, staff: Any, required: None) -> None:
    passkey = Authenticator.objects.create(user=staff, type="webauthn", data={"name": "Zoë's key", "credential": {}})
    desk.post("/accounts/2fa/reauthenticate/", {"code": RecoveryCodes.activate(staff).get_unused_codes()[0]})
    page = f"/accounts/2fa/webauthn/keys/{passkey.pk}/remove/"
    assert "only second factor" in desk.post(page, follow=True).text
    assert Authenticator.objects.filter(pk=passkey.pk).exists()


def test_a_factor_goes_with_its_codes_where_none_is_required(
    set_up: Any, desk: Client, django_capture_on_commit_callbacks: Any
) -> None:
    desk.post("/accounts/reauthenticate/", {"password": PASSWORD})
    set_up(desk)
    desk.post("/accounts/2fa/reauthenticate/", {"code": code()})
    desk.post("/accounts/2fa/totp/deactivate/")
    assert not Authenticator.objects.exists()
    assert AuditEvent.objects.filter(kind="factor_removed").count() == 2


def test_no_factor_goes_without_the_row_that_says_so(desk: Client, app: Authenticator) -> None:
    desk.post("/accounts/2fa/reauthenticate/", {"code": code()})
    with connection.cursor() as cursor:
        cursor.execute(
            "SET CONSTRAINTS ALL IMMEDIATE;"
            "ALTER TABLE clinic_auditevent ADD CONSTRAINT no_row CHECK (kind <> 'factor_removed') NOT VALID"
        )
    with pytest.raises(IntegrityError):
        desk.post("/accounts/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(pk=app.pk).exists()


def test_who_lost_their_phone_is_helped_from_the_shell(
    app: Authenticator, staff: Any, recovery: list[str], capsys: Any, desk: Client
) -> None:
    call_command("reset_second_factor", "Staff@clinic.example")
    assert not Authenticator.objects.exists()
    assert not is_in(desk)
    event = AuditEvent.objects.get(kind="factor_removed")
    assert (event.by, event.about, event.data) == (None, f"account {staff.pk}", {"removed": 2})
    assert OutgoingEmail.objects.get().email == staff.email
    with pytest.raises(CommandError):
        call_command("reset_second_factor", "nobody@clinic.example")


def test_each_sees_only_their_own(app: Authenticator, recovery: list[str], django_user_model: Any) -> None:
    other = django_user_model.objects.create_superuser("other@clinic.example", PASSWORD)
    client = Client()
    client.force_login(other)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert client.get("/accounts/2fa/recovery-codes/").status_code == 404
    assert not client.get("/accounts/2fa/").context["authenticators"]


@pytest.mark.parametrize("path", ["account/emailaddress/", "mfa/authenticator/", "usersessions/usersession/"])
def test_the_rows_of_secrets_are_on_no_staff_page(desk: Client, path: str) -> None:
    assert desk.get(f"/admin/{path}").status_code == 404


def test_the_picture_for_the_app_stands_in_the_page_itself(desk: Client) -> None:
    desk.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = desk.get("/accounts/2fa/totp/activate/").text
    assert "<svg" in page
    assert "data:image" not in page
    assert "style=" not in page


@pytest.mark.parametrize(
    "sent",
    [
        *("", "x", "1", "null", "[]", "[1]", "{}", '{"id": 1}', '{"id": "AA", "rawId": "AA", "type": "public-key"}'),
        '{"id": "AA", "rawId": "AA", "type": "public-key", "response": []}',
        '{"id": "AA", "rawId": "AA", "response": {"clientDataJSON": "e30", "authenticatorData": "AA"}}',
    ],
)
def test_what_no_browser_sends_as_a_passkey_is_refused_in_words(
    app: Authenticator, staff: Any, desk: Client, sent: str
) -> None:
    stranger = Client()
    stranger.get("/accounts/2fa/webauthn/login/", headers={"Accept": "application/json"})
    answer = stranger.post("/accounts/2fa/webauthn/login/", {"credential": sent}, follow=True)
    assert answer.request["PATH_INFO"] == "/accounts/login/"
    assert not is_in(stranger)
    half = at_the_second_step(staff)
    half.get(AUTHENTICATE)
    assert half.post(AUTHENTICATE, {"credential": sent}).status_code == 200
    assert not is_in(half)
    desk.post("/accounts/2fa/reauthenticate/", {"code": code()})
    desk.get("/accounts/2fa/webauthn/add/")
    assert desk.post("/accounts/2fa/webauthn/add/", {"credential": sent}).status_code == 200
    assert not Authenticator.objects.filter(type="webauthn").exists()


def test_right_codes_draw_on_no_limit(recovery: list[str], staff: Any) -> None:
    for used in recovery[: throttle.CODES.at_once + 2]:
        client = at_the_second_step(staff)
        client.post(AUTHENTICATE, {"code": used})
        assert is_in(client)
