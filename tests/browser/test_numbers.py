import pytest

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.timeout(300)]


def test_the_numbers_are_plain_on_a_desk_and_on_a_telephone(visitor, at_work) -> None:
    reader = visitor()
    reader.open("/information-packet/?utm_source=newsletter")
    reader.fill(name="Zoë O'Brien & Sons", email="numbers@example.com")
    reader.tick("consent_packet")
    reader.tick("consent_contact")
    reader.click("Send me the packet")

    staff = at_work(viewport={"width": 1440, "height": 900})
    staff.click("Numbers", role="link")
    # The tables are closed at first on the desk, and open at first on the telephone.
    for width in (1440, 390):
        staff.page.set_viewport_size({"width": width, "height": 900})
        staff.look("numbers")
        wide = staff.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width
        for summary in staff.page.locator(".figure-table summary").all():
            summary.click()
        staff.look("numbers-tables")
