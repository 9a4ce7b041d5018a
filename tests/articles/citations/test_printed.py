from typing import Any

import pytest

from articles.citations.printed import NAMES, read_printed

pytestmark = pytest.mark.pure

PAPER = {
    "authors": ["Muster A", "O'Brien Z"],
    "authors_truncated": False,
    "title": "Cells in a mouse",
    "journal": "J Example Med",
    "year": 2021,
    "volume": "15",
    "issue": "6",
    "pages": "1431-1441",
    "doi": "10.5555/abc-1",
    "pmid": None,
    "pmcid": None,
}
OF_WILEY = "10.1002/(SICI)1097(1998)17:15<1661::AID-SIM968>3.0.CO;2-2"
ONE = "Muster A, O'Brien Z. Cells in a mouse. J Example Med. 2021;15(6):1431-1441. doi:10.5555/abc-1"
EXA = "EXA CD Study Group Collaborators"
TWO = "Muster, A., O'Brien, Z. Cells in a mouse. J Example Med 15(6), 1431–1441 (2021). https://doi.org/10.5555/abc-1"


@pytest.mark.parametrize("text", [ONE, TWO])
@pytest.mark.parametrize(
    ("begin", "end"),
    [
        ("", ""),
        ("", "."),
        ("Source: ", "."),
        ("SOURCE:\u00a0", "\n"),
        ("12. ", " ."),
        ("\ufeff", ";"),
        ("[3] ", ".\u200b"),
    ],
)
def test_both_styles_say_the_same_whatever_stands_around_them(text: str, begin: str, end: str) -> None:
    assert read_printed(begin + text + end) == PAPER


@pytest.mark.parametrize("space", ["\u00a0", "\u202f", "\u2009", "  ", "\n"])
@pytest.mark.parametrize("text", [ONE, TWO])
def test_any_space_is_a_space(text: str, space: str) -> None:
    assert read_printed(text.replace(" ", space)) == PAPER


@pytest.mark.parametrize(
    ("behind", "pmid", "pmcid"),
    [
        (". PMID: 33277427; PMCID: PMC7738177.", "33277427", "PMC7738177"),
        (". PMID: 33277427.", "33277427", None),
        (" PMCID: PMC7738177", None, "PMC7738177"),
        (".PMID:33277427.PMCID:PMC7738177.", "33277427", "PMC7738177"),
        (". Epub 2021 Feb 3. PMID: 33277427; PMCID: pmc7738177.", "33277427", "PMC7738177"),
    ],
)
def test_numbers_behind_the_doi_are_read_and_none_is_made_up(behind: str, pmid: str | None, pmcid: str | None) -> None:
    assert read_printed(ONE + behind) == {**PAPER, "pmid": pmid, "pmcid": pmcid}


@pytest.mark.parametrize(
    ("authors", "read", "truncated"),
    [
        ("Muster A.", ["Muster A"], False),
        ("Muster A, et al.", ["Muster A"], True),
        ("Muster A, Li YY, et al.", ["Muster A", "Li YY"], True),
        ("Muster A et al.", ["Muster A"], True),
        ("Muster, A. et al.", ["Muster A"], True),
        ("Muster, A., Li, YY., Xu, RN. et al.", ["Muster A", "Li YY", "Xu RN"], True),
        ("Muster, A.B., & Li, Y.-Y.", ["Muster AB", "Li YY"], False),
        ("Muster, A. B. and Li, Y.", ["Muster AB", "Li Y"], False),
        ("López Quiceno L, van der Berg J.", ["López Quiceno L", "van der Berg J"], False),
        ("López Quiceno, L., van der Berg, J.", ["López Quiceno L", "van der Berg J"], False),
        ("Mesa Bedoya LE, Camacho Barbosa JC.", ["Mesa Bedoya LE", "Camacho Barbosa JC"], False),
        ("O\u2019Brien Z, d\u2019Angelo P, al-Rashid M.", ["O\u2019Brien Z", "d\u2019Angelo P", "al-Rashid M"], False),
        ("Ångström Å, Żółć Ż, Çelik Ö.", ["Ångström Å", "Żółć Ż", "Çelik Ö"], False),
        ("de la Cruz MA Jr, St. John P.", ["de la Cruz MA Jr", "St. John P"], False),
        ("Muster A. B., Stark J. W.", ["Muster AB", "Stark JW"], False),
        ("Muster A, Ali-Khan S-T.", ["Muster A", "Ali-Khan ST"], False),
        ("Muster A; Example Study Group.", ["Muster A", "Example Study Group"], False),
        ("Muster A, Garcia JR, Li SR, Sato II.", ["Muster A", "Garcia JR", "Li SR", "Sato II"], False),
        ("Garcia JR Jr, López Quiceno JR.", ["Garcia JR Jr", "López Quiceno JR"], False),
        ("Panés J, Li Y, et al; EXA CD Study Group Collaborators.", ["Panés J", "Li Y", EXA], True),
        ("Panés J, Li Y, et al.; EXA CD Study Group Collaborators.", ["Panés J", "Li Y", EXA], True),
        (
            "RECOVER Collaborative Group; Horby P, Lim JR, et al.",
            ["RECOVER Collaborative Group", "Horby P", "Lim JR"],
            True,
        ),
        ("Example Trial Investigators.", ["Example Trial Investigators"], False),
    ],
)
def test_authors(authors: str, read: list[str], truncated: bool) -> None:
    citation = read_printed(f"{authors} Cells in a mouse. J Example Med. 2021;15(6):1431-1441. doi:10.5555/abc-1")
    assert citation == {**PAPER, "authors": read, "authors_truncated": truncated}


