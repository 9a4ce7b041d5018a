"""What libraries lose, each as it was found."""

import json
from typing import Any
from urllib.parse import parse_qsl

import pytest

from articles.citation_form import sentences
from articles.citations.coins import context_object
from articles.citations.formats import FORMATS, read_any
from articles.citations.records import Reading

pytestmark = pytest.mark.pure

RIS = """TY  - JOUR
AU  - van der Berg, J. K.
AU  - O'Brien, Zoë
AU  - Smith, John, Jr.
T1  - Cells in a mouse.
JO  - J Example Med
PY  - 2021/05/04
VL  - 15
SP  - 1431
EP  - 1441
UR  - https://doi.org/10.5555/abc
ER  -
"""
NBIB = """PMID- 33277427
OWN - NLM
VI  - 8
IP  - 1
DP  - 2021 Jan
TI  - Cells in a mouse: two-year
      follow-up.
PG  - e928
LID - e928 [pii]
LID - 10.5555/ABC.0928 [doi]
AB  - TI - is not a title here.
FAU - Harris, Violaine K
AU  - Harris VK
AD  - A clinic.
FAU - van der Berg, Jan
CN  - STAR Study Group
SI  - ClinicalTrials.gov/NCT01933802
TA  - J Example Med
JT  - Journal of example medicine
PMC - PMC7738177
AID - 10.5555/WRONG [doi]
"""


def reading(ending: str, text: str | bytes) -> Reading:
    return FORMATS[ending].read(text)


def one(ending: str, text: str | bytes) -> dict[str, Any]:
    (found,) = reading(ending, text).citations
    return found


def whys(found: Reading) -> list[str]:
    return [unread.why for unread in found.unread]


def test_ris_says_what_it_says() -> None:
    found = one("ris", RIS)
    assert found["authors"] == ["van der Berg JK", "O'Brien Z", "Smith J Jr"]
    assert (found["title"], found["year"], found["pages"]) == ("Cells in a mouse", 2021, "1431-1441")
    assert (found["doi"], found["pmid"]) == ("10.5555/abc", None)


@pytest.mark.parametrize(
    "mangled",
    [
        "\ufeff" + RIS,
        RIS.replace("  - ", " - "),
        RIS.replace("  - ", "- "),
        RIS.replace("  - ", "  -"),
        "  " + RIS.replace("\n", "\n  "),
        RIS.replace("\n", "\r\n"),
        RIS.replace("\n", "\r"),
        RIS.replace("\n", "\n\n"),
    ],
)
def test_ris_loses_no_record_to_a_mark_a_space_or_a_line_end(mangled: str) -> None:
    assert one("ris", mangled) == one("ris", RIS)
    assert whys(reading("ris", mangled)) == []


def test_ris_without_its_end_is_read_and_said() -> None:
    found = reading("ris", RIS.replace("ER  -\n", "") * 3)
    assert (len(found.citations), found.began, whys(found)) == (3, 3, ["no_end"] * 3)


def test_the_first_letter_of_a_type_is_kept() -> None:
    assert whys(reading("ris", RIS.replace("TY  - JOUR", "TY  -JOUR"))) == []
    assert whys(reading("ris", RIS.replace("JOUR", "CHAP"))) == ["other_type"]


def test_ris_lines_without_a_tag_belong_to_the_one_before() -> None:
    found = one("ris", RIS.replace("mouse.", "mouse\nMS - and one without"))
    assert found["title"] == "Cells in a mouse MS - and one without"


def test_ris_lines_before_the_first_record_are_said() -> None:
    found = reading("ris", f"Provider: us\nContent: text\n{RIS}")
    assert (len(found.citations), whys(found)) == (1, ["no_record"])


def test_the_number_of_another_library_is_no_pmid() -> None:
    with_number = RIS.replace("ER  -", "AN  - 33277427\nER  -")
    assert one("ris", with_number)["pmid"] == "33277427"
    assert one("ris", with_number.replace("ER  -", "DB  - Scopus\nER  -"))["pmid"] is None


