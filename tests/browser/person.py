"""Somebody with a browser, who notices what must never happen on any page."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request

STAFF_PATHS = ("/admin/", "/accounts/")
# Not to read stylesheets itself, for which it writes one of its own where one imports another.
AXE = {"resultTypes": ["violations"], "preload": False}
# Where CLINIC_SCREENSHOTS names a folder, each look is kept there for a person to see.
SCREENSHOTS = os.environ.get("CLINIC_SCREENSHOTS")

# What is asked of a page as a whole axe asks of no page in a frame; a mail has no landmarks.
OF_A_FRAME = {
    **AXE,
    "rules": {name: {"enabled": False} for name in ("bypass", "landmark-one-main", "page-has-heading-one", "region")},
}
# Of a page in a frame: what its scripts made of it, and none of them.
INSIDE = """frame => {
  const page = frame.contentDocument.documentElement.cloneNode(true);
  for (const script of page.querySelectorAll("script")) script.remove();
  return {html: "<!doctype html>" + page.outerHTML, width: frame.clientWidth, height: frame.clientHeight};
}"""


RUN_AXE = "options => axe.run(options).then(found => found.violations)"


def violations(page: Page, options: Any) -> list[dict[str, Any]]:
    """What is in order stays in the browser: to send and read that takes a third of the time of a look."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    found: list[dict[str, Any]] = page.evaluate(RUN_AXE, options)
    return found


class Person:
    def __init__(self, context: BrowserContext, url: str, *, scripts: bool = True) -> None:
        self.context = context
        # axe is a script itself, so without scripts it would never answer.
        self.scripts = scripts
        self.url = url
        self.host = urlsplit(url).netloc
        self.faults: list[str] = []
        self.expected_statuses: set[int] = set()
        self.page: Page = context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))
        self.page.on("request", self._see_request)

    def _hear(self, message: ConsoleMessage) -> None:
        # Chromium reports a refused inline style or script here too, as an error.
        refused = any(f"status of {status}" in message.text for status in self.expected_statuses)
        if message.type in ("error", "warning") and not refused:
            self.faults.append(f"{self.page.url}: console: {message.text}")

    def _see_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != self.host:
            self.faults.append(f"{self.page.url}: asks another host: {parts.netloc}")

    def expects(self, status: int) -> None:
        """Chromium prints every answer from 400 on as an error; this one is part of the test."""
        self.expected_statuses.add(status)

    def open(self, address: str) -> None:
        self.page.goto(address if address.startswith("http") else self.url + address)
        self.look()

    def click(self, name: str, role: Any = "button") -> None:
        self.page.get_by_role(role, name=name).click()
        self.page.wait_for_load_state("networkidle")

    def look(self, name: str = "", options: Any = AXE) -> None:
        """Checks the page as it stands now."""
        path = urlsplit(self.page.url).path
        if not path.startswith(STAFF_PATHS):
            self.faults += [f"{path}: cookie {cookie['name']}" for cookie in self.context.cookies()]
        for violation in violations(self.page, options) if self.scripts else []:
            targets = [node["target"] for node in violation["nodes"]]
            self.faults.append(f"{path}: axe {violation['id']}: {violation['help']} {targets}")
        if SCREENSHOTS:
            width = (self.page.viewport_size or {"width": 0})["width"]
            file = f"{name or path.strip('/').replace('/', '-')[:60] or 'home'}-{width}.png"
            self.page.screenshot(path=str(Path(SCREENSHOTS) / file), full_page=True)

    def look_inside(self, frame: str, name: str = "") -> None:
        """Axe looks into no frame, and a frame may allow no script: its page is opened by itself, as wide as it is."""
        found: dict[str, Any] = self.page.locator(frame).evaluate(INSIDE)
        before, address = self.page, f"{self.page.url.split('#')[0]}?inside"
        self.page = self.context.new_page()
        self.page.set_viewport_size({"width": found["width"], "height": found["height"]})
        self.page.route(address, lambda route: route.fulfill(body=found["html"], content_type="text/html"))
        self.page.goto(address)
        self.look(name, OF_A_FRAME)
        self.page.close()
        self.page = before

    def sees(self, text: str) -> None:
        self.page.get_by_text(text).first.wait_for()

    def fill(self, **fields: str) -> None:
        """By the name of the field, in the first form of the page that has it."""
        for name, value in fields.items():
            self.page.locator(f"[name={name}]").first.fill(value)

    def tick(self, name: str) -> None:
        self.page.locator(f"[name={name}]").first.check()
