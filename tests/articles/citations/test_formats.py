import unicodedata

import pytest

from articles.citation_form import sentences
from articles.citations import identifiers
from articles.citations.fields import FIELDS
from articles.citations.formats import FORMATS, ending_of, read_any
from articles.citations.notices import Said
from tests.articles.citations.generated import citation

pytestmark = pytest.mark.pure


@pytest.mark.parametrize("ending", FORMATS)
def test_two_hundred_citations_come_back_as_they_went(ending: str) -> None:
    form = FORMATS[ending]
    for seed in range(200):
        reading = form.read(form.write(citation(seed)))
        assert reading.citations == [citation(seed)]
        assert (reading.unread, reading.began) == ([], 1)


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("doi", ["10.5555/müller.é1", "10.5555/E\u0301tude"])
def test_a_doi_keeps_its_letters_whatever_their_accents(ending: str, doi: str) -> None:
    form = FORMATS[ending]
    (read,) = form.read(form.write({**citation(7), "doi": doi})).citations
    assert read["doi"] == unicodedata.normalize("NFC", doi)


def test_in_a_text_a_doi_ends_where_the_sentence_goes_on() -> None:
    text = "“doi:10.5555/müller.1”, https://doi.org/10.5555/b—and 10.5555/c…"
    assert identifiers.find_all("doi", text) == ["10.5555/müller.1", "10.5555/b", "10.5555/c"]


@pytest.mark.parametrize("text", ["10.5555/abİc", "10.5555/abI\u0307c", "https://doi.org/10.5555/abI%CC%87c"])
def test_in_a_text_no_doi_ends_before_a_dotted_capital_i(text: str) -> None:
    assert identifiers.find_all("doi", f"See {text}, too.") == ["10.5555/abİc"]
    assert identifiers.find("doi", f"doi:{identifiers.unquote(text)}.")[0] == "10.5555/abİc"


@pytest.mark.parametrize("ending", FORMATS)
def test_a_format_is_known_by_its_text_and_read_from_bytes(ending: str) -> None:
    text = FORMATS[ending].write(citation(7))
    assert ending_of(text) == ending
    for data in (
        text.encode(),
        b"\xef\xbb\xbf" + text.encode(),
        text.encode("utf-16"),
        text.replace("\r\n", "\r").encode(),
    ):
        assert read_any(data).citations == [citation(7)]


@pytest.mark.parametrize("ending", FORMATS)
def test_each_field_of_the_table_has_a_place_in_each_format(ending: str) -> None:
    form = {"bib": "bibtex", "json": "csl"}.get(ending, ending)
    assert [field.name for field in FIELDS if not getattr(field, form)] == ["authors_truncated"]


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize(
    "text", ["", "{", "@", "TY", "[[[[", '[{"author": 5, "title": {}}]', "PMID- x", "@article{", "\x00"]
)
def test_rubbish_raises_nothing(ending: str, text: str) -> None:
    for found in FORMATS[ending].read(text).citations:
        assert set(found) == {field.name for field in FIELDS}


def test_several_records_are_several() -> None:
    for form in (FORMATS["nbib"], FORMATS["ris"], FORMATS["bib"]):
        text = "\n".join(form.write(citation(seed)) for seed in range(3))
        assert form.read(text).citations == [citation(seed) for seed in range(3)]


FIRST = "Muster A. Cells in a mouse. J Ex. 2021;1(2):3-4. doi:10.5555/x."
WRAPPED = "O'Brien Z, Garcia JR. Cells in\n12. people. J Ex.\n2022;1:5."
THIRD = "Li Y. Cells in a rat. J Ex. 2023;2:6-7.\n\ndoi:10.5555/z"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (f"{FIRST}\n\n{WRAPPED}\n\n\n{THIRD}", []),
        (f"\n1. {FIRST}\n2. {WRAPPED}\n3. {THIRD}\n", []),
        (f"[1] {FIRST}\r\n[2] {WRAPPED}\r\n\r\n[3] {THIRD}", []),
        (f"References\n\n1) {FIRST}\n2) {WRAPPED}\n\nSee below\n\n{THIRD}", [1, 8]),
    ],
)
def test_several_printed_citations_are_each_read_and_what_is_none_is_told_with_its_line(
    text: str, lines: list[int]
) -> None:
    reading = read_any(text)
    assert [found["title"] for found in reading.citations] == [
        "Cells in a mouse",
        "Cells in 12. people",
        "Cells in a rat",
    ]
    assert [found["doi"] for found in reading.citations] == ["10.5555/x", None, "10.5555/z"]
    assert reading.unread == [(line, "not_printed") for line in lines]
    assert reading.began == 3 + len(lines)


def test_what_is_no_format_is_read_as_printed() -> None:
    reading = read_any("Muster A. Cells in a mouse. J Ex. 2021;1(2):3-4. doi:10.5555/x.")
    assert [found["doi"] for found in reading.citations] == ["10.5555/x"]
    assert read_any("Dear editor, please see below").unread[0].why == "no_citation"


EACH_NATURE = [
    Said("concern", "2019-05-02", "10.5555/concern."),
    Said("correction", "", "10.5555/S0140(20)30;<b>3"),
    Said("retraction", "2026-01-24", ""),
    Said("reinstatement", "2026-02-01", "10.5555/back_again"),
]


@pytest.mark.parametrize("ending", FORMATS)
def test_what_a_journal_took_back_comes_back_as_it_went_and_changes_nothing_else(ending: str) -> None:
    form = FORMATS[ending]
    for seed in range(50):
        said = [one for place, one in enumerate(EACH_NATURE) if seed >> place & 1]
        reading = form.read(form.write({**citation(seed), "notices": said, "retracted": False}))
        assert (reading.citations, reading.unread) == ([citation(seed)], [])
        assert sorted(reading.notices.get(0, [])) == sorted(read_back(ending, one) for one in said)


def read_back(ending: str, said: Said) -> Said:
    # PubMed's fields give a DOI at the end of a sentence, where a full stop is the sentence's.
    return said._replace(doi=said.doi.rstrip(".")) if ending == "nbib" else said


@pytest.mark.parametrize(
    "text",
    [
        "PMID- 77\r\nTI  - Cells\r\nPT  - Journal Article\r\nPT  - Retracted Publication\r\n",
        '[{"type": "article-journal", "title": "Cells", "status": "retracted"}]',
        "TY  - JOUR\r\nTI  - RETRACTED: Cells\r\nER  - \r\n",
        "@article{a, title = {[Retracted Article] Cells}}",
        "Levy J, Smith A. RETRACTED: Cells. Lancet. 2020;375(9713):445-50. doi:10.1016/S0140-6736(10)60175-4",
    ],
)
def test_that_others_say_of_a_paper_that_it_is_retracted_is_understood(text: str) -> None:
    reading = read_any(text)
    assert reading.notices == {0: [Said("retraction")]}
    assert "Its record says that the journal has retracted it" in " ".join(map(str, sentences(reading)))


def test_a_notice_as_pubmed_writes_it_is_understood() -> None:
    said = "RIN - Lancet. 2010 Feb 6;375(9713):445. doi: 10.1016/S0140-6736(10)60175-4. PMID: 20137807"
    reading = read_any(f"PMID- 9500320\r\nTI  - Cells\r\nPT  - Retracted Publication\r\n{said}\r\n")
    assert reading.notices == {0: [Said("retraction", "2010-02-06", "10.1016/S0140-6736(10)60175-4")]}
