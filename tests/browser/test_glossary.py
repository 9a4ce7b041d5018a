import io
from typing import Any

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.timeout(300)]

PAGE = "/research/neural-progenitors-progressive-ms/"
DESK = {"viewport": {"width": 1440, "height": 900}}
TELEPHONE = {"viewport": {"width": 390, "height": 844}}


def is_as_wide_as_the_window(page: Any) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


@pytest.mark.parametrize("options", [DESK, TELEPHONE], ids=["desk", "telephone"])
def test_a_word_is_explained_by_keyboard_and_closed_by_escape(visitor: Any, options: Any) -> None:
    reader = visitor(**options)
    reader.open(PAGE)
    page = reader.page
    word = page.get_by_role("button", name="single-arm").first
    meaning = page.locator(".meaning:popover-open")
    word.focus()
    page.keyboard.press("Enter")
    expect(meaning).to_contain_text("There is nobody to compare them with.")
    expect(word).to_have_attribute("aria-expanded", "true")
    reader.look("glossary-open")
    assert is_as_wide_as_the_window(page)
    page.keyboard.press("Tab")
    expect(meaning.get_by_role("link")).to_be_focused()
    page.keyboard.press("Escape")
    expect(meaning).to_have_count(0)
    expect(word).to_be_focused()
    expect(word).to_have_attribute("aria-expanded", "false")


@pytest.mark.parametrize("options", [DESK, TELEPHONE], ids=["desk", "telephone"])
def test_without_scripts_a_word_leads_to_its_place_in_the_glossary(visitor: Any, options: Any) -> None:
    reader = visitor(java_script_enabled=False, **options)
    reader.open(PAGE)
    reader.page.get_by_role("link", name="single-arm").first.click()
    reader.page.wait_for_url("**/glossary/#single-arm")
    expect(reader.page.locator("#single-arm")).to_be_in_viewport()
    reader.look("glossary-place")


def test_paper_shows_nothing_of_it(visitor: Any) -> None:
    reader = visitor(**DESK)
    reader.open(PAGE)
    page = reader.page
    page.emulate_media(media="print")
    assert page.locator(".term").first.evaluate("word => getComputedStyle(word).textDecorationLine") == "none"
    printed = PdfReader(io.BytesIO(page.pdf(format="A4")))
    text = " ".join("".join(sheet.extract_text() for sheet in printed.pages).split())
    assert "nobody to compare them with" not in text
    assert "All words" not in text
    assert len(printed.pages) <= 4
