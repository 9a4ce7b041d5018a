import json
import random
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from articles.importing import MOST_BYTES, Reading, Unreadable, read
from tests.articles import manglings
from tests.articles.manglings import FOLDER, MANGLINGS, NAMES, export, sample

pytestmark = pytest.mark.pure

# Signs that the copy's encoding has not, or that somebody made straight: as the copy has them, so are they read.
OTHER_SIGNS: dict[str, dict[int, Any]] = {
    "latin_1": manglings.TO_LATIN1,
    "windows_1252": manglings.TO_WINDOWS,
    "straight_quotes": manglings.STRAIGHT,
}
BLOCKS_OF_FORMS = len(sample("forms").split("\n\n"))
MORE_DROPPED = {
    "forms_between_articles": BLOCKS_OF_FORMS,
    "forms_before_all": BLOCKS_OF_FORMS,
    "form_within_an_article": 4,
    "forms_many_times": 6 * BLOCKS_OF_FORMS,
    "unknown_form_texts": 4,
    # All of it is one block.
    "no_blank_lines": 1 - BLOCKS_OF_FORMS,
}


def as_bytes(mangled: str | bytes) -> bytes:
    return mangled if isinstance(mangled, bytes) else mangled.encode()


def name_of(mangling: Callable[[str], Any]) -> str:
    return mangling.__name__


def shape(reading: Reading) -> list[Any]:
    return [
        {
            "title": article.title,
            "sections": [
                {"heading": section.heading, "kind": section.kind, "blocks": [list(block) for block in section.blocks]}
                for section in article.sections
            ],
            "citation": article.citation,
        }
        for article in reading.articles
    ]


def plain(value: Any) -> Any:
    return json.loads(json.dumps(value))


@cache
def as_exported() -> Any:
    return plain(shape(read(export().encode())))


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_is_read_as_an_editor_would(name: str) -> None:
    expected = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    reading = read(export(name).encode())
    assert plain(shape(reading)) == [expected["article"]]
    assert [[warning.line, warning.code] for warning in reading.articles[0].warnings] == expected["warnings"]
    assert reading.dropped_blocks == BLOCKS_OF_FORMS


@pytest.mark.parametrize("mangling", MANGLINGS, ids=name_of)
def test_a_mangled_copy_is_read_like_the_export(mangling: Callable[[str], Any]) -> None:
    expected = in_copy(as_exported(), OTHER_SIGNS.get(mangling.__name__, {}))
    reading = read(as_bytes(mangling(export())))
    assert plain(shape(reading)) == expected
    assert reading.dropped_blocks == BLOCKS_OF_FORMS + MORE_DROPPED.get(mangling.__name__, 0)


def in_copy(value: Any, table: dict[int, Any]) -> Any:
    if isinstance(value, str):
        return value.translate(table)
    if isinstance(value, dict):
        return {key: in_copy(inner, table) for key, inner in value.items()}
    return [in_copy(inner, table) for inner in value] if isinstance(value, list) else value


@cache
def of_texts(name: str, mangling: Callable[[str], Any]) -> bool:
    """Not of bytes, and none that makes others impossible."""
    return isinstance(mangling(export()), str) and name not in ("no_blank_lines", "bullets_as_'•'")


@pytest.mark.parametrize("seed", range(20))
def test_a_copy_mangled_in_several_ways_is_read_like_the_export(seed: int) -> None:
    choice = random.Random(seed)
    texts = [mangling for mangling in MANGLINGS if of_texts(mangling.__name__, mangling)]
    encode = choice.choice([manglings.carriage_returns, manglings.byte_order_mark, manglings.mixed_line_ends])
    text, chosen = export(), choice.sample(texts, 3)
    for mangling in chosen:
        text = mangling(text)
    straight = {**manglings.STRAIGHT} if manglings.straight_quotes in chosen else {}
    assert in_copy(plain(shape(read(encode(text)))), straight) == in_copy(as_exported(), straight)


def without(text: str, beginning: str) -> str:
    """A copy in which the line that begins so is missing."""
    return "\n".join(line for line in text.split("\n") if not line.startswith(beginning))


def titles_and_codes(text: str) -> list[tuple[str, list[str]]]:
    return [(article.title[:12], [told.code for told in article.warnings]) for article in read(text.encode()).articles]


