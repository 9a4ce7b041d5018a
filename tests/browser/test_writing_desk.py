"""An editor at work: what keys and buttons do to a text, what becomes of a paste, and that undo takes it back."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.test_editor import DESK, SLUGS, TELEPHONE, is_as_wide_as_the_window, open_editor

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.timeout(300)]

BODY = "textarea[name=sections-1-body]"
PASTE = """([area, html, plain]) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/html", html);
  clipboardData.setData("text/plain", plain);
  const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
  if (area.dispatchEvent(event)) area.value = "the browser's own paste";
}"""


def writing(at_work: Any, text: str, **options: Any) -> Any:
    staff = at_work(**options)
    open_editor(staff, SLUGS[3])
    area = staff.page.locator(BODY)
    area.fill(text)
    area.select_text()
    return staff, area


def paste(area: Any, html: str, plain: str) -> None:
    area.evaluate(f"(area, [html, plain]) => ({PASTE})([area, html, plain])", [html, plain])


def forget(staff: Any) -> None:
    """Else the next test that opens this article is offered what was typed here."""
    staff.page.evaluate("sessionStorage.clear()")
    staff.page.on("dialog", lambda dialog: dialog.accept())


def test_bold_and_link_by_key_and_undone_by_the_browser_s_own_undo(at_work: Any) -> None:
    staff, area = writing(at_work, "pain")
    keys = staff.page.keyboard
    keys.press("Control+b")
    expect(area).to_have_value("**pain**")
    keys.press("Control+b")
    expect(area).to_have_value("pain")
    keys.press("Control+k")
    expect(area).to_have_value("[pain](https://)")
    keys.type("https://example.org/")
    expect(area).to_have_value("[pain](https://example.org/)")
    for _step in range(40):
        # One step more would take back how the text came there.
        if area.input_value() == "pain":
            break
        keys.press("Control+z")
    expect(area).to_have_value("pain")
    forget(staff)


@pytest.mark.parametrize("options", [DESK, TELEPHONE], ids=["desk", "telephone"])
def test_the_toolbar_is_one_stop_of_tab_and_arrows_go_along_it(at_work: Any, options: Any) -> None:
    staff, area = writing(at_work, "one\n\ntwo", **options)
    keys = staff.page.keyboard
    bar = staff.page.locator("[role=toolbar][aria-controls=id_sections-1-body]")
    keys.press("Shift+Tab")
    expect(bar.get_by_role("button", name="Bold")).to_be_focused()
    keys.press("ArrowRight")
    expect(bar.get_by_role("button", name="List")).to_be_focused()
    keys.press("Enter")
    expect(area).to_have_value("- one\n\n- two")
    area.press("Control+a")
    keys.press("Shift+Tab")
    keys.press("End")
    keys.press("Enter")
    assert "](https://doi.org/10." in area.input_value()
    assert is_as_wide_as_the_window(staff.page)
    staff.look("editor-toolbar")
    forget(staff)


def test_a_paste_from_word_comes_clean_and_without_the_site_as_plain_text(at_work: Any) -> None:
    staff, area = writing(at_work, "before")
    html = "<p class=MsoNormal><b>Pain</b> by Zoë O'Brien &amp; Sons<o:p></o:p></p><script>alert(1)</script>"
    paste(area, html, "Pain, plain")
    expect(area).to_have_value("**Pain** by Zoë O'Brien & Sons")
    area.select_text()
    staff.page.context.set_offline(True)
    paste(area, html, "Pain, plain")
    expect(area).to_have_value("Pain, plain")
    staff.sees("this was pasted as plain text")
    staff.page.context.set_offline(False)
    staff.faults[:] = [fault for fault in staff.faults if "ERR_INTERNET_DISCONNECTED" not in fault]
    forget(staff)


def test_whoever_goes_on_while_a_paste_is_cleaned_keeps_their_place(at_work: Any) -> None:
    staff, area = writing(at_work, "before")
    waiting: list[Any] = []
    staff.page.route("**/paste/", lambda route: waiting.append(route))
    area.press("End")
    paste(area, "<p><b>Pain</b></p>", "Pain")
    staff.page.keyboard.type(" went")
    expect(area).to_have_value("beforePain went")
    let_through(staff, waiting)
    expect(area).to_have_value("before**Pain** went")
    staff.page.keyboard.type(" away")
    expect(area).to_have_value("before**Pain** went away")
    paste(area, "<p><b>Again</b></p>", "Again")
    staff.page.locator("#id_title").focus()
    let_through(staff, waiting)
    expect(area).to_have_value("before**Pain** went away**Again**")
    expect(staff.page.locator("#id_title")).to_be_focused()
    area.press("Control+z")
    expect(area).to_have_value("before**Pain** went awayAgain")
    forget(staff)


def let_through(staff: Any, waiting: list[Any]) -> None:
    while not waiting:
        staff.page.wait_for_timeout(20)
    waiting.pop().continue_()


def test_the_keys_of_the_editor_are_listed_under_the_question_mark(at_work: Any) -> None:
    staff = at_work(**DESK)
    open_editor(staff, SLUGS[3])
    page = staff.page
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog")
    for key, words in (("s", "Save"), ("a", "Add a section"), ("r", "Review and publishing"), ("Control+B", "Bold")):
        expect(dialog.locator("dl.keys div").filter(has_text=words).locator("kbd", has_text=key).first).to_be_visible()
    staff.look("editor-keys")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.locator("#id_title").focus()
    page.keyboard.type("?")
    expect(dialog).to_have_count(0)
