import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.actions import open_notices
from articles.models import Article, Paper, PaperNotice, RetractionRecord
from tests.articles.shown import shown

MS = "/research/neural-progenitors-progressive-ms/"
HARMS = "harms-of-cells-in-spinal-fluid"


@pytest.fixture(autouse=True)
def _content(first_content: None) -> None: ...


def part(page: str, name: str) -> str:
    return page.partition(f'class="{name}"')[2].partition(f"</{'nav' if name == 'contents' else 'section'}>")[0]


def test_the_contents_of_an_article_lead_to_each_of_its_parts(client: Client) -> None:
    page = client.get(MS).text
    listed = re.findall(r'<a href="#([^"]+)">([^<]+)</a>', part(page, "contents"))
    headings = [section["heading"] for section in Article.objects.get(slug=MS.split("/")[2]).content["sections"]]
    assert sorted(heading for _place, heading in listed[:-1]) == sorted(headings)
    for place, heading in listed:
        after = page.partition(f'id="{place}"')[2]
        assert re.search(r"<h2>(.*?)</h2>", after)[1] == heading  # type: ignore[index]


@pytest.mark.parametrize(("words", "said"), [(360, "About 2 minutes to read"), (361, "About 3 minutes to read")])
def test_an_article_says_how_long_it_takes_to_read(
    client: Client, article: Article, staff: Any, words: int, said: str
) -> None:
    *others, last = article.content["sections"]
    kept = [section if section["kind"] in ("harms", "limits") else {**section, "body": "word"} for section in others]
    texts = [article.content["summary"], *(section["body"] for section in kept)]
    more = "Word. " * (words - sum(len(text.split()) for text in texts))
    shown(article, staff, sections=[*kept, {**last, "body": more}])
    assert said in client.get(article.get_absolute_url()).text


def test_what_to_read_next_says_why_and_begins_with_the_same_condition(client: Client) -> None:
    listed = re.findall(r'href="/research/([^/]+)/".*?Also on: ([^<]+)<', part(client.get(MS).text, "next"), re.DOTALL)
    assert listed == [
        ("stem-cells-autoimmune-conditions", "Multiple sclerosis"),
        (HARMS, "Brain, spine and nerves"),
    ]


def test_what_was_published_a_moment_ago_is_offered_next(client: Client) -> None:
    client.get(MS)
    Article.objects.filter(slug=HARMS).update(published_at=timezone.now())
    assert HARMS in part(client.get(MS).text, "next")


def test_what_was_withdrawn_is_not_offered_next(client: Client) -> None:
    Article.objects.filter(slug=HARMS).update(state="withdrawn")
    assert HARMS not in part(client.get(MS).text, "next")
    lonely = client.get("/research/how-stem-cells-may-protect-tissue/").text
    assert "What to read next" not in lonely


def test_what_was_overturned_or_retracted_is_not_offered_next_by_its_bare_title(client: Client, staff: Any) -> None:
    autoimmune = "/research/stem-cells-autoimmune-conditions/"
    assert MS not in part(client.get(autoimmune).text, "next")
    harms = Article.objects.get(slug=HARMS)
    for number, nature in enumerate(("retraction", "reinstatement"), start=1):
        RetractionRecord.objects.create(
            record_id=number, nature=nature, doi=harms.paper.doi, noticed_on=date(2025, number, 1)
        )
        open_notices(Paper.objects.all())
        assert (HARMS in part(client.get(MS).text, "next")) == (nature == "reinstatement")
    overturned = {"effect": "overturns", "text": "A larger trial.", "url": "https://example.org/newer"}
    shown(harms, staff, newer_evidence=[{**overturned, "effect": "weakens"}])
    assert HARMS in part(client.get(MS).text, "next")
    shown(harms, staff, newer_evidence=[{**overturned, "effect": "supports"}, overturned])
    assert HARMS not in part(client.get(MS).text, "next")


def test_what_to_read_next_costs_no_statement_of_its_own(client: Client, article: Article, staff: Any) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(MS)
        return len(captured)

    # What stands on every page is read once.
    statements()
    few = statements()
    for number in range(4):
        copy = Article.objects.create(slug=f"copy-{number}")
        shown(copy, staff, **article.content | {"topics": ["multiple-sclerosis"]})
    assert part(client.get(MS).text, "next").count("<li>") == 3
    assert statements() == few


def test_what_speaks_against_a_study_stands_before_its_summary_in_every_list(client: Client) -> None:
    paper = Article.objects.get(slug=HARMS).paper
    record = RetractionRecord.objects.create(record_id="1", nature="retraction", noticed_on="2025-01-01")
    PaperNotice.objects.create(paper=paper, record=record)
    for path in ("/", "/research/", "/research/topics/neurological/", "/research/search/?q=pain"):
        card = client.get(path).text.partition(f'<h3><a href="/research/{HARMS}/')[2].partition("</li>")[0]
        warning, summary = card.find("The journal has retracted this paper."), card.find("Nine randomized trials")
        assert 0 < warning < summary, path


def test_what_was_read_too_long_ago_says_so_wherever_it_stands_and_is_shared(client: Client) -> None:
    Article.objects.filter(slug=HARMS).update(reviewed_on=date(2024, 11, 2), review_due_on=date(2025, 11, 2))
    for path in ("/", "/research/", "/research/topics/neurological/", "/research/search/?q=spinal+fluid"):
        assert "; the next review is overdue<" in client.get(path).text, path
    [alt] = re.findall('og:image:alt" content="([^"]*)"', client.get(f"/research/{HARMS}/").text)
    assert "the next review is overdue" in alt


def test_a_card_says_the_year_of_the_paper_and_whether_a_clinician_read_it(client: Client) -> None:
    Article.objects.filter(slug=HARMS).update(reviewed_on=date(2026, 11, 2))
    for path in ("/", "/research/", "/research/topics/neurological/", "/research/search/?q=spinal+fluid"):
        cards = client.get(path).text.partition('class="articles"')[2].split('<h3><a href="/research/')[1:]
        assert cards, path
        for card in cards:
            assert ("Medically reviewed" in card) == card.startswith(HARMS), path
            assert ("Not medically reviewed" in card) != card.startswith(HARMS), path
            assert re.search(r"<dt>Paper of</dt><dd>20\d\d</dd>", card), path
