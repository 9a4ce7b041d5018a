"""The page as readers will see it, beside what an editor types and has not saved."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.test_editor import DESK, SLUGS, TELEPHONE, is_as_wide_as_the_window, open_editor, tab_to

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.timeout(300)]

BODY = "textarea[name=sections-1-body]"
TYPED = "Zoë O'Brien & Sons wrote **this** <b>now</b>."
READ = "Zoë O'Brien & Sons wrote this <b>now</b>."


def place_in(page: Any) -> int:
    """How far the page in the frame was scrolled; asked of the editor, since no script may run in the frame."""
    return int(page.evaluate("document.querySelector('#live-preview iframe').contentWindow.scrollY"))


def forget(staff: Any) -> None:
    staff.page.evaluate("sessionStorage.clear()")
    staff.page.on("dialog", lambda dialog: dialog.accept())


def test_what_is_typed_is_seen_beside_it_and_the_page_stays_where_it_was_read(at_work: Any) -> None:
    staff = at_work(**DESK)
    open_editor(staff, SLUGS[3])
    page, shown = staff.page, staff.page.frame_locator("#live-preview iframe")
    expect(shown.get_by_role("heading", level=1)).to_have_text(page.locator("#id_title").input_value())
    page.locator(BODY).fill(TYPED)
    expect(shown.locator("#sections-1")).to_contain_text(READ)
    expect(shown.locator("#sections-1 strong")).to_have_text("this")
    read_at = place_in(page)
    assert read_at > 0
    page.locator("#id_summary").fill("Short")
    expect(page.locator("#preview-words")).to_contain_text("Not right yet")
    expect(page.locator("#preview-words")).to_contain_text("Summary")
    expect(shown.locator(".lead")).to_have_text("Short")
    assert place_in(page) == read_at
    staff.look("live-preview")
    staff.look_inside("#live-preview iframe", "live-preview-inside")
    assert is_as_wide_as_the_window(page)
    page.locator("#live-preview > summary").focus()
    while page.evaluate("document.activeElement.tagName") != "IFRAME":
        page.keyboard.press("Tab")
    # Its first link skips to the content.
    page.keyboard.press("Enter")
    expect(shown.locator("main:target")).to_have_count(1)
    assert shown.locator("a[href]:not([target=_blank], [href^='about:srcdoc#'])").count() == 0
    forget(staff)


def test_on_a_telephone_it_stands_in_the_place_of_the_fields_by_keys_alone(at_work: Any) -> None:
    staff = at_work(**TELEPHONE)
    open_editor(staff, SLUGS[3])
    page, frame = staff.page, staff.page.locator("#live-preview iframe")
    expect(frame).to_be_hidden()
    page.keyboard.press("p")
    expect(page.locator("#live-preview > summary")).to_be_focused()
    expect(page.frame_locator("#live-preview iframe").get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("#id_title")).to_be_hidden()
    assert is_as_wide_as_the_window(page)
    staff.look("live-preview")
    staff.look_inside("#live-preview iframe", "live-preview-inside")
    page.keyboard.press("Enter")
    expect(frame).to_be_hidden()
    expect(page.locator("#id_title")).to_be_visible()
    staff.look("live-preview-closed")


def test_without_scripts_a_button_opens_the_same_in_a_new_tab(at_work: Any) -> None:
    staff = at_work(java_script_enabled=False)
    title = open_editor(staff, SLUGS[3])
    staff.page.locator(BODY).fill(TYPED)
    expect(staff.page.locator("#live-preview")).to_be_hidden()
    tab_to(staff, "button[formtarget]")
    with staff.context.expect_page() as opened:
        staff.page.keyboard.press("Enter")
    expect(opened.value.get_by_role("heading", level=1)).to_have_text(title)
    expect(opened.value.locator("#sections-1")).to_contain_text(READ)


def test_a_new_tab_leaves_the_words_unsaved_in_the_old_one_and_is_in_order(at_work: Any) -> None:
    staff = at_work(**DESK)
    open_editor(staff, SLUGS[3])
    page = staff.page
    page.locator(BODY).fill(TYPED)
    with staff.context.expect_page() as opened:
        page.get_by_role("button", name="Preview in a new tab").click()
    expect(opened.value.locator("#sections-1")).to_contain_text(READ)
    staff.page = opened.value
    staff.look("typed-preview")
    staff.page.close()
    staff.page = page
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.evaluate("sessionStorage.clear()")
    page.goto(f"{staff.url}/admin/")
    assert asked == ["beforeunload"]


def test_away_from_the_site_it_says_that_it_is_not_the_newest_text(at_work: Any) -> None:
    staff = at_work(**DESK)
    open_editor(staff, SLUGS[3])
    page = staff.page
    shown = page.frame_locator("#live-preview iframe").get_by_role("heading", level=1)
    expect(shown).to_be_visible()
    staff.context.set_offline(True)
    page.locator("#id_title").fill("Typed without a connection")
    expect(page.locator("#preview-trouble")).to_contain_text("this is not the newest text")
    staff.context.set_offline(False)
    page.locator("#id_title").fill("Typed with one")
    expect(shown).to_have_text("Typed with one")
    expect(page.locator("#preview-trouble")).to_have_text("")
    staff.faults[:] = [fault for fault in staff.faults if "ERR_INTERNET_DISCONNECTED" not in fault]
    forget(staff)