def test_an_article_without_a_source_line_ends_where_a_title_is_printed_twice() -> None:
    found = titles_and_codes(without(export("ideas", "liver", "plain"), "Source: Fictus"))
    assert found == [("How Might Ex", ["no_source"]), ("Example Cell", []), ("A Look at Fi", ["no_headings"])]


def test_or_where_a_line_is_too_long_for_a_heading() -> None:
    found = titles_and_codes(manglings.title_once(without(export("ideas", "liver"), "Source: Fictus")))
    assert found == [("How Might Ex", ["no_source"]), ("Example Cell", ["split_unsure"])]


def test_a_long_sentence_that_lost_its_full_stop_begins_no_article() -> None:
    sentence = (
        "Two of the people in the group that was given cells had a severe infection and one of them "
        "was ill for several weeks after it"
    )
    text = sample("plain").replace("Three of the trials", f"{sentence}\n\nThree of the trials")
    assert titles_and_codes(text) == [("A Look at Fi", ["no_headings", "no_end"])]


def test_unless_the_paper_at_the_end_is_about_it() -> None:
    text = manglings.title_once(without(export("ideas", "walking"), "Source: Fictus")).replace(
        "Cells From Bone Marrow and Walking in Example Ataxia: Two Years of an Invented Early Study",
        "Bone marrow cells and gait in example ataxia: the two-year follow-up of all of us who had it put in",
    )
    found = titles_and_codes(text)
    assert found == [("How Might Ex", ["no_source"]), ("Bone marrow ", ["split_unsure", "two_kinds"])]


def test_a_title_that_asks_and_stands_twice_begins_an_article() -> None:
    title = "Do Example Cells Help People With Stiff Joints?"
    text = without(export("ideas", "plain"), "Source: Fictus").replace(
        "A Look at Five Invented Trials in Stiff Joints", title
    )
    assert [found for found, _codes in titles_and_codes(text.replace(title, f"{title}\n\n{title}"))] == [
        "How Might Ex",
        title[:12],
    ]


@pytest.mark.parametrize(
    "line", ["Source: bone marrow of each person.", "Sources:\n\nThe cells came from bone marrow."]
)
def test_a_source_without_a_year_or_a_doi_ends_no_article_and_is_told_of(line: str) -> None:
    text = sample("plain").replace("Three of the trials", f"{line}\n\nThree of the trials")
    ((title, codes),) = titles_and_codes(text)
    assert title == "A Look at Fi"
    assert "source_undated" in codes


def test_or_where_a_line_says_what_the_paper_at_the_end_is_about() -> None:
    found = titles_and_codes(
        manglings.title_once(without(export("ideas", "walking"), "Source: Fictus")).replace(
            "Cells From Bone Marrow and Walking in Example Ataxia: Two Years of an Invented Early Study",
            "Bone Marrow Cells and Gait in Example Ataxia",
        )
    )
    assert [title for title, _codes in found] == ["How Might Ex", "Bone Marrow "]


def test_a_title_may_be_short_and_sound_like_a_heading() -> None:
    short = "Safety of Injections in the Example Space"
    harms = sample("harms").replace("Harms of Injections in the “Example” Space: An Invented Review", short)
    for text in (f"Research\n\n{harms}", manglings.title_once(f"Research\n\n{harms}"), f"{sample('plain')}\n\n{harms}"):
        assert read(text.encode()).articles[-1].title == short
    without_source = without(sample("ideas"), "Source:") + f"\n\n{harms}\n\nSource: Muster J. A study. J Inv. 2020;1:2."
    assert [article.title for article in read(without_source.encode()).articles][1:] == [short]


def test_a_line_behind_a_paper_that_is_no_form_and_no_article_is_told_of() -> None:
    stray = "This paragraph stands behind the source of the last article, and belongs to none of them."
    reading = read(export("ideas").replace("Subscribe To", f"{stray}\n\nSubscribe To", 1).encode())
    assert len(reading.articles) == 1
    assert [(told.code, told.text[:14]) for told in reading.warnings] == [("left_out", stray[:14])]
    assert reading.dropped_blocks == BLOCKS_OF_FORMS + 1


def test_an_invitation_of_a_form_within_an_article_is_told_of_with_its_line() -> None:
    text = manglings.form_within_an_article(export("walking"))
    told = [warning for warning in read(text.encode()).articles[0].warnings if warning.code == "form_inside"]
    lines = text.split("\n")
    assert [lines[warning.line - 1] for warning in told][:2] == ["Subscribe To Our Newsletter"] * 2


