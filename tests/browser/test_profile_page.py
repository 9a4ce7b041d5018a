import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.timeout(300)]

URL = "/admin/foundation/clinicprofile/1/change/"
FRAME = ".profile-preview iframe:not(.preview-coming)"
SCREENS = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1440, "height": 900}}


@pytest.mark.parametrize("screen", SCREENS)
def test_the_profile_is_sound_closed_and_open_and_save_is_in_reach(at_work, screen) -> None:
    staff = at_work(viewport=SCREENS[screen])
    staff.open(URL)
    expect(staff.page.get_by_role("button", name="Save", exact=True)).to_be_in_viewport()
    for summary in staff.page.locator("#clinicprofile_form summary").all():
        summary.click()
    expect(staff.page.get_by_label("What is not known", exact=False)).to_be_visible()
    staff.look(f"profile-open-{screen}")
    expect(staff.page.get_by_role("button", name="Save", exact=True)).to_be_in_viewport()


def test_the_preview_follows_what_is_typed_and_back_leads_off_the_page(at_work) -> None:
    staff = at_work(viewport=SCREENS["desktop"])
    staff.page.goto(f"{staff.url}/admin/help/")
    staff.open(URL)
    shown = staff.page.frame_locator(FRAME)
    expect(shown.get_by_role("banner")).to_contain_text("Northside Clinic")
    staff.fill(name="Zoë's Clinic")
    expect(shown.get_by_role("banner")).to_contain_text("Zoë's Clinic")
    staff.look("profile-preview-site")
    staff.look_inside(FRAME, "profile-preview-site-inside")
    staff.click("Cover of the packet")
    expect(shown.get_by_role("img", name="The cover of the packet")).to_be_visible()
    staff.look("profile-preview-packet")
    staff.look_inside(FRAME, "profile-preview-packet-inside")
    staff.click("Mail")
    expect(shown.get_by_role("heading", name="Your information packet")).to_be_visible()
    staff.look("profile-preview-mail")
    staff.look_inside(FRAME, "profile-preview-mail-inside")
    staff.page.go_back()
    expect(staff.page.get_by_role("heading", name="A day's work")).to_be_visible()
