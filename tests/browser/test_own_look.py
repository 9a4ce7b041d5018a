"""A clinic with people, a mark and colors of its own, by day and by night, on a desk and on a phone."""

import pytest

from tests.articles.pictures import drawing, photo, saved

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.timeout(600)]

PROFILE = "/admin/foundation/clinicprofile/1/change/"
DESK_BY_DAY = {"viewport": {"width": 1440, "height": 900}, "color_scheme": "light"}
PHONE_BY_NIGHT = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}
PLUM = "rgb(107, 45, 92)"


def a_file(data):
    return {"name": "a.png", "mimeType": "image/png", "buffer": data}


def add_picture(staff):
    staff.page.goto(f"{staff.url}/admin/articles/image/add/")
    staff.page.get_by_label("File:").set_input_files(a_file(saved(photo(480, 600), "JPEG")))
    staff.page.get_by_label("Name:", exact=True).fill("zoe-portrait")
    staff.page.get_by_label("What it shows:").fill("Zoë O'Brien at her desk")
    staff.page.get_by_label("By whom:").fill("A colleague")
    staff.page.get_by_label("Licence:").select_option("own")
    staff.page.get_by_role("button", name="Save", exact=True).click()
    staff.sees("was added successfully")


def add_person(staff):
    staff.open("/admin/articles/reviewer/")
    staff.page.goto(f"{staff.url}/admin/articles/reviewer/add/")
    staff.page.get_by_label("Name:", exact=True).fill("Zoë O'Brien & Sons")
    staff.page.get_by_label("Credentials:").fill("MD, specialist in neurology")
    staff.page.get_by_label("What they do here:").fill("Reads your records, and sees you before treatment.")
    staff.page.get_by_label("Languages they speak").fill("English, Polish")
    staff.page.get_by_label("Photograph:").select_option(label="zoe-portrait")
    staff.page.get_by_label("Registration:").fill("Board of Examples, no. 12345")
    staff.page.get_by_label("Address of the register:").fill("https://register.example.org/?no=12345")
    staff.page.get_by_role("button", name="Save", exact=True).click()
    staff.sees("was added successfully")


def open_profile(staff):
    staff.page.goto(staff.url + PROFILE)
    for section in staff.page.locator("#clinicprofile_form summary").all():
        section.click()


def save_look(staff, **fields):
    open_profile(staff)
    for name, value in fields.items():
        field = staff.page.locator(f"[name={name}]")
        field.set_input_files(a_file(value)) if isinstance(value, bytes) else field.fill(value)
    staff.page.locator("[name=_save]").click()
    staff.page.wait_for_load_state("networkidle")


def seen_by_a_visitor(reader, name):
    reader.page.goto(f"{reader.url}/about/")
    reader.page.locator(".portrait img").scroll_into_view_if_needed()
    reader.look(f"about-{name}")
    assert reader.page.evaluate("document.documentElement.scrollWidth") <= reader.page.viewport_size["width"]
    reader.open("/reviewers/zoe-obrien-sons/")
    return reader.page.evaluate("getComputedStyle(document.querySelector('.site-ask')).color")


def test_people_logo_and_colors_are_seen_and_read_by_day_on_a_desk_and_by_night_on_a_phone(visitor, at_work):
    staff = at_work(**DESK_BY_DAY)
    add_picture(staff)
    add_person(staff)
    save_look(staff, logo_file=saved(drawing(600, 150, "#6b2d5c"), "PNG"), accent_color="#6b2d5c")
    try:
        staff.page.goto(f"{staff.url}/admin/")
        staff.page.locator("#site-name img.logo").wait_for()
        staff.look("today-by-day")
        assert seen_by_a_visitor(visitor(**DESK_BY_DAY), "by-day") == PLUM
        assert seen_by_a_visitor(visitor(**PHONE_BY_NIGHT), "by-night") != PLUM
        at_work(**PHONE_BY_NIGHT).look("today-by-night")
    finally:
        open_profile(staff)
        staff.page.locator("[name=without_logo]").check()
        staff.page.locator("[name=accent_color]").fill("")
        staff.page.locator("[name=_save]").click()
        staff.page.wait_for_load_state("networkidle")
