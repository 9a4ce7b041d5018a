"""An owner makes a fresh clone their own by the pages alone: no shell, no file; then nothing says the demo's name.

`FIRST_HOUR_PICTURES=docs/pictures ./run test -q tests/browser/test_first_hour.py` makes the pictures of
docs/first-hour.md again.
"""

import os
import re
import time
import urllib.request
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from tests.articles.pictures import saved
from tests.browser.conftest import ADMIN, Stack
from tests.browser.test_citation_to_published import paste_the_citation, sign_in, write_an_article
from tests.browser.test_editor import LIST
from tests.browser.test_from_abstract_to_schedule import press, write
from tests.browser.test_main_job import link_in
from tests.browser.test_own_look import add_person, add_picture, open_profile, save_look
from tests.clinic.test_demo_name_gone import pdf_text, says_it, words_of
from tests.embedded.site import Site, with_static_files
from tests.mail_server import MailServer

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.timeout(900)]

DESK = {"viewport": {"width": 1000, "height": 720}}
PICTURES = os.environ.get("FIRST_HOUR_PICTURES")
NAME, READER, COLLEAGUE = "Zoë O'Brien & Sons", "zoe@example.com", "kim@clinic.example"
PLUM = "#6b2d5c"
PROFILE = {
    "name": NAME,
    "tagline": "Cells & care",
    "postal_address": "2 Harbor Street, Dublin",
    "phone": "+353 1 555 0100",
    "email": "hello@example.org",
    "time_zone": "Europe/Dublin",
    "hours": "by appointment",
    "about": "We are four people in a house at the harbor.",
}
WORDINGS = {
    "packet": f"I agree that {NAME} sends me the information packet by e-mail.",
    "answer": f"I agree that {NAME} answers my question by e-mail.",
    "newsletter": f"I agree that {NAME} sends me its newsletter by e-mail.",
}
TITLE = "Cells and sitting up: one small study that we read"
CITATION = "O'Brien Z, Sons A. Cells and sitting up. J Ex Med. 2020;8(1):e929. doi:10.1000/sitting.2020"


