import re
import time
from collections.abc import Iterator

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Browser

from tests.browser.conftest import ADMIN
from tests.browser.person import Person
from tests.embedded.site import Site, with_static_files
from tests.mail_server import MailServer

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.timeout(300)]

PHONE = {"viewport": {"width": 390, "height": 844}}
NEW = "quite another one, and longer"


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture
def strict(tmp_path_factory: pytest.TempPathFactory, mail: MailServer) -> Iterator[Site]:
    """Everybody on staff needs a second factor here."""
    folder = with_static_files(tmp_path_factory.mktemp("strict") / "site")
    with Site(folder, EMAIL_URL=mail.url, REQUIRE_MFA="1", **ADMIN) as site:
        yield site


def sign_in(staff: Person, password: str = ADMIN["ADMIN_PASSWORD"]) -> None:
    staff.open("/admin/")
    staff.fill(username=ADMIN["ADMIN_EMAIL"], password=password)
    staff.click("Sign in")
    staff.look("second-step")


def code(secret: str, half_minutes: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + half_minutes))


def sign_out(staff: Person) -> None:
    staff.page.locator("#logout-form button").click()
    staff.sees("Forgotten your password?")
    staff.look("signed-out")


def set_up_an_app(staff: Person) -> str:
    sign_in(staff)
    staff.sees("Set one up, and you can go on")
    staff.look("set-up")
    staff.click("Set up an app", role="link")
    staff.look("set-up-app")
    secret = staff.page.locator(".card .reply").inner_text()
    staff.fill(code=code(secret))
    staff.click("Set up")
    staff.sees("Print these or write them down")
    staff.look("recovery-codes")
    staff.click("on to Today", role="link")
    staff.sees("Today")
    staff.look("today")
    return secret


def sign_in_with_a_code(staff: Person, secret: str) -> None:
    sign_out(staff)
    sign_in(staff)
    staff.fill(code=code(secret, 1))
    staff.click("Sign in")
    assert staff.page.url.endswith("/admin/")


def add_a_passkey(staff: Person) -> None:
    devices = staff.context.new_cdp_session(staff.page)
    devices.send("WebAuthn.enable")
    device = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options = {**device, "isUserVerified": True, "automaticPresenceSimulation": True}
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    staff.open("/accounts/2fa/")
    staff.click("Add a passkey", role="link")
    staff.look("add-passkey")
    staff.fill(name="Zoë's blue key & ring")
    staff.page.get_by_role("button", name="Add").click()
    staff.page.wait_for_url("**/accounts/2fa/")
    staff.open("/accounts/2fa/webauthn/")
    staff.sees("Zoë's blue key & ring")


def sign_in_with_the_passkey_alone(staff: Person) -> None:
    sign_out(staff)
    staff.page.get_by_role("button", name="Use a passkey").click()
    staff.page.wait_for_url("**/admin/")
    staff.sees("Today")


def use_the_passkey_after_the_password(staff: Person) -> None:
    sign_out(staff)
    sign_in(staff)
    staff.page.get_by_role("button", name="Use a passkey").click()
    staff.page.wait_for_url("**/admin/")


def reset_the_password(staff: Person, mail: MailServer) -> None:
    sign_out(staff)
    staff.click("Forgotten your password?", role="link")
    staff.look("forgotten")
    staff.fill(email=ADMIN["ADMIN_EMAIL"])
    staff.click("Send the link")
    staff.look("link-sent")
    # Word of the two factors that were added came before.
    mails = mail.wait_for(ADMIN["ADMIN_EMAIL"], 3)
    text = "".join(mail.get_body(("plain",)).get_content() for mail in mails)
    found = re.search(r"http://[^/]+(/accounts/password/reset/key/\S+)", text)
    assert found
    staff.open(found[1])
    staff.fill(password1=NEW, password2=NEW)
    staff.click("Save the new password")
    staff.look("password-saved")
    sign_in(staff, NEW)
    staff.sees("Second factor")


def look_around(staff: Person) -> None:
    for path in ["", "2fa/", "2fa/webauthn/", "sessions/", "password/change/", "logout/"]:
        staff.open(f"/accounts/{path}")


def test_a_colleague_signs_in_with_each_kind_of_second_factor(
    strict: Site, chromium: Browser, mail: MailServer
) -> None:
    # Browsers make no passkey for a bare number.
    context = chromium.new_context()
    staff = Person(context, strict.url.replace("127.0.0.1", "localhost"))
    secret = set_up_an_app(staff)
    sign_in_with_a_code(staff, secret)
    add_a_passkey(staff)
    look_around(staff)
    sign_in_with_the_passkey_alone(staff)
    staff.page.set_viewport_size(PHONE["viewport"])
    look_around(staff)
    use_the_passkey_after_the_password(staff)
    reset_the_password(staff, mail)
    context.close()
    assert staff.faults == []