def test_an_article_stands_without_any_form_after_it() -> None:
    reading = read(sample("plain").encode())
    assert (len(reading.articles), reading.dropped_blocks) == (1, 0)


def test_a_title_may_end_like_a_question_and_a_bullet_may_be_a_question_mark() -> None:
    text = "Do They Help?\n\nNobody can tell from this invented study, which had no control group at all."
    article = read(f"{text}\n\n  ? one\n  ? two\n\nSource: Muster J. A study. J Inv. 2020;1:2.".encode()).articles[0]
    assert article.title == "Do They Help?"
    assert article.sections[0].blocks[-1].items == ("one", "two")


def test_a_wrapped_line_that_begins_with_a_dash_is_no_bullet() -> None:
    line = "This text stands without any headings. It tells of five invented trials"
    text = sample("plain").replace(line, f"{line} – all of them small and short, and none of them real –")
    wrapped = manglings.wrapped_at(len(line))(text)
    assert f"{line}\n– all" in wrapped
    assert shape(read(wrapped.encode())) == shape(read(text.encode()))


def test_an_introduction_may_stand_above_the_first_paragraph_twice() -> None:
    text = export("ideas").replace("Several ideas", "Introduction\n\nIntroduction\n\nSeveral ideas", 1)
    article = read(text.encode()).articles[0]
    assert article.title == "How Might Example Cells Protect Tissue? An Invented Review of Ideas"
    assert [section.heading for section in article.sections][:2] == ["Introduction", "Background"]


@pytest.mark.parametrize(
    "sentence",
    [
        "Thanks to these signals, other cells nearby may live longer.",
        "By providing signals to other cells, they may calm them.",
        "Type 1 diabetes is one of the conditions that were left out.",
        "Select patients with a relapsing form were asked again.",
        "The progressive form was confirmed by a scan in each of them.",
        "One of ten people will respond to a dummy as well.",
        "Success rates differed between the clinics.",
        "We do not know whether this is important for others.",
        "Loading Dose",
        "Recent Research",
        "Condition",
    ],
)
def test_a_line_of_an_article_is_not_taken_for_one_of_a_form(sentence: str) -> None:
    text = export("plain").replace("Three of the trials", f"{sentence}\n\nThree of the trials")
    (article,) = read(text.encode()).articles
    shown = [text for part in article.sections for text in (part.heading, *(block.text for block in part.blocks))]
    assert sentence in shown
    assert [warning for warning in article.warnings if warning.code == "form_inside"] == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Thanks for signing up!",
        "Your message has been sent.",
        "Please enter a valid email address.",
        "You have been successfully subscribed.",
        "By submitting this form, you agree to our privacy policy.",
        "We will never share your details. You can unsubscribe at any time.",
        "A member of our team will be in touch.",
        "Schedule a Free Consultation",
        "Stay Informed",
    ],
)
def test_a_line_of_a_form_is_known_within_an_article_too(sentence: str) -> None:
    text = export("plain").replace("Three of the trials", f"{sentence}\n\nThree of the trials")
    reading = read(text.encode())
    assert shape(reading) == shape(read(export("plain").encode()))
    assert reading.dropped_blocks == BLOCKS_OF_FORMS + 1


@pytest.mark.parametrize(
    "sentence",
    [
        "Thank you to the people who took part. Two people had swelling of the knee.",
        "Please check with your own doctor before you stop any drug, because two people fell ill.",
        "Get the latest booster before cells are given: one person had a severe infection.",
        "Follow us through the numbers: 20 people, 3 with fever.",
        "Follow us through the numbers: 20 people, 3 with fever",
        "Contact us before you stop any treatment.",
        "Sorry to say, two people died.",
    ],
)
@pytest.mark.parametrize("behind", ["Source:", "Three of the trials"])
def test_a_sentence_of_an_article_that_sounds_like_a_form_is_kept_and_told_of(sentence: str, behind: str) -> None:
    text = export("plain").replace(behind, f"{sentence}\n\n{behind}")
    (article,) = read(text.encode()).articles
    shown = [text for part in article.sections for text in (part.heading, *(block.text for block in part.blocks))]
    assert sentence in shown
    kept = [told.line for told in article.warnings if told.code == "form_kept"]
    assert kept == [text.split("\n").index(sentence) + 1]


