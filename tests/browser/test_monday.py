"""A coordinator's Monday: who wrote on the weekend is called, one after the other."""

import re
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from tests.browser.conftest import ADMIN
from tests.browser.counter import Counter
from tests.browser.person import Person
from tests.embedded.site import Site, with_static_files

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.timeout(300)]

# In New York, where the clinic of the first content is: open from nine to five, four hours promised.
SATURDAY = datetime(2026, 3, 7, 16, tzinfo=UTC)
MONDAY_AT_NINE = datetime(2026, 3, 9, 13, 5, tzinfo=UTC)
NAMES = ["Ana", "Bo", "Zoë O'Brien & Sons"]
SIZES = [(1440, 900), (390, 844)]
# For each: to open them, to say that something new comes next, and how it went; all of it in one form.
CLICKS, LOADS = 3 * len(NAMES), len(NAMES)


def site_at(folder: Path, moment: datetime) -> Site:
    shift = {"PYTHONPATH": str(Path(__file__).parent / "clock"), "SECONDS_OF_CLOCK_SHIFT": str(seconds_to(moment))}
    return Site(folder, FORM_LIMITS="off", **shift, **ADMIN)


def seconds_to(moment: datetime) -> float:
    return moment.timestamp() - time.time()


def ask(site: Site, name: str, address: str) -> None:
    fields = {"name": name, "email": address, "phone": "+1 212 555 0142", "consent_packet": "on"}
    data = urlencode({**fields, "consent_contact": "on"}).encode()
    assert urlopen(f"{site.url}/information-packet/", data, timeout=20).url.endswith("/thanks/")


@pytest.fixture(scope="module")
def monday(tmp_path_factory: pytest.TempPathFactory):
    folder = with_static_files(tmp_path_factory.mktemp("monday") / "site")
    with site_at(folder, SATURDAY) as site:
        for width, _height in SIZES:
            for number, name in enumerate(NAMES):
                ask(site, f"{name} {width}", f"person{number}.{width}@example.com")
        mine = "from enquiries.models import Lead; from clinic.models import StaffUser; "
        said = site.manage("shell", "-c", f"{mine}Lead.objects.update(owner=StaffUser.objects.get())")
        assert said.returncode == 0, said.stderr
    with site_at(folder, MONDAY_AT_NINE) as site:
        yield site


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_coordinator_calls_all_of_the_weekend_without_going_back(monday, chromium, width, height) -> None:
    staff = Person(chromium.new_context(viewport={"width": width, "height": height}), monday.url)
    staff.page.goto(f"{staff.url}/admin/")
    staff.fill(username=ADMIN["ADMIN_EMAIL"], password=ADMIN["ADMIN_PASSWORD"])
    staff.click("Sign in")
    before = people_due(staff)
    assert staff.page.locator(".queues .queue-title").get_by_text("Overdue", exact=True).count() == 0
    staff.look("monday-today")

    count, called = Counter(staff.page), set()
    count.click(due(staff).locator(".queue-rows a").first)
    for number in range(len(NAMES)):
        if number:
            count.click(staff.page.get_by_role("link", name=re.compile("Next of mine that is due")))
            staff.page.wait_for_url(lambda url: url not in called)
        staff.page.wait_for_selector("#call-form")
        called.add(staff.page.url)
        call_and_plan(staff, count)
    sys.stdout.write(f"a Monday with {len(NAMES)} people: {count.clicks} clicks, {count.loads} page loads\n")
    assert (len(called), count.clicks, count.loads) == (len(NAMES), CLICKS, LOADS)
    staff.open("/admin/")
    assert people_due(staff) == before - len(NAMES)
    staff.context.close()
    assert staff.faults == []


def due(staff: Person):
    return staff.page.locator(".queue", has=staff.page.get_by_text("Due today", exact=True))


def people_due(staff: Person) -> int:
    found = due(staff).locator(".queue-count")
    return int(found.inner_text()) if found.count() else 0


def call_and_plan(staff: Person, count: Counter) -> None:
    assert "overdue" not in staff.page.locator(".next-due").inner_text()
    staff.look("monday-call")
    form = staff.page.locator("#call-form")
    form.locator("[name=text]").fill("Wants to know what it costs")
    count.click(form.get_by_label("Something new"))
    form.locator("[name=next_action]").fill("Send the prices")
    form.locator("[name=next_action_on]").fill("2026-03-11")
    count.click(form.get_by_role("button", name="Spoke with them"))
    staff.sees("The call is on the timeline.")
    assert "Send the prices" in staff.page.locator(".next-words").inner_text()
