from typing import Any

import pytest
from playwright.sync_api import Browser

from articles.sections import TAGS, html_of
from tests.articles.payloads import PAYLOADS

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

# What a browser made of it, element by element; the frame is ours.
WALK = """(tags) => [...document.querySelectorAll("main *")].flatMap((element) => {
  const strange = [];
  const tag = element.localName;
  if (!tags.includes(tag) || element.namespaceURI !== "http://www.w3.org/1999/xhtml") strange.push(tag);
  for (const { name } of element.attributes) if (!(tag === "a" && ["href", "rel"].includes(name))) strange.push(name);
  const scheme = tag === "a" && element.href ? element.protocol : "https:";
  if (!["https:", "mailto:", "tel:"].includes(scheme)) strange.push(element.href);
  return strange;
})"""


def test_a_browser_finds_nothing_active_in_three_hundred_payloads(chromium: Browser) -> None:
    page = chromium.new_page()
    asked: list[Any] = []
    page.route("**/*", lambda route: (asked.append(route.request.url), route.abort()))
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    parts = "".join(f"<section>{html_of(payload)}</section>" for payload in PAYLOADS)
    page.set_content(f"<base href='https://a.example/'><main>{parts}</main>")
    strange = page.evaluate(WALK, [*TAGS, "section"])
    page.close()
    assert (strange, asked) == ([], [])