def test_so_it_is_in_a_last_article_without_a_source_line() -> None:
    sentence = "Thank you to the people who took part. Two people had swelling of the knee."
    text = without(export("ideas", "plain"), "Source: Zá").replace("Subscribe To", f"{sentence}\n\nSubscribe To", 1)
    article = read(text.encode()).articles[-1]
    assert article.sections[-1].blocks[-1].text == sentence


def test_a_text_of_the_forms_behind_the_articles_is_known_within_one() -> None:
    sentence = (
        "Success! The packet is on its way to your inbox, and a member of our team will be in touch within two days."
    )
    text = export("plain").replace("Three of the trials", f"{sentence}\n\nThree of the trials")
    assert shape(read(text.encode())) == shape(read(export("plain").encode()))


def test_a_heading_that_stands_twice_in_two_articles_is_kept() -> None:
    heading = "Living With Knees"
    text = export("plain", "plain").replace("Three of the trials", f"{heading}\n\n{heading}\n\nThree of the trials")
    reading = read(text.replace("A Look at Five", "Another Look at Five", 2).encode())
    assert [[section.heading for section in article.sections] for article in reading.articles] == [["", heading]] * 2


def test_a_heading_of_two_articles_stays_one_where_all_stand_twice() -> None:
    text = export("ideas", "liver").replace("Side Effects", "Two Possible Ways")
    assert shape(read(manglings.headings_twice(text).encode())) == shape(read(text.encode()))


def test_a_heading_above_nothing_is_kept_and_told_of() -> None:
    text = sample("ideas").replace("Why Trials Disagree", "Why Trials Disagree\n\nDoses")
    text = text.replace("Source:", "Further Reading\n\nSource:")
    article = read(text.encode()).articles[0]
    empty = [section.heading for section in article.sections if not section.blocks]
    assert empty == ["Why Trials Disagree", "Further Reading"]
    assert [warning.text for warning in article.warnings if warning.code == "heading_alone"] == empty


def test_a_sentence_that_lost_its_full_stop_is_no_heading_and_told_of() -> None:
    sentence = "No serious harm was seen in any of the people who took part"
    text = sample("plain").replace("Three of the trials", f"{sentence}\n\nThree of the trials")
    article = read(text.encode()).articles[0]
    assert [section.heading for section in article.sections] == [""]
    assert [warning.text for warning in article.warnings if warning.code == "no_end"] == [sentence]


def test_headings_are_never_guessed_from_sentences() -> None:
    text = sample("plain").replace("Three of the trials", "They were small.\n\nThree of the trials")
    assert [section.heading for section in read(text.encode()).articles[0].sections] == [""]


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Safety and Tolerability", "harms"),
        ("What the Study Found", "findings"),
        ("Why This Study Was Done", "background"),
        ("How the Study Was Done", "study"),
        ("Who Took Part", "participants"),
        ("What We Do Not Know Yet", "limits"),
        ("Clinical Significance", "meaning"),
        ("What Came Later", "newer"),
        ("Key Messages", "bottom_line"),
        ("Mechanisms of Action", "unsorted"),
        ("Looking Ahead", "unsorted"),
    ],
)
def test_the_kind_of_a_section_follows_from_its_heading(heading: str, kind: str) -> None:
    text = sample("plain").replace("Three of the trials", f"{heading}\n\nThree of the trials")
    assert [section.kind for section in read(text.encode()).articles[0].sections] == ["unsorted", kind]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty."),
        (b" \r\n\t", "The file is empty."),
        (b"PK\x03\x04 and so on", "This is a Word document."),
        (b"%PDF-1.7", "This is a PDF document."),
        (b"A title\n\n\0\0\0", "This is no plain text."),
        (b"x" * (MOST_BYTES + 1), "larger than 1 MB"),
        (b"x\n" * 20_001, "more than 20,000 lines"),
        (sample("forms").encode(), "There is no article in this file"),
        (b"Only one line of text", "There is no article in this file"),
    ],
)
def test_a_file_without_articles_is_refused_with_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        read(data)


def test_a_power_that_may_be_lost_is_told_with_its_line() -> None:
    lines = ["Stem cells in a mouse of 10(6) cells", "", "They got 5 x 107 cells.", ""]
    lines += ["Source: Doe J. Of 10(5) cells. Stem Cells. 2020;10(6):12-20. doi:10.5555/abc"]
    [article] = read("\n".join(lines).encode()).articles
    told = [(warning.line, warning.text) for warning in article.warnings if warning.code == "power_lost"]
    assert told == [(1, "10(6)"), (3, "x 107"), (5, "10(5)")]
