import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from articles.actions import save_revision
from articles.evidence import EVIDENCE, NEEDED, answers, badges, lacking
from articles.models import Article
from articles.rules import missing, validator
from tests.browser_posts import untouched

FILES = sorted(Path("articles/content/articles").glob("*.toml"))
SLUG = "neural-progenitors-progressive-ms"


@pytest.fixture
def article(first_content: None) -> Article:
    return Article.objects.get(slug=SLUG)


def section_of(page: str, begin: str, end: str) -> str:
    return page.split(begin, 1)[1].split(end, 1)[0]


def test_schema_and_table_name_the_same_questions() -> None:
    beside = {"participants_count", "registrations"}
    assert set(validator().schema["$defs"]["study"]["properties"]) == {row.name for row in EVIDENCE} | beside


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_opening_articles_answer_every_question(path: Path) -> None:
    assert lacking(tomllib.loads(path.read_text(encoding="utf-8"))["study"]) == []


@pytest.mark.parametrize("name", NEEDED)
def test_what_leaves_a_question_open_is_not_ready(article: Article, name: str) -> None:
    study = {key: value for key, value in article.content["study"].items() if key != name}
    assert missing({**article.content, "study": study}) == ["evidence"]


def test_none_because_is_an_answer(article: Article) -> None:
    study = {**article.content["study"], "funding": "None, because its authors were unpaid"}
    assert missing({**article.content, "study": study}) == []


def test_an_answer_is_a_line(article: Article, staff: Any) -> None:
    study = {**article.content["study"], "funding": "Two\nlines"}
    with pytest.raises(ValidationError, match="study › funding"):
        save_revision(article=article, content={**article.content, "study": study}, by=staff)


def test_the_box_stands_above_the_text_with_every_answer_and_folds_nothing_away(
    client: Client, article: Article
) -> None:
    page = client.get(article.get_absolute_url()).text
    head = section_of(page, '<header class="page-head"', "</header>")
    box = section_of(head, '<section class="study"', "</section>")
    said = [article.content["study"][name] for name in NEEDED]
    assert [answer for answer in said if f"<dd>{answer}</dd>" not in box] == []
    assert "<details" not in page.split("<footer", 1)[0]
    assert "hidden" not in box


def test_the_box_has_the_weight_of_the_findings_and_is_printed() -> None:
    css = Path("static/site.css").read_text(encoding="utf-8")
    card = "padding: var(--gap-l); border: 1px solid var(--line); border-top: 4px solid var(--brand);"
    assert card in section_of(css, "\n.study {", "}")
    assert card in section_of(css, "\n.beside .part {", "}")
    printed = css.split("@media print")[-1]
    assert ".study { display: block; }" in printed


def test_lists_show_a_row_of_badges(client: Client, article: Article) -> None:
    page = client.get("/research/").text
    row = section_of(page.split(article.get_absolute_url(), 1)[1], '<dl class="badges">', "</dl>")
    for answer in ("Single-arm phase I trial", "20 people with progressive MS", "<dd>None</dd>", "24 months"):
        assert answer in row


def test_a_badge_says_what_stands_before_a_colon() -> None:
    assert [answer for _label, answer in badges({"control": "Usual care: 111 people", "harms": "Many"})] == [
        "Usual care"
    ]


def test_a_colon_within_a_number_cuts_no_badge_off() -> None:
    study = {"design": "Randomized 2:1, double-blind: nobody knew"}
    assert [answer for _label, answer in badges(study)] == ["Randomized 2:1, double-blind"]


def test_an_editor_answers_in_the_form(desk: Client, article: Article) -> None:
    url = f"/admin/articles/article/{article.pk}/change/"
    fields = untouched(desk.get(url), "article_form")
    assert fields["study_harms"] == article.content["study"]["harms"]
    desk.post(url, {**fields, "study_funding": "Zoë O'Brien & Sons"})
    newest = article.revisions.first()
    assert newest is not None
    assert newest.content["study"] == {**article.content["study"], "funding": "Zoë O'Brien & Sons"}


def test_the_number_of_people_that_the_form_asks_for_stands_beside_who_they_were(
    client: Client, article: Article
) -> None:
    study = article.content["study"]
    box = section_of(client.get(article.get_absolute_url()).text, '<section class="study"', "</section>")
    rows = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", box)
    at = rows.index(("Who took part", study["participants"]))
    assert rows[at + 1] == ("Number of people", str(study["participants_count"]))


def test_a_number_of_people_is_written_as_numbers_are_and_none_is_no_row() -> None:
    assert answers({"participants_count": 1240}) == [("Number of people", "1,240")]
    assert answers({"participants_count": None}) == []