@pytest.fixture
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A site of its own, as the first start of a fresh clone leaves it."""
    folder = with_static_files(tmp_path_factory.mktemp("first-hour") / "site")
    with MailServer() as mail, Site(folder, EMAIL_URL=mail.url, FORM_LIMITS="off", **ADMIN) as site:
        yield Stack(site, mail)


def picture(person: Any, name: str) -> None:
    """What the window shows, small enough for a page of text."""
    if not PICTURES:
        return
    with Image.open(BytesIO(person.page.screenshot())) as shown:
        shown.convert("RGB").save(Path(PICTURES) / f"first-hour-{name}.webp", quality=60, method=6)


def mark() -> bytes:
    drawn = Image.new("RGBA", (480, 160))
    pen = ImageDraw.Draw(drawn)
    pen.ellipse((8, 8, 152, 152), fill=PLUM)
    pen.arc((200, 24, 440, 136), 180, 360, fill=PLUM, width=14)
    return saved(drawn, "PNG")


def left_on_today(staff: Any) -> list[str]:
    staff.page.goto(f"{staff.url}/admin/")
    return [*staff.page.locator("[aria-labelledby=make-yours-heading] li:not(.is-done) a").all_inner_texts()]


def say_who_we_are(staff: Any) -> None:
    open_profile(staff)
    for name, text in PROFILE.items():
        staff.page.locator(f"[name={name}]").fill(text)
    staff.page.locator("[name=opening_hours-0-closes]").fill("16:00")
    staff.page.locator("[name=name]").focus()
    picture(staff, "profile")
    staff.page.locator("[name=_save]").click()
    staff.sees("was changed successfully")
    save_look(staff, logo_file=mark(), accent_color=PLUM)


def make_the_packet(staff: Any) -> None:
    staff.page.goto(f"{staff.url}/admin/enquiries/packet/")
    staff.page.locator("#result_list tbody th a").first.click()
    staff.click("Make a new version from the clinic's profile")
    staff.page.locator("#versions-heading").scroll_into_view_if_needed()
    picture(staff, "packet")
    staff.click("Approve version 2")
    staff.sees("goes out now")


def word_the_consents(staff: Any) -> None:
    for kind, text in WORDINGS.items():
        staff.page.goto(f"{staff.url}/admin/foundation/consentwording/add/")
        staff.page.locator("[name=kind]").select_option(kind)
        staff.fill(text=text)
        if kind == "packet":
            picture(staff, "wording")
        staff.page.locator("[name=_save]").click()
        staff.sees("was added successfully")


def publish_a_first_article(staff: Any) -> None:
    staff.page.goto(f"{staff.url}{LIST}add/")
    paste_the_citation(staff, CITATION)
    picture(staff, "article")
    write_an_article(staff, "what-we-read-first", TITLE)
    write(staff, "#id_why_released", "Nobody here may review it yet")
    press(staff, "#release_form button", "Released: revision")
    press(staff, "#publish_form button", "Published: visitors read")


def ask_for_all_that_is_sent(visitor: Any, stack: Stack) -> None:
    reader = visitor()
    reader.page.goto(f"{reader.url}/information-packet/")
    reader.fill(name="Kim", email=READER)
    reader.tick("consent_packet")
    reader.click("Send me the packet")
    reader.sees("Thanks for your interest!")
    reader.page.goto(f"{reader.url}/")
    reader.page.locator("#newsletter_email").fill("lee@example.com")
    reader.page.locator("#newsletter_consent").check()
    reader.click("Subscribe")
    [confirmation] = stack.mail.wait_for("lee@example.com", seconds=180)
    reader.page.goto(link_in(confirmation, "newsletter/confirm"))
    reader.page.locator("main").get_by_role("button").click()
    reader.sees("You have Successfully Subscribed!")
    reader.page.goto(f"{reader.url}/accounts/password/reset/")
    reader.page.locator("[name=email]").fill(ADMIN["ADMIN_EMAIL"])
    reader.page.locator("main button[type=submit], form button[type=submit]").first.click()
    stack.mail.wait_for("lee@example.com", count=2, seconds=180)
    stack.mail.wait_for(READER, seconds=180)
    stack.mail.wait_for(ADMIN["ADMIN_EMAIL"], seconds=180)


def read(address: str) -> str:
    with urllib.request.urlopen(address, timeout=60) as answer:
        return str(answer.read().decode())


def addresses(site: Site) -> list[str]:
    return re.findall(r"<loc>([^<]+)</loc>", read(f"{site.url}/sitemap.xml"))


def what_says_it(stack: Stack) -> list[str]:
    pages = addresses(stack.site)
    assert len(pages) > 12
    mails = [
        message for address in (READER, "lee@example.com", ADMIN["ADMIN_EMAIL"]) for message in stack.mail.to(address)
    ]
    assert len(mails) >= 4
    [pdf] = stack.mail.to(READER)[0].iter_attachments()
    assert "O'Brien" in pdf_text(pdf.get_content()).replace("’", "'")
    of_mails = [str(message["Subject"]) for message in mails for words in words_of(message) if says_it(words)]
    return [*(page for page in pages if says_it(read(page))), *of_mails]


def test_a_fresh_clone_is_made_ones_own_without_a_shell_and_nothing_says_the_name_of_the_demo(
    visitor: Any, stack: Stack
) -> None:
    staff, began = visitor(**DESK), time.monotonic()
    assert any(says_it(read(page)) for page in addresses(stack.site))
    sign_in(staff, ADMIN["ADMIN_EMAIL"], ADMIN["ADMIN_PASSWORD"])
    assert len(left_on_today(staff)) == 9
    staff.page.locator("#make-yours-heading").evaluate("heading => heading.scrollIntoView()")
    picture(staff, "today")
    say_who_we_are(staff)
    add_picture(staff)
    add_person(staff)
    picture(staff, "people")
    word_the_consents(staff)
    publish_a_first_article(staff)
    make_the_packet(staff)
    ask_for_all_that_is_sent(visitor, stack)
    assert left_on_today(staff) == ["Your second factor", "Backup"]
    print(f"\nthe first hour, by machine: {time.monotonic() - began:.0f} s")  # noqa: T201
    assert what_says_it(stack) == []
    owner = visitor(**DESK)
    owner.page.goto(f"{owner.url}/")
    picture(owner, "site")
