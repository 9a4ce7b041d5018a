import json
import os
import re
import shutil
import subprocess
import tomllib
from functools import cache
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import articles
import foundation
from foundation.own_texts import can_be_filled_in

pytestmark = pytest.mark.pure

HERE = Path(__file__).parent
CONTENT = Path(articles.__file__).parent / "content"
OWN = Path(foundation.__file__).parent / "content"
FILES = sorted((CONTENT / "articles").glob("*.toml"))
HIGHEST_GRADE = 8
# The claims that are not ours to make, whatever a paper's own title says.
FORBIDDEN = re.compile(
    r"\b(promising|breakthroughs?|miracles?|safe|safely|safest|proven|proves?|cures?|cured|curative|revolutionary"
    r"|remarkable|guarantee[sd]?|game.chang\w+|life.chang\w+|shows? (that )?it works|it works)\b",
    re.IGNORECASE,
)
SPELLED_OUT = {
    "MS": "multiple sclerosis",
    "SPMS": "secondary progressive",
    "PPMS": "primary progressive",
    "MSC": "mesenchymal stem cell",
    "MSC-NP": "mesenchymal stem cell-derived neural progenitor",
    "EDSS": "Expanded Disability Status Scale",
    "class IV": "lowest of four",
}
DESIGNS = re.compile(r"single-arm|randomized trial|systematic review|narrative review", re.IGNORECASE)
PEOPLE = re.compile(r"\d+ (of \d+ )?(people|adults|small randomized trials)|no people took part")
BENEFIT = re.compile(r"scored better|with the cells lived|signs of less", re.IGNORECASE)
# A summary's "which trial changed this" must not have to be looked for.
OVERTAKEN = {
    "neural-progenitors-progressive-ms": "overturns",
    "cord-cells-advanced-liver-cirrhosis": "weakens",
    "stem-cells-autoimmune-conditions": "changes",
}


def read(path):
    return tomllib.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def article(request):
    return read(request.param)


