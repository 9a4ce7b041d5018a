"""From a pasted citation to a published article that a colleague sent back once: two people, and no mouse."""

from typing import Any

import pytest

from tests.browser.conftest import ADMIN, Stack
from tests.browser.test_editor import DESK, LIST, finds, tab_to
from tests.browser.test_from_abstract_to_schedule import SECTIONS, STUDY, press, write

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.timeout(600)]

TODAY = "/admin/"
SLUG = "sitting-up-after-cells"
IN_THE_LINK = "Cells and sitting up"
TITLE = f"{IN_THE_LINK}: one small study of Zoë O'Brien & Sons"
CITATION = "O'Brien Z, Sons A. Cells and sitting up. J Ex Med. 2020;8(1):e929. doi:10.1000/sitting.2020"
REVIEWER = """
from django.contrib.auth.models import Group
from clinic.models import StaffUser
from articles.models import Reviewer
account = StaffUser.objects.create_user("keys@clinic.example", "a long enough password", name="Keys O'Brien")
account.groups.add(Group.objects.get(name="clinical"))
told = {"name": "Keys O'Brien", "credentials": "MD", "registration": "1", "conflicts": "None."}
Reviewer.objects.create(account=account, slug="keys", **told)
"""
# A key that presses a button clicks it, but presses nothing down; what is said in the console is a fault.
NO_MOUSE = "addEventListener('mousedown', () => console.error('a mouse was used'), true)"


def without_a_mouse(person: Any) -> Any:
    person.page.add_init_script(NO_MOUSE)
    return person


def follow(person: Any, link: str, address: str) -> None:
    tab_to(person, link)
    person.page.keyboard.press("Enter")
    person.page.wait_for_url(address)
    person.page.wait_for_load_state("networkidle")


def sign_in(person: Any, name: str, password: str) -> None:
    person.page.goto(f"{person.url}/admin/")
    write(person, "[name=username]", name)
    write(person, "[name=password]", password)
    person.page.keyboard.press("Enter")
    person.page.wait_for_url("**/admin/")
    person.sees("Today")


def to_a_new_article(staff: Any) -> None:
    follow(staff, f'a[href="{LIST}"]', f"**{LIST}")
    follow(staff, f'a[href^="{LIST}add/"]', f"**{LIST}add/**")


def paste_the_citation(staff: Any, citation: str) -> None:
    """By the keys of the clipboard: it is cut out of another field first."""
    write(staff, "#id_summary", citation)
    for key in ("Control+a", "Control+x"):
        staff.page.keyboard.press(key)
    tab_to(staff, "#id_paste")
    staff.page.keyboard.press("Control+v")
    assert staff.page.locator("#id_paste").input_value() == citation
    press(staff, "[name=fill_paper]", "1 citation was read.")


def write_an_article(staff: Any, slug: str, title: str) -> None:
    write(staff, "#id_slug", slug)
    write(staff, "#id_title", title)
    write(staff, "#id_summary", "A study of 20 people with no control group. Seven of them sat up longer.")
    tab_to(staff, "[name=topics]")
    staff.page.keyboard.press("Space")
    for name, text in STUDY.items():
        write(staff, f"#id_study_{name}", text)
    for row in range(5):
        heading, body = SECTIONS.get(row, ("What was done", "Twenty people got cells and came for two years."))
        write(staff, f"[name=sections-{row}-heading]", heading)
        write(staff, f"[name=sections-{row}-body]", body)
    press(staff, ".save-bar [name=save]", "Saved as revision 1, not published.")


def opens_what_waits(person: Any, before: str) -> None:
    """By the page that leads to what waits: Today, or the list of articles."""
    follow(person, f'a[href="{before}"]', f"**{before}")
    follow(person, f'a[href="{LIST}queues/"]', f"**{LIST}queues/")
    person.look("queues-by-keys")
    follow(person, f"a:has-text('{IN_THE_LINK}')", "**/change/")


def is_sent_back(reviewer: Any) -> None:
    write(reviewer, "#id_note", "Say in the title that it is one study & small.")
    press(reviewer, "#decide_form [formaction]", "Sent back")


def is_mended_and_compared(staff: Any) -> None:
    opens_what_waits(staff, LIST)
    tab_to(staff, "#id_title")
    staff.page.keyboard.press("End")
    staff.page.keyboard.insert_text(", read again")
    press(staff, ".save-bar [name=save]", "Saved as revision 2, not published.")
    follow(staff, "a[href*='/compare/']", "**/compare/**")
    staff.sees("read again")
    staff.look("compare-by-keys")
    follow(staff, ".breadcrumbs a[href$='/change/']", "**/change/")
    press(staff, "#ask_form button", "stands in the queue of the medical reviewers")


def test_a_pasted_citation_becomes_an_approved_and_published_article_without_a_mouse(
    visitor: Any, stack: Stack
) -> None:
    made = stack.site.manage("shell", "-c", REVIEWER)
    assert made.returncode == 0, made.stderr
    staff, reviewer, reader = without_a_mouse(visitor(**DESK)), without_a_mouse(visitor(**DESK)), visitor()
    sign_in(staff, ADMIN["ADMIN_EMAIL"], ADMIN["ADMIN_PASSWORD"])
    to_a_new_article(staff)
    paste_the_citation(staff, CITATION)
    write_an_article(staff, SLUG, TITLE)
    staff.look("editor-by-keys")
    press(staff, "#ask_form button", "stands in the queue of the medical reviewers")
    sign_in(reviewer, "keys@clinic.example", "a long enough password")
    opens_what_waits(reviewer, TODAY)
    is_sent_back(reviewer)
    is_mended_and_compared(staff)
    opens_what_waits(reviewer, TODAY)
    press(reviewer, "#decide_form .button-main", "Approved: revision 2")
    reviewer.look("approved-by-keys")
    opens_what_waits(staff, LIST)
    press(staff, "#publish_form button", "Published: visitors read revision 2.")
    staff.look("published-by-keys")
    finds(reader, SLUG, f"{TITLE}, read again")
    assert "doi.org/10.1000/sitting.2020" in reader.page.content()
