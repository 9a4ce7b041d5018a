from typing import Any

import pytest

from tests.browser.test_editor import SLUGS, open_editor, press

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.timeout(300)]

WAITS = "What you type waits in this tab"
GONE = "this browser keeps nothing of what you typed here"
# What lies in the browser of articles, and where.
KEPT = """() => [localStorage, sessionStorage].map(
  (storage) => Object.keys(storage).filter((name) => name.startsWith("article ")).length)"""
TO_LOCAL = """() => {
  const name = Object.keys(sessionStorage).find((one) => one.startsWith("article "));
  localStorage.setItem(name, sessionStorage.getItem(name));
  sessionStorage.removeItem(name);
}"""


def come_back(staff: Any, slug: str) -> None:
    """The window was closed, by a crash for all we know, and somebody opens the article again."""
    staff.page.close(run_before_unload=False)
    staff.page = staff.context.new_page()
    open_editor(staff, slug)


def leave_and_come_back(staff: Any, slug: str) -> None:
    """In the same tab, by way of another page."""
    staff.page.goto(f"{staff.url}/admin/help/")
    open_editor(staff, slug)


def type_without_the_site(staff: Any, words: str) -> None:
    staff.expects(503)
    staff.page.route("**/draft/", lambda route: route.fulfill(status=503))
    staff.page.locator("#id_title").fill(words)
    staff.sees(WAITS)


def title(staff: Any) -> str:
    return str(staff.page.locator("#id_title").input_value())


def put_back_by_browser(staff: Any) -> None:
    staff.click("Put back what the browser kept")
    staff.page.locator("form[data-unsaved]").wait_for()


def test_what_is_typed_survives_a_closed_window_a_lost_connection_and_an_ended_session(at_work: Any) -> None:
    staff, slug = at_work(), SLUGS[2]
    saved = open_editor(staff, slug)
    staff.page.locator("#id_title").fill(f"{saved}, on the server")
    staff.sees("What you type is kept; it is not saved yet.")
    come_back(staff, slug)
    assert title(staff) == saved
    staff.sees("You typed something here that is not saved")
    staff.look("editor-draft")
    staff.page.get_by_role("link", name="Put it back").click()
    staff.page.locator("form[data-unsaved]").wait_for()
    assert title(staff) == f"{saved}, on the server"

    staff.context.set_offline(True)
    staff.page.locator("#id_title").fill(f"{saved}, without a connection")
    staff.sees(WAITS)
    staff.context.set_offline(False)
    leave_and_come_back(staff, slug)
    staff.look("editor-kept-here")
    put_back_by_browser(staff)
    assert title(staff) == f"{saved}, without a connection"

    signed_in = staff.context.cookies()
    staff.context.clear_cookies()
    staff.page.locator("#id_title").fill(f"{saved}, signed out")
    staff.sees(WAITS)
    staff.context.add_cookies(signed_in)
    leave_and_come_back(staff, slug)
    put_back_by_browser(staff)
    assert title(staff) == f"{saved}, signed out"

    press(staff, "Save", "Saved as revision")
    come_back(staff, slug)
    assert title(staff) == f"{saved}, signed out"
    assert not staff.page.locator("#draft").count()
    assert staff.page.locator("#kept-here").is_hidden()
    # As it was, for the tests that come after.
    staff.page.locator("#id_title").fill(saved)
    press(staff, "Save", "Saved as revision")


def test_what_the_tab_keeps_goes_with_it(at_work: Any) -> None:
    staff, slug = at_work(), SLUGS[2]
    saved = open_editor(staff, slug)
    type_without_the_site(staff, f"{saved}, of this tab")
    assert staff.page.evaluate(KEPT) == [0, 1]
    come_back(staff, slug)
    assert staff.page.evaluate(KEPT) == [0, 0]
    assert staff.page.locator("#kept-here").is_hidden()


def test_what_an_earlier_version_kept_is_offered_once(at_work: Any) -> None:
    staff, slug = at_work(), SLUGS[2]
    saved = open_editor(staff, slug)
    type_without_the_site(staff, f"{saved}, kept long ago")
    staff.page.evaluate(TO_LOCAL)
    come_back(staff, slug)
    assert staff.page.evaluate(KEPT) == [0, 1]
    put_back_by_browser(staff)
    assert title(staff) == f"{saved}, kept long ago"
    staff.page.evaluate("sessionStorage.clear()")
    come_back(staff, slug)
    assert staff.page.locator("#kept-here").is_hidden()