@pytest.mark.parametrize(
    "title",
    [
        "Do cells help? A trial",
        "Do cells help?",
        "Cells at last!",
        "Dose 1.5 vs. 2.0 million cells in the U.S. Army",
        "Cells: a “blinded” trial",
        "Cells in Crohn\u2019s disease (Phase I/II): 24-month follow-up",
        "Who took part? What was found? An overview. Part 2",
        "A review of papers published online",
        "Cells 2021",
    ],
)
@pytest.mark.parametrize("style", [ONE, TWO])
def test_titles_may_hold_stops(title: str, style: str) -> None:
    stop = "" if title[-1] in "?!" else "."
    assert read_printed(style.replace("Cells in a mouse.", title + stop)) == {**PAPER, "title": title}


def test_a_title_in_quotation_marks_or_with_a_stray_one_is_the_title() -> None:
    for title in ("“Cells in a mouse.”", '"Cells in a mouse".', "Cells in a mouse”."):
        assert read_printed(ONE.replace("Cells in a mouse.", title)) == PAPER


@pytest.mark.parametrize(
    ("place", "read"),
    [
        ("J. 2020;77(14):2771-2794.", ("J", 2020, "77", "14", "2771-2794")),
        ("J. 2020 Dec 4;8(1):e928.", ("J", 2020, "8", "1", "e928")),
        ("J. 2020 Jul-Aug;8(1):1-2.", ("J", 2020, "8", "1", "1-2")),
        ("Stem Cells Int. 2022;2022:9463314.", ("Stem Cells Int", 2022, "2022", None, "9463314")),
        ("Stem Cell Res Ther. 2024;15:146.", ("Stem Cell Res Ther", 2024, "15", None, "146")),
        ("J. 2019;12(Suppl 1):S3\u2013S9.", ("J", 2019, "12", "Suppl 1", "S3-S9")),
        ("J. 2019;12 Suppl 1:S3.", ("J", 2019, "12 Suppl 1", None, "S3")),
        ("Cells (Basel). 2020;9(1):5.", ("Cells (Basel)", 2020, "9", "1", "5")),
        ("J 15, 146 (2024).", ("J", 2024, "15", None, "146")),
        ("J Ex 15(2), e7 (2024)", ("J Ex", 2024, "15", "2", "e7")),
        ("Cell. Mol. Life Sci. 77, 2771\u20132794 (2020).", ("Cell. Mol. Life Sci", 2020, "77", None, "2771-2794")),
        ("Hepatol Int (2021).", ("Hepatol Int", 2021, None, None, None)),
        ("Hepatol Int. 2021 May 3.", ("Hepatol Int", 2021, None, None, None)),
        ("J. 2020;8(1):e928. Published 2020 Dec 4.", ("J", 2020, "8", "1", "e928")),
    ],
)
def test_the_place_in_the_journal(place: str, read: tuple[Any, ...]) -> None:
    citation = read_printed(f"Muster A, O'Brien Z. Cells in a mouse. {place} doi:10.5555/abc-1.")
    names = ("journal", "year", "volume", "issue", "pages")
    assert citation == {**PAPER, **dict(zip(names, read, strict=True))}


@pytest.mark.parametrize(
    ("printed", "doi"),
    [
        ("doi: 10.5555/abc-1.", "10.5555/abc-1"),
        ("DOI 10.5555/abc-1,", "10.5555/abc-1"),
        ("https://dx.doi.org/10.5555/abc-1).", "10.5555/abc-1"),
        ("https://doi.org/ 10.5555/ABC-1", "10.5555/ABC-1"),
        ("10.1016/S0140-6736(20)30183-5.", "10.1016/S0140-6736(20)30183-5"),
        ("(doi:10.5555/abc-1).", "10.5555/abc-1"),
        (f"doi:{OF_WILEY}.", OF_WILEY),
    ],
)
def test_a_doi_ends_where_it_ends(printed: str, doi: str) -> None:
    assert read_printed(ONE.replace("doi:10.5555/abc-1", printed))["doi"] == doi


@pytest.mark.parametrize("authors", ["Muster, A. B., & O'Brien, Z.", "Muster, Anna"])
def test_what_apa_does_not_part_is_left_empty(authors: str) -> None:
    citation = read_printed(
        f"{authors} (2021, May). Cells in a mouse. Journal of Examples, 15(6), 1431-1441. doi:10.5555/x"
    )
    found = {name: citation[name] for name in ("title", "journal", "year", "doi")}
    assert found == {"title": None, "journal": None, "year": 2021, "doi": "10.5555/x"}


@pytest.mark.parametrize("text", ["", ".", " ", "No paper at all", "doi:10.5555/x", "2020;", "et al.", "(2020)"])
def test_what_is_not_printed_is_none(text: str) -> None:
    citation = read_printed(text)
    assert tuple(citation) == NAMES
    assert citation["journal"] is None
    assert citation["pmid"] is None
    assert citation["authors"] is None