def test_the_address_of_a_page_is_no_doi() -> None:
    assert one("ris", RIS.replace("https://doi.org/10.5555/abc", "https://x.example/10.5555/abc/full"))["doi"] is None


def test_particles_are_written() -> None:
    assert "AU  - van der Berg, J. K." in FORMATS["ris"].write({"authors": ["van der Berg JK"]})


def test_pubmed_says_what_it_says() -> None:
    assert one("nbib", NBIB) == {
        "authors": ["Harris VK", "van der Berg J", "STAR Study Group"],
        "authors_truncated": False,
        "title": "Cells in a mouse: two-year follow-up",
        "journal": "J Example Med",
        "year": 2021,
        "volume": "8",
        "issue": "1",
        "pages": "e928",
        "doi": "10.5555/ABC.0928",
        "pmid": "33277427",
        "pmcid": "PMC7738177",
        "nct": "NCT01933802",
    }


@pytest.mark.parametrize(
    ("old", "new", "doi"),
    [
        ("LID - e928 [pii]\n", "", "10.5555/ABC.0928"),
        ("LID - 10.5555/ABC.0928 [doi]\n", "", "10.5555/WRONG"),
        ("AID - 10.5555/WRONG [doi]\n", "", "10.5555/ABC.0928"),
    ],
)
def test_a_doi_may_stand_in_either_of_two_fields(old: str, new: str, doi: str) -> None:
    assert one("nbib", NBIB.replace(old, new))["doi"] == doi


def test_pubmed_records_need_no_blank_line_between() -> None:
    assert len(reading("nbib", NBIB + NBIB).citations) == 2
    assert len(reading("nbib", NBIB + "\n" + NBIB).citations) == 2


@pytest.mark.parametrize(
    ("author", "stored"),
    [
        ("van der Berg, Jan", ["van der Berg J"]),
        ("Jan van der Berg", ["van der Berg J"]),
        ("Smith, Jr, John A.", ["Smith JA Jr"]),
        ("{Research and Trials Group} and Fu, Q.-L.", ["Research and Trials Group", "Fu QL"]),
        (r"M{\"u}ller, {\'E}. and {\L}ukasz, {\v{Z}}. and \AA{}ngstr\"om, J.", ["Müller É", "Łukasz Ž", "Ångström J"]),
        ("Nu\\~nez, {\\c{C}}. and others", ["Nuñez Ç"]),
    ],
)
def test_bibtex_authors(author: str, stored: list[str]) -> None:
    found = one("bib", "@article{x, author = {%s}, title={T}}" % author)  # noqa: UP031
    assert found["authors"] == stored
    assert found["authors_truncated"] == ("others" in author)


def test_bibtex_in_its_odder_forms() -> None:
    text = """@comment{nothing} @string{jem = "J Example Med"}
    Some words between.
    @Article(key, TITLE = "The {MSC} in \\emph{mice} \\& men" # {: a trial}, journal = jem, month = may, year = 2021,
    pages={1431--1441}, note = {PMID: 33277427})"""
    found = one("bib", text)
    assert (found["title"], found["journal"]) == ("The MSC in mice & men: a trial", "J Example Med")
    assert (found["year"], found["pages"], found["pmid"]) == (2021, "1431-1441", "33277427")


def test_bibtex_that_breaks_off_is_said() -> None:
    found = reading("bib", "@article{a, title = {One}}\n@article{b, title = {Two}, author = {Muster")
    assert ([entry["title"] for entry in found.citations], whys(found)) == (["One", "Two"], ["no_end"])


def test_csl_json_of_others() -> None:
    text = """{"title": ["Cells"], "container-title": ["Journal"], "container-title-short": "J Ex", "volume": 8,
    "issued": {"raw": "2021-05"}, "URL": "https://doi.org/10.5555/abc", "author": [
    {"family": "Berg", "given": "Jan-Piet", "non-dropping-particle": "van der"}, {"literal": "STAR Group"}]}"""
    found = one("json", text)
    assert found["authors"] == ["van der Berg JP", "STAR Group"]
    assert (found["title"], found["journal"], found["volume"], found["year"]) == ("Cells", "J Ex", "8", 2021)
    assert found["doi"] == "10.5555/abc"