@pytest.fixture(scope="module")
def validator():
    schema = json.loads((CONTENT / "article.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def snapshot(article):
    return {key: value for key, value in article.items() if key != "slug"}


def section(article, kind):
    (found,) = [section for section in article["sections"] if section["kind"] == kind]
    return found["body"]


def our_words(article):
    newer = [entry["text"] for entry in article.get("newer_evidence", [])]
    sections = [line for section in article["sections"] for line in (section["heading"], section["body"])]
    return "\n\n".join([article["title"], article["summary"], *newer, *sections])


def plain(markdown):
    return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", markdown).replace("**", "")


def sentences(markdown):
    blocks = re.split(r"\n\s*\n|\n(?=- )", plain(markdown))
    parts = [part for block in blocks for part in re.split(r"(?<=[.!?])[\"')]*\s+", block)]
    return [part for part in parts if re.search(r"\w", part)]


@cache
def dictionary():
    lines = (HERE / "syllables.txt").read_text(encoding="utf-8").splitlines()
    rows = (line.split() for line in lines if not line.startswith("#"))
    return {word: int(count) for count, *words in rows for word in words}


def syllables(word):
    """By the dictionary; what it has not, such as a name of a cell, by its vowels. A number is read as one."""
    parts = [part for part in word.lower().replace("’", "'").split("-") if part]
    return sum(dictionary().get(part) or by_vowels(part) for part in parts)


def by_vowels(word):
    letters = re.sub(r"[^a-z]", "", word)
    groups = len(re.findall(r"[aeiouy]+", letters))
    silent = bool(re.search(r"[^aeiouyl]e$|[^aeiouytd]ed$|[^aeiouysxzcghl]es$", letters))
    return max(groups - silent, 1)


def grade(markdown):
    found = sentences(markdown)
    words = [word for sentence in found for word in re.findall(r"[\w'-]+", sentence)]
    return 0.39 * len(words) / len(found) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def test_there_are_five_articles_each_under_the_name_of_its_slug():
    assert len(FILES) == 5
    assert all(read(path)["slug"] == path.stem for path in FILES)


def test_article_fits_the_schema(article, validator):
    assert [error.message for error in validator.iter_errors(snapshot(article))] == []


@pytest.mark.parametrize("change", [{"extra": 1}, {"review_state": "reviewed"}, {"sections": {}}, {"topics": ["A b"]}])
def test_schema_refuses_what_does_not_fit(validator, change):
    assert list(validator.iter_errors({**snapshot(read(FILES[0])), **change}))


def test_harms_and_limits_stand_beside_the_findings_at_a_like_length(article):
    beside = section(article, "harms") + section(article, "limits")
    assert len(beside.split()) >= 0.9 * len(section(article, "findings").split())


def test_words_that_are_not_ours_to_say_are_absent(article):
    assert FORBIDDEN.findall(our_words(article)) == []


@pytest.mark.parametrize(
    "claim", ["a promising step", "It is safe.", "a proven way", "this cures MS", "it shows it works"]
)
def test_the_list_of_forbidden_words_catches_a_claim(claim):
    assert FORBIDDEN.search(claim)


def test_summary_says_how_many_people_and_which_kind_of_study_before_any_benefit(article):
    design, people = DESIGNS.search(article["summary"]), PEOPLE.search(article["summary"])
    benefit = BENEFIT.search(article["summary"])
    assert design
    assert people
    assert benefit is None or max(design.start(), people.start()) < benefit.start()


def test_summary_is_at_most_two_sentences(article):
    assert len(sentences(article["summary"])) <= 2


def test_summary_can_be_read_at_grade_eight(article):
    assert grade(article["summary"]) <= HIGHEST_GRADE


@pytest.mark.parametrize("part", ["summary", "whole"])
def test_debians_style_finds_the_same(article, part):
    style = shutil.which("style")
    if style is None:
        assert os.environ.get("CI") != "true", "CI must have it: .ci/run installs diction"
        pytest.skip("no style on the PATH; Debian's package is called diction")
    texts = {"summary": article["summary"], "whole": "\n\n".join(sentences(our_words(article)))}
    said = subprocess.run([style], input=texts[part], capture_output=True, text=True, check=True).stdout
    assert float(re.search(r"Kincaid: (-?[\d.]+)", said)[1]) <= HIGHEST_GRADE


def in_reading_order(article):
    sections = [line for section in article["sections"] for line in (section["heading"], section["body"])]
    return "\n\n".join([article["title"], article["summary"], *sections])


@pytest.mark.parametrize(("short", "words"), SPELLED_OUT.items())
def test_an_abbreviation_is_spelled_out_where_it_is_first_used(article, short, words):
    text = in_reading_order(article)
    first = re.search(rf"\b{short}s?\b", text)
    assert first is None or re.search(words, text[max(0, first.start() - 80) : first.end() + 60], re.IGNORECASE)


def test_no_review_is_blamed_for_work_with_animals_and_chance_is_called_chance():
    texts = [our_words(read(path)) for path in FILES]
    assert not [text for text in texts if re.search(r"leans on|real difference", text)]


def test_article_can_be_read_at_grade_eight(article):
    text = "\n\n".join([article["summary"], *(section["body"] for section in article["sections"])])
    assert grade(text) <= HIGHEST_GRADE


def test_article_has_350_to_600_words(article):
    words = re.findall(r"[\w'-]+", plain(" ".join(section["body"] for section in article["sections"])))
    assert 350 <= len(words) <= 600


@pytest.mark.parametrize(("word", "count"), [("cells", 1), ("placebo", 3), ("table", 2), ("injected", 3), ("done", 1)])
def test_syllables_are_counted(word, count):
    assert syllables(word) == count


def test_a_hard_sentence_is_above_grade_eight():
    assert grade("Immunomodulatory paracrine mechanisms may ameliorate neurodegenerative pathophysiology.") > 8


@pytest.mark.parametrize(("slug", "effect"), OVERTAKEN.items())
def test_newer_evidence_is_linked_and_stands_in_summary_and_short_version(slug, effect):
    article = read(CONTENT / "articles" / f"{slug}.toml")
    (newer,) = article["newer_evidence"]
    assert newer["effect"] == effect
    assert newer.get("doi") or newer.get("url")
    assert re.search(r"larger trial|newer|update", article["summary"], re.IGNORECASE)
    assert re.search(r"newer|update", section(article, "bottom_line").strip().split("\n\n")[0], re.IGNORECASE)


def test_nobody_is_said_to_have_reviewed_the_articles(article):
    assert "review_state" not in article


def test_every_topic_is_described_and_none_is_left_over():
    described = {topic["slug"] for topic in read(CONTENT / "topics.toml")["topics"]}
    assert described == {topic for path in FILES for topic in read(path)["topics"]}


def test_links_between_articles_lead_to_one(article):
    slugs = re.findall(r"\]\(/research/([^/)]+)/\)", our_words(article))
    assert set(slugs) <= {path.stem for path in FILES}


def test_the_clinics_own_texts_make_no_forbidden_claim():
    texts = [path.read_text(encoding="utf-8") for path in (OWN / "profile.toml", CONTENT / "topics.toml")]
    assert FORBIDDEN.findall("\n".join(texts)) == []


@pytest.mark.parametrize("name", ["privacy.md", "accessibility.md"])
def test_a_page_of_the_clinic_uses_only_placeholders_that_are_filled(name):
    text = (CONTENT / name).read_text(encoding="utf-8")
    can_be_filled_in(text)
    assert grade(text) <= HIGHEST_GRADE


def test_each_consent_wording_is_for_one_thing_and_can_be_withdrawn():
    path = OWN / "wordings.toml"
    wordings = {wording["kind"]: wording["text"] for wording in read(path)["wordings"]}
    assert set(wordings) == {"packet", "answer", "contact", "newsletter"}
    assert "contact me" not in wordings["packet"]
    assert "packet" not in wordings["answer"]
    for kind in ("packet", "answer", "contact"):
        assert "newsletter" not in wordings[kind]
        assert "health" in wordings[kind]
    assert all("withdraw this at any time" in text for text in wordings.values())
