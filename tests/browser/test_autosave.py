from typing import Any

import pytest

from tests.browser.test_editor import SLUGS, open_editor, press

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.timeout(300)]

WAITS = "What you type waits in this browser"


def come_back(staff: Any, slug: str) -> None:
    """The window was closed, by a crash for all we know, and somebody opens the article again."""
    staff.page.close(run_before_unload=False)
    staff.page = staff.context.new_page()
    open_editor(staff, slug)


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
    come_back(staff, slug)
    staff.look("editor-kept-here")
    put_back_by_browser(staff)
    assert title(staff) == f"{saved}, without a connection"

    signed_in = staff.context.cookies()
    staff.context.clear_cookies()
    staff.page.locator("#id_title").fill(f"{saved}, signed out")
    staff.sees(WAITS)
    staff.context.add_cookies(signed_in)
    come_back(staff, slug)
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
