import html
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.importing.bodies import body
from articles.importing.sections import LIST, PARAGRAPH, Block
from articles.templatetags.markdown import markdown

pytestmark = pytest.mark.pure

WORDS = st.text(st.sampled_from("ab1 *_`[]()<>#&;:.)!+-=~\\|x/\"'{}^$@"), min_size=1, max_size=40)
# As a line of a file arrives: spaces made one, and with a letter in it.
LINES = WORDS.map(lambda text: " ".join(text.split())).filter(lambda text: re.search(r"\w", text))


def shown(blocks: list[Block]) -> list[str]:
    """What a reader sees, item by item; a tag that came of the text itself would be missing in it."""
    page = re.sub(r"</?(p|ul|li)>", "\n", markdown(body(blocks)))
    return [html.unescape(line) for line in page.split("\n") if line]


# A deadline of some milliseconds would measure the machine.
@settings(deadline=None)
@given(LINES)
def test_a_paragraph_is_shown_as_it_stood_in_the_file(text: str) -> None:
    assert shown([Block(PARAGRAPH, text)]) == [text]


# A deadline of some milliseconds would measure the machine.
@settings(deadline=None)
@given(LINES, LINES)
def test_a_list_is_shown_as_it_stood_in_the_file(text: str, item: str) -> None:
    assert shown([Block(LIST, f"{text}:", (item, "second"))]) == [f"{text}:", item, "second"]


@pytest.mark.parametrize(
    "text",
    [
        "1986. A great year",
        "# of people: 20",
        "- 2 points",
        "> 50 years old",
        "5) and so on",
        "R&D &amp; *p* < 0.05 <b>",
    ],
)
def test_no_sign_of_the_file_marks_up(text: str) -> None:
    assert shown([Block(PARAGRAPH, text)]) == [text]


def test_what_needs_no_escape_is_easy_to_edit() -> None:
    text = "Most people (p < 0.05) had 20-30 points & no harm."
    assert body([Block(PARAGRAPH, text)]) == text


def test_a_heading_with_nothing_under_it_is_kept_as_a_gap_to_be_seen() -> None:
    assert body([]) == "…"
