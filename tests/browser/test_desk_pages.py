"""The pages of a coordinator's day, filled, on a desk and on a telephone."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.timeout(600)]

NAME = "Zoë O'Brien & Sons"
ADDRESS = "a-rather-long-name-before-the-at.of-somebody@a-rather-long-host.example.com"
WORDS = "My mother walks badly since March, and we ask ourselves whether to wait."
LIST = f"""Name,E-mail,Telephone,Country,Notes
{NAME},listed-{ADDRESS},+353 1 234 5678,Ireland,Asked about the costs
Nobody Special,nobody@example.com,,,
,,,,none
"""
# An issue that one got and that did not reach another: how it went out is the subject of other tests.
ISSUE = f"""
from django.db import transaction
from django.utils import timezone
from articles.models import Article
from clinic.models import StaffUser
from foundation.models import ClinicProfile, ConsentWording
from mailings.actions import record_consent
from mailings.models import OutgoingEmail
from newsletters import actions
from newsletters.models import Subscriber
from newsletters.snapshots import as_text, fingerprint, snapshot
writer = StaffUser.objects.create(email="writer@example.org", name="Wren", is_staff=True, is_superuser=True)
by = StaffUser.objects.exclude(pk=writer.pk).first()
with transaction.atomic():
    ClinicProfile.objects.update(postal_address="1 Example Street, Example Town")
    for name in ("failed", "got"):
        wording = ConsentWording.objects.current("newsletter")
        consent = record_consent(address=name + "-{ADDRESS}", wording=wording)
        known = {{"state": "confirmed", "confirmed_at": consent.given_at}}
        Subscriber.objects.create(email=consent.email, consent=consent, **known)
    two = Article.objects.published().order_by("slug")[:2]
    issue = actions.save_newsletter(by=writer, articles=two, subject="Two studies", preheader="", introduction="Hello")
    issue = actions.approve(newsletter=issue, sha256=fingerprint(as_text(snapshot(issue))), by=by)
    issue = actions.launch(newsletter=issue, sha256=issue.frozen_sha256, by=by)
    actions.begin_due(issue.scheduled_for)
    mails = OutgoingEmail.objects.filter(kind="newsletter")
    mails.filter(email__startswith="failed").update(state="failed", last_reply="451 4.7.1 Greylisted " + "x" * 90)
    mails.filter(email__startswith="got").update(state="sent", sent_at=timezone.now())
    actions.end_finished()
from enquiries.models import SavedView, Tag
Tag.objects.create(name="Whom we met at the congress of 2027")
shared = dict(owner=writer, query="stage=open", shared_at=timezone.now())
SavedView.objects.create(name="Everybody whom we met and who has not written yet since", **shared)
print("ISSUE", issue.pk)
"""
TELEPHONE, DESK = (390, 844), (1440, 900)


@pytest.fixture
def issue(stack: Any) -> str:
    told = stack.site.manage("shell", text=ISSUE)
    assert "ISSUE" in told.stdout, told.stderr
    return f"/admin/newsletters/newsletter/{told.stdout.split()[-1]}/"


def ask(reader: Any, **fields: str) -> None:
    reader.open("/information-packet/")
    reader.fill(phone="+353 1 234 5678", message=WORDS, **fields)
    reader.tick("consent_packet")
    reader.tick("consent_contact")
    reader.click("Send me the packet")


@pytest.fixture
def lead(visitor: Callable[..., Any], at_work: Callable[..., Any]) -> str:
    ask(visitor(), name=NAME, email=ADDRESS)
    staff = at_work()
    staff.open(f"/admin/enquiries/lead/?q={ADDRESS}")
    staff.click(NAME, role="link")
    return staff.page.url.removeprefix(staff.url)


@pytest.fixture
def merge(visitor: Callable[..., Any], lead: str) -> str:
    """The page that compares them with somebody of another name."""
    ask(visitor(), name="Zoë Somebodywithalongname", email=f"also-{ADDRESS}")
    return f"{urlsplit(lead).path.replace('/change/', '/merge/')}?other=also-{ADDRESS}"


def preview(staff: Any) -> str:
    """Of a list that is brought, as far as before it is taken in."""
    staff.page.goto(f"{staff.url}/admin/enquiries/lead/import/")
    file = {"name": "list.csv", "mimeType": "text/csv", "buffer": LIST.encode()}
    staff.page.locator("[name=file]").set_input_files(file)
    staff.tick("agreed")
    staff.fill(consent="Each signed our list at the congress.")
    staff.page.locator("#content form button[type=submit]").first.click()
    staff.page.locator("#columns-form button[type=submit]").first.click()
    staff.sees("Step 3 of 3")
    return staff.page.url.removeprefix(staff.url)


def sideways(page: Any) -> list[str]:
    """What reaches beyond the window, and is in no box that scrolls by itself."""
    return page.evaluate("""() => {
      if (document.documentElement.scrollWidth <= window.innerWidth) return [];
      const wide = [...document.querySelectorAll("body *")].filter(
        one => one.getBoundingClientRect().right > window.innerWidth + 1);
      return wide.map(one => `${one.tagName}.${one.className} ${one.textContent.slice(0, 40)}`);
    }""")


def test_no_page_of_the_day_scrolls_sideways_and_a_persons_words_come_first(
    at_work: Any, stack: Any, lead: str, merge: str, issue: str
) -> None:
    staff = at_work()
    page = staff.page
    pages = ["/admin/", "/admin/enquiries/lead/", lead, merge, preview(staff), "/admin/enquiries/lead/numbers/"]
    of_issue = [issue, f"{issue}recipients/", f"{issue}send-again/", f"{issue}numbers/"]
    for path in [*pages, *of_issue]:
        for (width, height), scheme in ((DESK, "light"), (TELEPHONE, "dark")):
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme=scheme)
            page.goto(staff.url + path)
            staff.look(urlsplit(path).path.strip("/").replace("/", "-"))
            assert sideways(page) == [], (path, width)
    for path, box in ((lead, "Put tags on or take them off"), ("/admin/enquiries/lead/", "Take shared views back")):
        page.goto(staff.url + path)
        page.get_by_text(box).click()
        staff.look(f"opened-{box}")
        assert sideways(page) == [], box
    page.goto(staff.url + lead)
    words = page.get_by_text(WORDS).first.bounding_box()
    assert words["y"] + words["height"] <= TELEPHONE[1]