def test_no_database_refuses_what_is_read() -> None:
    found = one("json", '[{"title": "A\\u0000 mouse \\ud800", "author": []}]')
    assert found["title"] == "A mouse"


def test_reference_managers_pick_up_the_paper() -> None:
    paper = {
        "authors": ["van der Berg J", "STAR Group"],
        "title": "A & B",
        "journal": "J",
        "year": 2021,
        "doi": "10.1/x",
    }
    pairs = parse_qsl(context_object(paper))
    assert ("rft.genre", "article") in pairs
    assert ("rft_id", "info:doi/10.1/x") in pairs
    assert ("rft.atitle", "A & B") in pairs
    assert [value for key, value in pairs if key == "rft.au"] == paper["authors"]
    assert ("rft.aulast", "van der Berg") in pairs


DRESSED = "10<sup>6</sup> cells &amp; <i>E. coli</i> at CO<sub>2</sub>, p<0.05"
PLAIN = "10⁶ cells & E. coli at CO₂, p<0.05"


def test_a_dose_in_a_title_is_not_another_for_having_been_raised() -> None:
    csl = json.dumps({"title": [DRESSED], "container-title": ["J &amp; K"], "DOI": "10.5555/abc"})
    assert (one("json", csl)["title"], one("json", csl)["journal"]) == (PLAIN, "J & K")
    assert one("ris", RIS.replace("Cells in a mouse", DRESSED))["title"] == PLAIN
    bibtex = (
        r"@article{a, title={10\textsuperscript{6} cells in CO\textsubscript{2}, 10\textsuperscript{5.5}}, journal={J}}"
    )
    assert one("bib", bibtex)["title"] == "10⁶ cells in CO₂, 10^5.5"


@pytest.mark.parametrize(
    ("dressed", "plain"),
    [
        ("10<sup><i>6</i></sup> cells", "10⁶ cells"),
        ('10<sup class="a">6</sup> cells', "10⁶ cells"),
        ("10<sup>&minus;3</sup> g", "10⁻³ g"),
        ("<b>10</b><sup>5.5</sup> cells", "10^5.5 cells"),
        ("mg/kg<sup>0.75</sup>", "mg/kg^0.75"),
        ("of &lt;i&gt;, A &amp;amp; B", "of <i>, A &amp; B"),
    ],
)
def test_however_it_is_dressed_a_power_stays_one(dressed: str, plain: str) -> None:
    assert one("ris", RIS.replace("Cells in a mouse", dressed))["title"] == plain


@pytest.mark.parametrize("three", ["-3", "--3", "{$-$}3", "$-$3", r"\textbf{--3}"])
def test_a_negative_power_of_latex_is_one(three: str) -> None:
    bibtex = "@article{a, title={10\\textsuperscript{" + three + "} g}, journal={J}}"
    assert one("bib", bibtex)["title"] == "10⁻³ g"


@pytest.mark.parametrize("ten", ["{10}", "{{10}}", "$10$", "10{}"])
def test_a_power_of_latex_stays_one_whatever_is_around_its_number(ten: str) -> None:
    bibtex = "@article{a, title={" + ten + "\\textsuperscript{5.5} cells}, journal={J}}"
    assert one("bib", bibtex)["title"] == "10^5.5 cells"


def test_who_pastes_a_title_is_told_that_a_power_may_be_lost() -> None:
    pubmed = RIS.replace("Cells in a mouse", "Of 10(6) and 5 x 107 cells")
    assert "“10(6)”" in " ".join(map(str, sentences(read_any(pubmed))))
    assert "“x 107”" in " ".join(map(str, sentences(read_any(pubmed))))
    assert "power" not in " ".join(map(str, sentences(read_any(RIS))))
