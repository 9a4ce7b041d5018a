import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.person import Person
from tests.embedded.site import Site, with_static_files
from tests.mail_server import MailServer

FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
ADMIN = {"ADMIN_EMAIL": "sam@clinic.example", "ADMIN_PASSWORD": "a long enough password"}


class Stack(NamedTuple):
    site: Site
    mail: MailServer


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = with_static_files(tmp_path_factory.mktemp("browser") / "site")
    # More forms come from here in an hour than from any network.
    with MailServer() as mail, Site(folder, EMAIL_URL=mail.url, FORM_LIMITS="off", **ADMIN) as site:
        yield Stack(site, mail)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        assert os.environ.get("CI") != "true", "CI must have Chromium: .ci/run installs it"
        pytest.skip("no chromium on the PATH; Debian's package is called chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visitor(chromium: Browser, stack: Stack) -> Iterator[Callable[..., Person]]:
    """Makes people with browsers of their own; at the end, none of them may have met a fault of ours."""
    people: list[Person] = []

    def come(**options: Any) -> Person:
        scripts = options.get("java_script_enabled", True)
        people.append(Person(chromium.new_context(**options), stack.site.url, scripts=scripts))
        return people[-1]

    yield come
    for person in people:
        person.context.close()
    assert [fault for person in people for fault in person.faults] == []


@pytest.fixture(scope="session")
def kept_cookies() -> list[Any]:
    """Of whoever works here: to sign in for each test is more than the site allows one account in an hour."""
    return []


@pytest.fixture
def at_work(visitor: Callable[..., Person], kept_cookies: list[Any]) -> Callable[..., Person]:
    """Somebody on staff, signed in, before Today."""

    def come(**options: Any) -> Person:
        staff = visitor(**options)
        staff.context.add_cookies(kept_cookies)
        staff.page.goto(f"{staff.url}/admin/")
        if not kept_cookies:
            staff.fill(username=ADMIN["ADMIN_EMAIL"], password=ADMIN["ADMIN_PASSWORD"])
            staff.click("Sign in")
            kept_cookies.extend(staff.context.cookies())
        return staff

    return come
