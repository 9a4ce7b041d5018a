import re
from typing import Any

import pytest

from tests.browser.test_main_job import link_in

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.timeout(300)]

WIDTH = 390
PHONE = {"viewport": {"width": WIDTH, "height": 844}}
ARTICLE = "/research/neural-progenitors-progressive-ms/"
# What stands in no list for machines, or only once somebody did something wrong.
OTHERS = ["/information-packet/", "/newsletter/", "/information-packet/thanks/", "/newsletter/check-your-email/"]
OTHERS += ["/research/search/?q=multple+sclerosis", "/research/search/?q=stem+cells", "/admin/login/"]
REFUSED = ["/information-packet/", "/newsletter/"]
TWICE_AS_LARGE = "() => { document.documentElement.style.fontSize = '200%'; }"
ADDRESS_OF_A_PAGE = re.compile(r"<loc>https?://[^/<]+([^<]*)</loc>")


def width(reader: Any) -> int:
    reader.page.evaluate(TWICE_AS_LARGE)
    return reader.page.evaluate("document.documentElement.scrollWidth")


def test_nothing_scrolls_sideways_on_a_phone_with_text_twice_as_large(visitor) -> None:
    reader = visitor(**PHONE)
    every = ADDRESS_OF_A_PAGE.findall(reader.context.request.get(f"{reader.url}/sitemap.xml").text())
    assert ARTICLE in every
    wide = []
    for path in [*every, *OTHERS]:
        reader.open(path)
        wide += [path] * (width(reader) > WIDTH)
    assert wide == []


@pytest.mark.parametrize("path", REFUSED)
def test_nor_does_a_form_that_says_what_is_wrong(visitor, path: str) -> None:
    reader = visitor(**PHONE, java_script_enabled=False)
    reader.expects(422)
    reader.open(path)
    reader.fill(email="nope")
    reader.page.locator(f"form[action='{path}'] [type=submit]").click()
    assert reader.page.locator(".invalid-feedback").count()
    assert width(reader) <= WIDTH


def test_nor_do_the_pages_to_which_mails_lead(stack, visitor) -> None:
    reader = visitor(**PHONE)
    reader.open("/newsletter/")
    reader.fill(email="narrow@example.com")
    reader.tick("consent")
    reader.click("Subscribe")
    [asked] = stack.mail.wait_for("narrow@example.com")
    reader.open(link_in(asked, "newsletter/confirm"))
    assert width(reader) <= WIDTH
    reader.page.locator("main").get_by_role("button").click()
    welcome = stack.mail.wait_for("narrow@example.com", count=2)[1]
    for page in ("newsletter/preferences", "newsletter/unsubscribe"):
        reader.open(link_in(welcome, page))
        assert width(reader) <= WIDTH, page


def test_telephone_and_form_are_within_reach_wherever_somebody_reads_on_a_phone(visitor) -> None:
    reader = visitor(**PHONE)
    reader.open(ARTICLE)
    reader.page.evaluate("window.scrollTo(0, document.body.scrollHeight / 3)")
    bar = reader.page.locator(".reach")
    assert bar.locator(".phone").is_visible()
    assert bar.bounding_box()["y"] >= 0
    bar.get_by_role("link", name="Request the free packet").click()
    panel = reader.page.locator("#packet-panel")
    reader.page.wait_for_function("Math.abs(document.querySelector('#packet-panel').getBoundingClientRect().y) < 200")
    assert panel.bounding_box()["y"] >= bar.bounding_box()["y"]


def test_no_heading_lies_below_the_bar_to_which_the_contents_lead(visitor) -> None:
    reader = visitor(**PHONE)
    reader.open(ARTICLE)
    reader.page.get_by_role("link", name="Why this was studied").click()
    heading = reader.page.get_by_role("heading", name="Why this was studied")
    reader.page.wait_for_function("document.querySelector('.reach').getBoundingClientRect().y === 0")
    bar = reader.page.locator(".reach").bounding_box()
    assert heading.bounding_box()["y"] >= bar["y"] + bar["height"]
