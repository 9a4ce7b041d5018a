import pytest

from tests.browser.test_lead_page import somebody_asks

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.timeout(300)]

WORDS = "Zoë rang: she sleeps badly, and asks about O'Brien & Sons."
PHONE = {"width": 390, "height": 844}


def open_note(staff, address: str) -> None:
    staff.open(f"/admin/enquiries/lead/?q={address}")
    staff.page.locator("#result_list tbody a").first.click()
    staff.page.locator("#note-form").evaluate("form => form.closest('details').open = true")
    staff.page.locator("#note-form [name=text]").fill(WORDS)


def save_note(staff) -> None:
    staff.page.locator("#note-form button[type=submit]").click()
    staff.page.wait_for_load_state("networkidle")


def test_on_a_lead_the_words_stay_and_another_press_saves_them(visitor, at_work, stack) -> None:
    somebody_asks(visitor, stack, "unsaved@example.com")
    staff = at_work()
    staff.expects(403)
    open_note(staff, "unsaved@example.com")
    signed_in = staff.context.cookies()
    staff.context.clear_cookies()
    save_note(staff)
    staff.sees("Nothing is lost: sign in beside it")
    assert staff.page.locator("#note-form [name=text]").input_value() == WORDS
    staff.look("unsaved-on-the-lead")
    # As after signing in beside it: the session is good, and the token another than this page has.
    staff.context.add_cookies([{**one, "value": "x" * 32} if one["name"] == "csrf" else one for one in signed_in])
    save_note(staff)
    staff.page.locator(".lead-timeline").get_by_text(WORDS).wait_for()
    assert staff.page.locator(".lead-timeline").inner_text().count(WORDS) == 1


@pytest.mark.parametrize("scripts", [True, False])
def test_elsewhere_a_page_shows_the_words_and_saves_them(visitor, at_work, stack, scripts: bool) -> None:
    address = f"unsaved-{scripts}@example.com".lower()
    somebody_asks(visitor, stack, address)
    staff = at_work(java_script_enabled=scripts, viewport=PHONE)
    staff.expects(403)
    open_note_plainly(staff, address)
    signed_in = staff.context.cookies()
    staff.context.clear_cookies()
    staff.page.locator("#note-form").evaluate("form => form.submit()") if scripts else save_note(staff)
    staff.sees("Not saved yet")
    staff.look(f"unsaved-{'with' if scripts else 'without'}-scripts")
    assert staff.page.locator("#unsaved-form textarea").input_value() == WORDS
    if scripts:
        staff.click("Save")
        staff.sees("You are not signed in yet")
    staff.context.add_cookies(signed_in)
    staff.click("Save")
    if not scripts:
        staff.sees("press “Save” once more")
        staff.click("Save")
    staff.page.locator(".lead-timeline").get_by_text(WORDS).wait_for()


def open_note_plainly(staff, address: str) -> None:
    staff.page.goto(f"{staff.url}/admin/enquiries/lead/?q={address}")
    staff.page.locator("#result_list tbody a").first.click()
    panel = staff.page.locator("details", has=staff.page.locator("#note-form")).first
    panel.locator("summary").first.click()
    staff.page.locator("#note-form [name=text]").fill(WORDS)
