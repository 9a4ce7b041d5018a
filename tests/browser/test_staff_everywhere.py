"""Every page that begins something on the staff site, on a telephone, by day and by night."""

import pytest

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.timeout(600)]

PHONE = {"viewport": {"width": 390, "height": 844}}
LINKS = "links => links.map(link => link.getAttribute('href')).filter(href => href && !href.includes('#'))"
# WCAG 2.2, 2.5.8: targets of 24 pixels, but for links within a sentence and what stands far enough from any other.
SMALL = """() => [...document.querySelectorAll("a, button, input, select, textarea, summary")].filter(element => {
    const box = element.getBoundingClientRect();
    const words = element.closest("p, li, td, dd, label, .help, .helptext");
    const isInText = element.matches("a") && words && words.textContent.trim() !== element.textContent.trim();
    const isSeen = box.width > 1 && box.height > 1 && getComputedStyle(element).visibility !== "hidden";
    return isSeen && !isInText && !element.closest("label") && (box.height < 23.5 || box.width < 23.5);
}).map(element => element.outerHTML.slice(0, 120))"""


def pages_of(staff) -> list[str]:
    """As somebody finds them: those that Today names, and those that are on every page."""
    staff.open("/admin/")
    found = staff.page.locator(".sections a, .main-nav a, #user-tools a, .queues a").evaluate_all(LINKS)
    return [*dict.fromkeys(path for path in found if path.startswith(("/admin/", "/accounts/")) and path != "/admin/")]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_staff_page_has_a_fault_on_a_phone(at_work, scheme) -> None:
    staff = at_work(**PHONE, color_scheme=scheme)
    paths = pages_of(staff)
    assert len(paths) > 20
    small: set[str] = set()
    for path in paths:
        staff.open(path)
        small |= {f"{path}: {found}" for found in staff.page.evaluate(SMALL)}
        assert staff.page.evaluate("document.documentElement.scrollWidth") <= 390, path
    assert sorted(small) == []


CUT_OFF = """() => [...document.querySelectorAll("div.form-row")].filter(
    row => row.offsetParent && row.scrollWidth > row.clientWidth + 1).map(row => row.textContent.trim().slice(0, 60))"""
FIRST = "#result_list tbody th a"


def first_of(staff, kind: str) -> None:
    staff.open(f"/admin/{kind}/")
    staff.page.goto(staff.url + staff.page.locator(FIRST).first.get_attribute("href"))


def test_nothing_beside_a_field_is_cut_off_on_a_phone(at_work) -> None:
    staff = at_work(**PHONE)
    for kind in ("articles/glossaryterm", "articles/topic", "articles/paper", "foundation/requirednotice"):
        first_of(staff, kind)
        assert staff.page.locator("div.form-row").count() > 3
        assert staff.page.evaluate(CUT_OFF) == [], kind


def test_what_two_people_changed_on_one_page_is_asked_about_and_heard_first(at_work) -> None:
    staff = at_work(**PHONE)
    staff.expects(409)
    first_of(staff, "articles/glossaryterm")
    page, beside = staff.page, staff.page.context.new_page()
    beside.goto(page.url)
    for one, words in ((beside, "Theirs."), (page, "Mine.")):
        one.get_by_label("Plain meaning").fill(words)
        one.get_by_role("button", name="Save", exact=True).click()
        one.wait_for_load_state()
    assert page.evaluate("document.activeElement.id") == "mistakes"
    assert page.get_by_text("theirs is “Theirs.”, yours is “Mine.”").is_visible()
    staff.look("two-people-on-a-page")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/glossaryterm/")
