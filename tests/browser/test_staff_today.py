import re

import pytest

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.mark.parametrize("options", [{}, {"viewport": {"width": 390, "height": 844}}], ids=["desk", "telephone"])
def test_a_figure_opens_its_queue_and_a_queue_its_list(visitor, at_work, options) -> None:
    reader = visitor()
    reader.open("/information-packet/")
    reader.fill(name="Zoë O'Brien & Sons", email=f"today-{len(str(options))}@example.com")
    reader.tick("consent_packet")
    reader.tick("consent_contact")
    reader.click("Send me the packet")

    staff = at_work(**options)
    staff.look("today")
    staff.page.keyboard.press("3")
    staff.page.wait_for_url(re.compile(r"stage=new&owner=nobody"))
    staff.look("new-leads")
    staff.open("/admin/enquiries/lead/?answer=waiting")
    staff.sees(" min left")
    staff.look("waiting-for-an-answer")
    staff.open("/admin/enquiries/absence/")
    # Without axe, which writes a style of its own where a stylesheet imports another, as Django's forms.css does.
    staff.page.goto(f"{staff.url}/admin/enquiries/absence/add/")
    staff.page.goto(f"{staff.url}/admin/foundation/clinicprofile/1/change/")
    staff.sees("Opening hours, by which answers are promised")
