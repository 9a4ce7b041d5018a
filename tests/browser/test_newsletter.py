import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.browser.conftest import ADMIN, Stack
from tests.browser.person import SCREENSHOTS, Person
from tests.embedded.site import Site, with_static_files
from tests.mail_server import MailServer

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.timeout(600)]

LIST = "/admin/newsletters/newsletter/"
READER, WRITER = "zoe@example.org", "wim@clinic.example"
SUBJECT = "What we read: Zoë O'Brien & Sons"
DESK, TELEPHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
PREPARE = f"""
import json
from django.contrib.auth.models import Group
from articles.models import Article
from clinic.models import StaffUser
from foundation.models import ClinicProfile
from tests.newsletters.readers import new_reader
ClinicProfile.objects.update(postal_address="1 Example Street")
writer = StaffUser.objects.create_user("{WRITER}", "{ADMIN["ADMIN_PASSWORD"]}", name="Wim")
writer.groups.add(Group.objects.get(name="editor"))
new_reader("{READER}")
overturned = {{"live_revision__content__newer_evidence__contains": [{{"effect": "overturns"}}]}}
two = Article.objects.published().exclude(**overturned).order_by("slug")[:2]
print(json.dumps([str(article.pk) for article in two]))
"""
ITS_TIME_HAS_COME = """
from django.utils import timezone
from newsletters.models import Newsletter
Newsletter.objects.update(scheduled_for=timezone.now())
"""


@pytest.fixture
def mail() -> MailServer:
    """It listens only once the test begins it, so that an issue under way stays there."""
    return MailServer()


@pytest.fixture
def stack(tmp_path_factory: pytest.TempPathFactory, mail: MailServer) -> Iterator[Stack]:
    """A site of its own, whose mail server is away at first."""
    folder = with_static_files(tmp_path_factory.mktemp("newsletter") / "site")
    with Site(folder, EMAIL_URL=mail.url, FORM_LIMITS="off", **ADMIN) as site:
        yield Stack(site, mail)


def sign_in(staff: Person, address: str) -> Person:
    staff.page.goto(f"{staff.url}/admin/")
    staff.fill(username=address, password=ADMIN["ADMIN_PASSWORD"])
    staff.click("Sign in")
    return staff


def compose(writer: Person, articles: list[str]) -> str:
    """The address of the draft."""
    writer.page.goto(f"{writer.url}{LIST}add/")
    writer.look("newsletter-compose")
    writer.fill(subject=SUBJECT, preheader="Two studies", introduction="Hello from **us**.")
    for number, article in enumerate(articles, start=1):
        writer.page.locator(f"[name=article_{number}]").select_option(article)
    writer.click("Save the draft")
    writer.sees("Nothing is sent before somebody else has approved it.")
    return writer.page.url


def look_at_both_widths(person: Person, name: str) -> None:
    for size in (DESK, TELEPHONE):
        person.page.set_viewport_size(size)  # type: ignore[arg-type]
        person.look(name)
        assert person.page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    person.page.set_viewport_size(DESK)  # type: ignore[arg-type]


def wait_until_it_says(person: Person, address: str, role: Any, name: str) -> None:
    """Workers come by on their own."""
    for _second in range(180):
        person.page.goto(address)
        if person.page.get_by_role(role, name=name, exact=True).count():
            return
        person.page.wait_for_timeout(1000)
    raise AssertionError(f"{address} never showed {name!r}")


def look_at_the_mail(visitor: Callable[..., Person], html: str) -> None:
    reader = visitor()
    for size in (DESK, TELEPHONE):
        reader.page.set_viewport_size(size)  # type: ignore[arg-type]
        reader.page.set_content(html)
        assert reader.page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        if SCREENSHOTS:
            reader.page.screenshot(path=f"{SCREENSHOTS}/newsletter-mail-{size['width']}.png", full_page=True)


def test_an_issue_is_composed_approved_sent_held_and_read_in_the_archive(
    visitor: Callable[..., Person], stack: Stack, mail: MailServer
) -> None:
    done = stack.site.manage("shell", "-v", "0", text=PREPARE)
    assert done.returncode == 0, done.stderr
    writer, sender = sign_in(visitor(), WRITER), sign_in(visitor(), ADMIN["ADMIN_EMAIL"])
    page = compose(writer, json.loads(done.stdout.splitlines()[-1]))
    writer.sees("1 person gets it.")
    writer.sees("Nothing stands in its way.")
    look_at_both_widths(writer, "newsletter-draft")
    assert writer.page.get_by_role("button", name="Approve it").count() == 0
    writer.click("See the mail as it will be", role="link")
    writer.look("newsletter-preview")

    sender.page.goto(page)
    sender.click("Approve it")
    sender.sees("Approved.")
    sender.page.locator("#launch_form button").click()
    sender.sees("Until then you can take it back.")
    assert stack.site.manage("shell", "-v", "0", text=ITS_TIME_HAS_COME).returncode == 0
    wait_until_it_says(sender, page, "button", "Pause")
    look_at_both_widths(sender, "newsletter-under-way")
    sender.click("Pause")
    sender.sees("Nobody gets it until somebody lets it go on")
    sender.look("newsletter-paused")

    with mail:
        sender.click("Send it to me as a test")
        mail.wait_for(ADMIN["ADMIN_EMAIL"], seconds=180)
        mail.wait_for(READER, seconds=180)
        assert SUBJECT not in [str(found["Subject"]) for found in mail.to(READER)]
        sender.page.goto(page)
        sender.click("Go on")
        reader = visitor()
        wait_until_it_says(reader, f"{reader.url}/newsletter/archive/", "link", SUBJECT)
        reader.look("newsletter-archive")
        reader.click(SUBJECT, role="link")
        look_at_both_widths(reader, "newsletter-issue")
        [issue] = [found for found in mail.to(READER) if str(found["Subject"]) == SUBJECT]
    html = issue.get_body(("html",))
    assert html
    look_at_the_mail(visitor, html.get_content())
    sender.page.goto(f"{sender.url}{LIST}digests/")
    sender.look("newsletter-digests")
