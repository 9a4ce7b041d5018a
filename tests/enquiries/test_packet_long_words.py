"""Whatever a clinic types, and however long it is, stands on its page, in one place, and is not lost at an edge."""

import pytest

from enquiries.documents import build_packet_pdf
from tests.enquiries.checkers import failures, findings, pdfua
from tests.enquiries.test_packet_document import content, lowest_ink, pictures, read, whole

# Fixtures, which nothing here calls by name.
__all__ = ["content", "whole"]

LONGEST = (
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    "Превысокомногорассмотрительствующий" * 2,
    "λοπαδοτεμαχοσελαχογαλεοκρανιολειψανοδριμυποτριμματοσιλφιοκαραβο",
)
PAPERS = ("us-letter", "a4")
ADDRESS = "anmeldung.der.stammzellen@donaudampfschifffahrtsklinik.example"
HOURS = ("Monday to Thursday, 9 a.m. to 12 noon and 1 p.m. to 5 p.m.; Friday, 9 a.m. to 1 p.m.; " * 2)[:200]
# Of an inch, as a part of a page's width: nothing is set nearer to its edge.
MARGIN = 0.9 / 8.5


def with_long(content, word):
    person = {"name": f"Dr. {word}", "credentials": word, "registration": word}
    person |= {"register_url": f"https://register.example/{'a1' * 60}"}
    study = dict.fromkeys(("design", "participants", "main_result", "harms"), f"{word} {word}. " * 3)
    article = {
        "title": f"{word} in 20 people",
        "summary": f"{word} {word}.",
        "study": study,
        "limits": {"limits": word},
    }
    article |= {"url": f"https://clinic.example/{'a1' * 40}/", "doi": f"10.1000/{'x1' * 40}"}
    article |= {"icons": [{"count": 33, "of": 100, "words": word}] * 2}
    return {
        **content,
        "clinic": {**content["clinic"], "name": word[:90], "tagline": f"{word} {word}", "email": ADDRESS},
        "known": f"## {word}\n\n{word} {word}\n\n- {word}",
        "numbers": {"harm": [f"Of 120 people {word}, 38 {word}."]},
        "price": f"From 2,147,483,647 to 2,147,483,647 EUR for {word}.",
        "process_steps": [{"title": word, "text": f"{word} {word}"}] * 8,
        "people": [person],
        "articles": [article],
        "glossary": [{"term": word, "meaning": word}],
        "notices": [{"place": word, "language": "es", "text": word}],
    }


def ink_at_the_right(page, top):
    """Whether something stands at the edge of a page, below what is filled on purpose."""
    edge = page.crop((round(page.width * (1 - MARGIN)), round(page.height * top), page.width, page.height))
    return edge.getextrema()[0] < 254


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("word", LONGEST)
def test_a_word_longer_than_its_line_ends_on_the_next_one(content, word, paper):
    long = {**with_long(content, word), "paper": paper}
    cover, *pages = pictures(long)
    assert [number for number, page in enumerate(pages, start=2) if ink_at_the_right(page, 0)] == []
    assert not ink_at_the_right(cover, 0.5)


def test_and_the_packet_can_still_be_heard(content, tmp_path):
    pdf = build_packet_pdf(with_long(content, LONGEST[0]))
    assert failures(pdf) == []
    assert pdfua is None or findings(pdf, tmp_path) == []


def test_no_word_of_usual_length_is_parted(whole):
    whole["process_steps"][0]["title"] = "Immunosuppressive treatment"
    said = " ".join(page.extract_text() for page in read(whole).pages)
    assert "Immunosuppressive" in said
    assert "\u200b" not in said


@pytest.mark.parametrize("paper", PAPERS)
def test_whom_to_call_stands_on_the_cover_however_long_that_is(content, paper):
    clinic = {**content["clinic"], "hours": HOURS, "tagline": "Plain words about cells. " * 8}
    clinic["postal_address"] = "\n".join(["Building 7", "Third floor", "The Old Works", "2 Harbor Street"] * 2)
    first, second = (page.extract_text() for page in read({**content, "clinic": clinic, "paper": paper}).pages[:2])
    assert "https://clinic.example/" in first
    assert "Version 1, November 2026" in first
    assert "In this packet" in second


def rows_of_ground(page):
    """From the top, how much of the cover is filled, and where the next words begin: in inches."""
    left = page.crop((round(page.width * 0.14), 0, round(page.width * 0.5), page.height))
    darkest = [min(left.crop((0, row, left.width, row + 1)).tobytes()) for row in range(page.height)]
    filled = next(row for row, value in enumerate(darkest) if value > 250)
    words = next(row for row, value in enumerate(darkest) if row > filled and value < 200)
    return filled / 20, words / 20


@pytest.mark.parametrize("paper", PAPERS)
def test_the_words_of_the_cover_keep_their_distance_from_its_ground(content, paper):
    filled, words = rows_of_ground(pictures({**content, "paper": paper})[0])
    assert words - filled >= 0.25


@pytest.mark.parametrize("part", ["notice", "step", "person", "study"])
def test_what_is_longer_than_a_page_goes_on_on_the_next_one(whole, part):
    much = "A sentence of nine words that says nothing new. " * 120
    if part == "notice":
        whole["notices"] = [{"place": "Florida", "language": "en", "text": much}]
    elif part == "step":
        whole["process_steps"][0] = {"title": "Long", "text": much}
    elif part == "person":
        whole["people"] = [{**whole["people"][0], "role": much}]
    else:
        whole["articles"] = [{**whole["articles"][0], "summary": much}]
    pages = pictures(whole)
    assert [number for number, page in enumerate(pages[1:], start=2) if ink_below_the_foot(page)] == []


def ink_below_the_foot(page):
    return page.crop((0, round(page.height * 0.96), page.width, page.height)).getextrema()[0] < 254


def test_no_heading_stands_alone_on_a_page_before_a_long_study(whole):
    study = {**whole["articles"][0], "summary": "A sentence of nine words that says nothing new. " * 45}
    pages = pictures({**whole, "articles": [study] * 2})
    assert min(lowest_ink(page) for page in pages[1:-1]) > 0.5


def test_a_packet_of_little_leaves_no_page_empty_behind_its_list_of_sections(content):
    little = {"clinic": content["clinic"], "unknown": content["unknown"], "about": "We are four."}
    pages = read(little).pages
    assert "What is not known" in pages[1].extract_text().replace("What is not known", "", 1)
    assert len(pages) == 3
