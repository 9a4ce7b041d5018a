"""How the packet falls onto its pages."""

import pytest

from tests.enquiries.test_packet_document import content, lowest_ink, pictures, read, whole

# Fixtures, which nothing here calls by name.
__all__ = ["content", "whole"]

PAPERS = ("us-letter", "a4")
NOTICE = {"place": "Florida", "language": "en", "text": "This treatment is not approved. " * 9}
ANSWER = "In lupus, the score of disease activity fell by 2.18 points; for MS there were not enough trials to say. "


def words_of(page):
    return " ".join(page.extract_text().split())


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("notices", [1, 2])
def test_a_notice_of_the_law_leaves_no_page_half_empty(whole, paper, notices):
    pages = pictures({**whole, "paper": paper, "notices": [NOTICE] * notices})
    # A person is in one piece, too.
    assert min(lowest_ink(page) for page in pages[1:-1]) > 0.6


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("long", [1, 2, 3])
def test_what_is_for_ones_own_doctor_fits_on_one_page_however_much_a_study_says(whole, paper, long):
    study = {"design": "Randomized", "participants": "219 people", "main_result": ANSWER * long, "harms": ANSWER * long}
    articles = [{**whole["articles"][0], "title": "Cells for five conditions: what 18 trials say", "study": study}] * 5
    pages = [words_of(page) for page in read({**whole, "paper": paper, "articles": articles}).pages]
    assert "For your own doctor" in pages[-1]
    assert "How to reach us" in pages[-1]
    assert "more: see the studies in this packet." in pages[-1]


def test_the_reader_is_told_on_which_page_what_is_for_their_doctor_begins(whole):
    pages = [words_of(page) for page in read(whole).pages]
    assert f"What is for them begins on page {len(pages)}." in " ".join(pages)
    few = {name: value for name, value in whole.items() if name not in ("people", "articles")}
    assert "What is for them" not in " ".join(words_of(page) for page in read(few).pages)
