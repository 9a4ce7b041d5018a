import json
from pathlib import Path

import pytest

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.timeout(300)]

NAME = "Zoë O'Brien & Sons"


@pytest.mark.parametrize("options", [{}, {"viewport": {"width": 390, "height": 844}}], ids=["desk", "telephone"])
def test_a_person_is_exported_erased_and_on_record(visitor, at_work, options) -> None:
    address = f"erase-{len(str(options))}@example.com"
    reader = visitor()
    reader.open("/information-packet/")
    reader.fill(name=NAME, email=address, message="About my spine")
    reader.tick("consent_packet")
    reader.tick("consent_contact")
    reader.click("Send me the packet")

    staff = at_work(**options)
    staff.open(f"/admin/enquiries/lead/?q={address}")
    staff.click(NAME, role="link")
    staff.sees("About my spine")
    staff.look("lead-with-rights")

    with staff.page.expect_download() as download:
        staff.page.get_by_role("button", name="Export all we hold").click()
    assert download.value.suggested_filename.startswith("lead-")
    assert json.loads(Path(download.value.path()).read_text())["e_mail_address"] == address

    staff.click("Erase this person", role="link")
    staff.look("erase")
    staff.expects(422)
    staff.fill(confirm="yes")
    staff.click("Erase for good")
    staff.sees("the word is “erase”")
    staff.look("erase-refused")
    staff.fill(confirm="erase")
    staff.click("Erase for good")
    staff.sees("This person was erased.")
    staff.look("erased")
    for page in ("enquiries/lead/erase/", "clinic/auditevent/?kind__exact=person_erased", "auth/group/"):
        staff.open(f"/admin/{page}")
    # Without axe, which writes a style of its own where a stylesheet imports another, as Django's forms.css does.
    staff.page.goto(f"{staff.url}/admin/clinic/staffuser/1/change/")
