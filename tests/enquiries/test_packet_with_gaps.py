"""What a clinic has not told, no packet tells of."""

import os
import random
import re
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from clinic.embedded.speech import say
from enquiries.documents import build_packet_pdf
from tests.enquiries.checkers import failures, findings, pdfua
from tests.enquiries.test_packet_document import content, headings_in_outline, photograph, whole

# Fixtures, which nothing here calls by name.
__all__ = ["content", "whole"]

# In the order of the packet.
SECTION_OF = {
    "unknown": "What is not known",
    "known": "What is known",
    "numbers": "What we counted ourselves",
    "process_steps": "Our whole process, step by step",
    "people": "Whom you may meet",
    "costs": "What it costs",
    "questions_to_ask": "Questions to ask any clinic",
    "articles": "Studies that we explain on our site",
    "glossary": "Hard words in plain ones",
    "about": "Who we are",
}
# What else makes a section.
BESIDE = {"costs": "price"}
DETAILS = ("tagline", "postal_address", "phone", "email", "hours", "site_url")
# Rows of each, and what each row has always.
ROWS = {
    "people": ("name", "photo_alt"),
    "articles": ("title", "summary", "url"),
    "notices": ("place", "language", "text"),
    "glossary": ("term", "meaning"),
}
LEVELS, TEXT = {"/H1", "/H2"}, {"/P", "/L", "/Table", "/Figure", "/TOC"}
NOTICE = {"place": "Florida", "language": "es", "text": "No está aprobado.\n\nPregunte a su médico."}
# Ten thousand take half an hour of a processor. They can be shared among several: PACKETS_FROM=0 PACKETS=5000 and
# PACKETS_FROM=5000 PACKETS=5000 are all of them.
PACKETS, FIRST = int(os.environ.get("PACKETS", "10000")), int(os.environ.get("PACKETS_FROM", "0"))


@pytest.fixture
def all_there_is(whole):
    warned = {
        **whole["articles"][0],
        "warnings": ["The journal has retracted this paper"],
        "review": {"is_sent_back": True},
    }
    articles = [*whole["articles"][:3], warned]
    return {**whole, "articles": articles, "notices": [NOTICE] * 2, "logo": list(photograph()), "paper": "a4"}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(min_value=0, max_value=2**32))
def test_whatever_is_missing_leaves_no_heading_without_a_text(all_there_is, seed):
    check(without(all_there_is, some_of(seed)))


@pytest.mark.full
@pytest.mark.timeout(14400)
def test_packets_with_fields_missing_at_random(all_there_is):
    for number in range(FIRST, FIRST + PACKETS):
        try:
            check(without(all_there_is, some_of(number)))
        except (AssertionError, ValueError) as error:
            raise AssertionError(f"packet {number}") from error
        if number % 500 == 499:
            say(f"packets to {number}: 0 bad")


def some_of(seed):
    """Of some packets nearly all is missing, of others nearly nothing."""
    chance = random.Random(seed)
    share = chance.random()
    return lambda names: {name for name in names if chance.random() < share}


def without(content, missing):
    """A packet without what `missing` picks of some names: of parts, of the clinic, of each row and its own parts."""
    clinic = dict.fromkeys(missing(DETAILS), "")
    left = thinned(content, missing, "clinic", "paper") | {"clinic": {**content["clinic"], **clinic}}
    rows = {name: [thinned(row, missing, *ROWS[name]) for row in left[name]] for name in ROWS if left.get(name)}
    return left | rows


def thinned(row, missing, *always):
    """Half of what is gone is empty, as of a field that nobody filled in, and half not there at all."""
    names = [name for name in row if name not in always]
    gone, empty = missing(names), missing(names)
    kept = {name: emptied(value) if name in empty & gone else value for name, value in row.items()}
    return {name: inner(value, missing) for name, value in kept.items() if name not in gone - empty}


def emptied(value):
    return type(value)()


def inner(value, missing):
    """The answers of a study are fields of their own."""
    is_answers = isinstance(value, dict) and value and all(isinstance(answer, str) for answer in value.values())
    return {**value, **dict.fromkeys(missing(sorted(value)), "")} if is_answers else value


def check(content):
    pdf = build_packet_pdf(content)
    reader, clinic = PdfReader(BytesIO(pdf)), content["clinic"]
    found = headings_in_outline(reader)
    wanted = [title for name, title in SECTION_OF.items() if content.get(name) or content.get(BESIDE.get(name, ""))]
    assert [title for title in found if title in SECTION_OF.values()] == wanted
    can_be_reached = any(clinic[name] for name in ("phone", "email", "hours", "postal_address", "site_url"))
    assert ("What you can do now" in found) == can_be_reached
    assert ("In this packet" in found) == bool(wanted or can_be_reached)
    assert ("For your own doctor" in found) == is_for_doctors(content)
    assert empty_headings(reader) == []
    assert failures(pdf) == []


@pytest.mark.parametrize(
    ("text", "heads"),
    [
        ("## **[](/x/)**\n\nA text.", 0),
        ("## &nbsp;\n\nA text.", 0),
        ("## Prices\n\n## What is in them\n\nA text.", 1),
        ("## Prices\n\n### What is in them\n\nA text.", 1),
        ("A text.\n\n## On request", 0),
        ("- # One\n- # Two\n\n  A text.", 1),
        ("> ## Quoted\n\nA text.", 1),
        ("## Prices\n\n[&nbsp;](/x/)\n\nA text.", 1),
    ],
)
def test_whatever_headings_a_clinic_types_none_is_empty_and_no_word_is_lost(content, text, heads, tmp_path):
    plain, pdf = (build_packet_pdf({**content, "about": about}) for about in ("A text.", text))
    readers = [PdfReader(BytesIO(each)) for each in (plain, pdf)]
    before, after = ([tag["/S"] for tag in in_order(reader)].count("/H2") for reader in readers)
    assert (after - before, empty_headings(readers[1])) == (heads, [])
    words = " ".join(" ".join(page.extract_text().split()) for page in readers[1].pages)
    assert [word for word in re.findall("[A-Z][a-z ]+", text) if word.strip() not in words] == []
    assert failures(pdf) == []
    assert pdfua is None or findings(pdf, tmp_path) == []


def is_for_doctors(content):
    answered = [row for row in content.get("articles", []) if any(row.get("study", {}).values())]
    return bool(answered or [row for row in content.get("people", []) if row.get("registration")])


def empty_headings(reader):
    """Those behind which comes another of the same or a higher level, or nothing."""
    tags = [tag["/S"] for tag in in_order(reader) if tag["/S"] in LEVELS or tag["/S"] in TEXT]
    pairs = zip(tags, [*tags[1:], "/H1"], strict=True)
    return [tag for tag, after in pairs if tag in LEVELS and after in LEVELS and after <= tag]


def in_order(reader):
    """As a screen reader comes by them."""

    def below(node):
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for child in node:
                yield from below(child)
        elif isinstance(node, dict) and "/S" in node:
            yield node
            yield from below(node.get("/K", []))

    return below(reader.trailer["/Root"]["/StructTreeRoot"]["/K"])
