from pathlib import Path

import pytest

from articles.citations.formats import read_any
from articles.citations.printed import read_printed
from articles.citations.styles import ama, shortened, vancouver

pytestmark = pytest.mark.pure

GOLDEN = Path(__file__).parent / "golden.txt"
CASES = [case.strip().split("\n") for case in GOLDEN.read_text(encoding="utf-8").split("\n\n") if case.strip()]


def test_there_are_sixty() -> None:
    assert 2 * len(CASES) == 60


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0][:60])
def test_a_citation_is_printed_as_the_styles_say(case: list[str]) -> None:
    """Each record as one line of RIS, its fields apart by |; then AMA, then Vancouver."""
    record, in_ama, in_vancouver = case
    lines = [f"{field[:2]}  - {field[3:]}" for field in record.split("|")]
    (citation,) = read_any("\n".join(["TY  - JOUR", *lines, "ER  -"])).citations
    assert [str(ama(citation)), str(vancouver(citation))] == [in_ama, in_vancouver]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0][:60])
def test_what_we_print_we_read(case: list[str]) -> None:
    for text in case[1:]:
        assert str((ama if text == case[1] else vancouver)(read_printed(text))) == text


@pytest.mark.parametrize(
    ("pages", "short"),
    [
        ("2771-2794", "2771-94"),
        ("1431-1441", "1431-41"),
        ("284-287", "284-7"),
        ("S3-S9", "S3-9"),
        ("99-101", "99-101"),
        ("211A-218A", "211A-218A"),
        ("e928", "e928"),
        ("1-3, 7-9", "1-3, 7-9"),
        ("10-10", "10-10"),
    ],
)
def test_a_range_is_shortened_as_long_as_it_can_be_read(pages: str, short: str) -> None:
    assert shortened(pages) == short
