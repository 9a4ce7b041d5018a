from typing import Any

import pytest

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.timeout(300)]

SEARCH = "/research/search/"


def test_what_is_found_comes_as_somebody_types_and_without_scripts_by_the_button(visitor: Any) -> None:
    reader = visitor(viewport={"width": 390, "height": 844})
    reader.open(SEARCH)
    page = reader.page
    page.get_by_label("Search the summaries").press_sequentially("cirrh")
    page.get_by_role("link", name="Cord stem cells for advanced cirrhosis").wait_for()
    assert page.get_by_role("button", name="Search").is_enabled()
    page.get_by_label("Topic").select_option("lupus")
    page.get_by_text("Nothing found for").wait_for()
    assert page.url.endswith("?q=cirrh&topic=lupus&design=")
    plain = visitor(java_script_enabled=False)
    plain.page.goto(f"{plain.url}{SEARCH}")
    plain.page.get_by_label("Search the summaries").fill("cirrhosis")
    plain.page.get_by_role("button", name="Search").click()
    assert plain.page.get_by_role("link", name="Cord stem cells for advanced cirrhosis").is_visible()
