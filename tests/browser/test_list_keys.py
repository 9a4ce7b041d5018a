import re
from typing import Any

import pytest

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.timeout(300)]
LIST = "/admin/enquiries/lead/"
NARROW = {"viewport": {"width": 390, "height": 844}}


@pytest.fixture
def coordinator(visitor: Any, at_work: Any) -> Any:
    """Somebody before a list of three who wrote."""

    def sit_down(**options: Any) -> Any:
        for number in range(3):
            reader = visitor()
            reader.page.goto(f"{reader.url}/information-packet/")
            reader.fill(name="Zoë O'Brien & Sons", email=f"keys-{number}@example.com")
            reader.tick("consent_packet")
            reader.tick("consent_contact")
            reader.click("Send me the packet")
        staff = at_work(**options)
        staff.open(LIST)
        return staff

    return sit_down


def press(staff: Any, keys: str) -> None:
    for key in keys:
        staff.page.keyboard.press(key)


def current(staff: Any) -> int:
    """Which row is the current one, from the first; -1 for none."""
    rows = staff.page.locator("#result_list tbody tr")
    marked = [number for number in range(rows.count()) if rows.nth(number).get_attribute("aria-current") == "true"]
    return marked[0] if marked else -1


def test_a_list_is_worked_without_a_mouse(coordinator: Any) -> None:
    staff = coordinator()
    page = staff.page
    assert current(staff) == -1
    press(staff, "jj")
    assert current(staff) == 1
    assert page.evaluate("document.activeElement.matches('#result_list tbody tr:nth-child(2) th a')")
    staff.look("list-with-a-current-row")
    press(staff, "kk")
    assert current(staff) == 0
    press(staff, "x")
    assert page.locator("#result_list .action-select").first.is_checked()
    press(staff, "x/")
    page.keyboard.type("jnk")
    assert page.locator("#searchbar").input_value() == "jnk"
    assert current(staff) == 0
    page.locator("h1").click()
    press(staff, "jo")
    page.wait_for_url(re.compile(r"/lead/\d+/change/$"))
    page.go_back()
    page.wait_for_function("document.querySelectorAll('#result_list tr[aria-current]').length === 1")
    assert current(staff) == 1
    press(staff, "n")
    page.wait_for_url(re.compile(r"/lead/\d+/change/#note$"))
    page.go_back()
    page.wait_for_function("document.querySelectorAll('#result_list tr[aria-current]').length === 1")
    press(staff, "c")
    page.wait_for_url(re.compile(r"/lead/\d+/change/#call$"))


def test_the_keys_are_listed_and_can_be_switched_off_and_on_again(coordinator: Any) -> None:
    staff = coordinator()
    page = staff.page
    press(staff, "j")
    press(staff, "?")
    dialog = page.get_by_role("dialog", name="Keys of this page")
    dialog.wait_for()
    named = dict(zip(dialog.locator("dt").all_inner_texts(), dialog.locator("dd").all_inner_texts(), strict=True))
    assert {key: named[key] for key in "jknco"} == {
        "j": "Next row",
        "k": "Row before",
        "n": "Open it to write a note",
        "c": "Open it to log a call",
        "o": "Open the row",
    }
    assert named["/"].startswith("Name, e-mail address")
    assert named["?"] == "Keys"
    staff.look("keys")
    press(staff, "j")
    page.keyboard.press("Escape")
    assert not dialog.is_visible()
    assert current(staff) == 0
    assert page.evaluate("document.activeElement.closest('tr') !== null")
    press(staff, "?")
    page.get_by_label("Single keys are on").uncheck()
    page.keyboard.press("Escape")
    press(staff, "j?")
    assert (current(staff), dialog.is_visible()) == (0, False)
    page.reload()
    press(staff, "jj")
    assert not dialog.is_visible()
    staff.click("Keys")
    page.get_by_label("Single keys are on").check()
    staff.click("Close")
    assert page.evaluate("document.activeElement.textContent") == "Keys"
    before = current(staff)
    press(staff, "j")
    assert current(staff) == before + 1


@pytest.mark.parametrize("options", [{"viewport": {"width": 1440, "height": 900}}, NARROW], ids=["desk", "telephone"])
def test_views_and_many_at_once_work_on_any_screen(coordinator: Any, options: Any) -> None:
    staff = coordinator(**options)
    # Both are the same person, who has no second view of one and the same list.
    staff.open(f"{LIST}?stage=open&due={'now' if options is NARROW else 'week'}")
    staff.page.get_by_text("Save this view").click()
    name = f"Open, {len(str(options))}"
    staff.fill(name=name)
    staff.click("Save")
    staff.page.get_by_role("link", name=name, exact=True).wait_for()
    assert staff.page.get_by_role("link", name=name, exact=True).get_attribute("aria-current") == "page"
    staff.look("list-saved-view")
    assert staff.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    for number in range(2):
        staff.page.locator("#result_list .action-select").nth(number).check()
    staff.page.get_by_label("With those ticked:").select_option("bulk_document")
    staff.click("Go")
    staff.look("bulk-document")
    staff.page.go_back()
    for number in range(2):
        staff.page.locator("#result_list .action-select").nth(number).check()
    staff.page.get_by_label("With those ticked:").select_option("bulk_assign")
    staff.click("Go")
    staff.page.get_by_label("New owner").select_option("nobody")
    staff.look("bulk-assign")
    staff.click("Assign them")
    staff.sees("Assigned: 2 leads")
    staff.look("bulk-run")
