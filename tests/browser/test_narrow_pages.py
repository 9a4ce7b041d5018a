import pytest

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.timeout(300)]

WIDTH = 390
PHONE = {"viewport": {"width": WIDTH, "height": 844}}
ARTICLE = "/research/neural-progenitors-progressive-ms/"
PAGES = ["/", "/research/", ARTICLE, "/research/topics/multiple-sclerosis/", "/information-packet/", "/about/"]
PAGES += ["/research/search/?q=multple+sclerosis", "/research/search/?q=stem+cells", "/newsletter/", "/privacy/"]
PAGES += ["/what-is-known/", "/how-it-works/"]
TWICE_AS_LARGE = "() => { document.documentElement.style.fontSize = '200%'; }"


def test_nothing_scrolls_sideways_on_a_phone_with_text_twice_as_large(visitor) -> None:
    reader = visitor(**PHONE)
    for path in PAGES:
        reader.open(path)
        reader.page.evaluate(TWICE_AS_LARGE)
        assert reader.page.evaluate("document.documentElement.scrollWidth") <= WIDTH, path


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
