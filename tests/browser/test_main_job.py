import io
import re
from email.message import EmailMessage

import pypdf
import pytest

from tests.browser.conftest import ADMIN

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.timeout(300)]

PHONE = {"viewport": {"width": 390, "height": 844}}
ARTICLE = "/research/neural-progenitors-progressive-ms/"
NAME = "Zoë O'Brien & Sons"


def link_in(mail: EmailMessage, part: str) -> str:
    text = mail.get_body(("plain",)).get_content()
    found = re.search(rf"https?://\S+/{part}/\S+", text)
    assert found, text
    return found[0]


def read_and_ask_with_scripts(stack, visitor) -> None:
    reader = visitor()
    reader.open("/")
    reader.open(ARTICLE)
    reader.sees("Not medically reviewed")
    reader.fill(name=NAME, email="zoe@example.com", message="For my mother")
    reader.tick("consent_packet")
    reader.tick("consent_contact")
    reader.click("Send me the packet")
    reader.sees("Thanks for your interest!")
    assert reader.page.url.endswith(ARTICLE)
    reader.look("thanks-inline")


def fetch_the_packet(stack, visitor) -> None:
    reader = visitor()
    [mail] = stack.mail.wait_for("zoe@example.com")
    [pdf] = mail.iter_attachments()
    assert len(pypdf.PdfReader(io.BytesIO(pdf.get_content())).pages) >= 4
    assert mail.get_body(("html",))

    reader.open(link_in(mail, "packet"))
    with reader.page.expect_download() as download:
        reader.page.get_by_role("button", name="Download").click()
    assert download.value.suggested_filename == "information-packet.pdf"
    reader.open(link_in(mail, "not-me"))


def find_the_lead(stack, visitor) -> None:
    staff = visitor()
    staff.open("/admin/")
    staff.page.get_by_label("E-mail address").fill(ADMIN["ADMIN_EMAIL"])
    staff.page.get_by_label("Password").fill(ADMIN["ADMIN_PASSWORD"])
    staff.click("Sign in")
    staff.look("admin-today")
    staff.open("/admin/enquiries/lead/?q=zoe@example.com")
    staff.click(NAME, role="link")
    staff.look("admin-lead")
    timeline = staff.page.locator(".lead-timeline").inner_text().lower()
    for happening in ("asked for", "for my mother", "agreed", "put on its way", "was sent", "downloaded"):
        assert happening in timeline, timeline


def ask_without_scripts_on_a_phone(stack, visitor) -> None:
    reader = visitor(java_script_enabled=False, **PHONE)
    reader.open("/information-packet/")
    reader.expects(422)
    reader.fill(email="kim@", message="Please ring me")
    reader.click("Send me the packet")
    reader.look("packet-errors")
    reader.sees("Write your name")
    assert reader.page.locator("[name=email]").first.input_value() == "kim@"
    assert reader.page.locator("[name=message]").first.input_value() == "Please ring me"
    reader.fill(name="Kim", email="kim@example.com")
    reader.tick("consent_packet")
    reader.tick("consent_contact")
    reader.click("Send me the packet")
    reader.sees("Thanks for your interest!")
    assert reader.page.url.endswith("/information-packet/thanks/")
    reader.look()
    assert len(stack.mail.wait_for("kim@example.com")) == 1


