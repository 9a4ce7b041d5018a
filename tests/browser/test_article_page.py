import io
import re
from typing import Any

import pytest
from pypdf import PdfReader

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.timeout(300)]

PAGE = "/research/cord-cells-advanced-liver-cirrhosis/"
DESK = {"viewport": {"width": 1280, "height": 800}}
TELEPHONE = {"viewport": {"width": 390, "height": 844}}
WEIGHT = ["fontSize", "color", "backgroundColor", "borderTopWidth", "borderTopColor", "paddingTop"]


def look_of(page: Any, box: str) -> list[str]:
    return list(page.locator(box).evaluate(f"box => {WEIGHT}.map(name => getComputedStyle(box)[name])"))


@pytest.mark.parametrize("options", [DESK, TELEPHONE], ids=["desk", "telephone"])
def test_the_study_at_a_glance_is_seen_at_once_and_weighs_what_the_findings_do(visitor: Any, options: Any) -> None:
    reader = visitor(**options)
    reader.open(PAGE)
    page = reader.page
    place = page.locator(".study").bounding_box()
    assert place["y"] < options["viewport"]["height"]
    assert look_of(page, ".study") == look_of(page, ".part-findings")
    page.emulate_media(media="print")
    assert page.locator(".study dd").count() == page.locator(".study dd:visible").count() >= 10


@pytest.mark.parametrize("slug", ["neural-progenitors-progressive-ms", "stem-cells-autoimmune-conditions"])
def test_a_printed_article_has_four_pages_at_most_its_address_and_date_and_each_doi_once(
    visitor: Any, slug: str
) -> None:
    reader = visitor()
    reader.open(f"/research/{slug}/")
    printed = PdfReader(io.BytesIO(reader.page.pdf(format="A4")))
    text = "".join("".join(page.extract_text() for page in printed.pages).split())
    assert len(printed.pages) <= 4
    assert f"/research/{slug}/" in text
    assert "lastchanged" in text
    # Of the clinic, for who holds nothing but the paper; what it is called and where changes with the test before.
    name = reader.page.locator('meta[property="og:site_name"]').get_attribute("content")
    told = [name, *(reader.page.locator(found).first.inner_text() for found in ("footer address", "footer a.phone"))]
    assert [words for words in told if "".join(words.split()) not in text] == []
    assert len(set(told)) == 3
    dois = re.findall(r"10\.\d{4,9}/[\w./()-]*\w", text, re.ASCII)
    assert len(dois) >= 2
    assert len(dois) == len({doi.lower() for doi in dois}), dois