def subscribe_confirm_and_leave(stack, visitor) -> None:
    reader = visitor()
    reader.open("/")
    reader.page.locator("#newsletter_email").fill("lee@example.com")
    reader.page.locator("#newsletter_consent").check()
    reader.click("Subscribe")
    reader.page.locator("#newsletter-panel").get_by_role("heading").wait_for()
    reader.look("newsletter-check-inline")
    [confirmation] = stack.mail.wait_for("lee@example.com")
    reader.open(link_in(confirmation, "newsletter/confirm"))
    reader.page.locator("main").get_by_role("button").click()
    reader.sees("You have Successfully Subscribed!")
    reader.look("subscribed")
    welcome = stack.mail.wait_for("lee@example.com", count=2)[1]
    assert welcome["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    reader.open(link_in(welcome, "newsletter/unsubscribe"))
    reader.page.locator("main").get_by_role("button").click()
    reader.page.wait_for_load_state("networkidle")
    reader.look("unsubscribed")


def test_the_main_job_from_the_first_page_to_the_lead_and_the_newsletter(stack, visitor) -> None:
    read_and_ask_with_scripts(stack, visitor)
    fetch_the_packet(stack, visitor)
    find_the_lead(stack, visitor)
    ask_without_scripts_on_a_phone(stack, visitor)
    subscribe_confirm_and_leave(stack, visitor)


def test_wrong_input_is_announced_named_and_kept(visitor) -> None:
    reader = visitor()
    reader.open("/information-packet/")
    reader.expects(422)
    reader.fill(name="Kim", email="kim@example", message="x" * 501)
    reader.click("Send me the packet")
    summary = reader.page.get_by_role("alert").first
    summary.wait_for()
    assert summary.evaluate("node => node.contains(document.activeElement) || node === document.activeElement")
    reader.look("packet-errors-inline")
    email = reader.page.locator("#packet_email")
    assert email.get_attribute("aria-invalid") == "true"
    described = email.get_attribute("aria-describedby") or ""
    assert any("name@example.com" in reader.page.locator(f"#{part}").inner_text() for part in described.split())
    assert reader.page.locator("#packet_message").input_value() == "x" * 501
    # Each line of the summary leads to its field.
    summary.get_by_role("link").first.click()
    assert reader.page.evaluate("document.activeElement.id") == "packet_email"


def test_a_near_miss_domain_is_asked_about_and_never_changed_by_itself(stack, visitor) -> None:
    reader = visitor()
    reader.open("/information-packet/")
    field = reader.page.locator("#packet_email")
    field.fill("kim@gmial.com")
    field.blur()
    reader.page.get_by_role("button", name="gmail.com").wait_for()
    assert field.input_value() == "kim@gmial.com"
    reader.look("did-you-mean")
    reader.page.get_by_role("button", name="gmail.com").click()
    assert field.input_value() == "kim@gmail.com"


def test_the_packet_can_be_asked_for_by_keyboard_alone(stack, visitor) -> None:
    reader = visitor()
    reader.open("/information-packet/")
    keys = reader.page.keyboard
    for _step in range(40):
        if reader.page.evaluate("document.activeElement.id") == "packet_name":
            break
        keys.press("Tab")
    keys.type("Kay")
    keys.press("Tab")
    keys.type("kay@example.com")
    while reader.page.evaluate("document.activeElement.id") != "packet_consent_packet":
        keys.press("Tab")
    keys.press("Space")
    while reader.page.evaluate("document.activeElement.id") != "packet_submit":
        keys.press("Tab")
        assert reader.page.evaluate("document.activeElement.id") != "packet_leave_this_empty"
    keys.press("Enter")
    reader.sees("Thanks for your interest!")
    assert stack.mail.wait_for("kay@example.com")


PAGES = [
    "/research/",
    "/research/topics/multiple-sclerosis/",
    "/about/",
    "/what-is-known/",
    "/costs/",
    "/questions-to-ask/",
    "/how-it-works/",
    "/glossary/",
    "/privacy/",
    "/accessibility/",
    "/newsletter/",
]


@pytest.mark.parametrize("options", [PHONE, {}], ids=["phone", "desktop"])
def test_every_other_page_is_sound(visitor, options) -> None:
    reader = visitor(**options)
    for path in ["/", ARTICLE, *PAGES, "/research/search/?q=liver"]:
        reader.open(path)
        assert reader.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (
            f"{path} scrolls sideways"
        )
    reader.expects(404)
    reader.open("/no-such-page/")
