"""Papers that an article names and does not cite are held against the list of retractions, too."""

from typing import Any

import pytest
from django.test import Client

from articles.actions import publish, release, save_revision
from articles.models import Article, Paper, RetractionRecord
from articles.tasks import check_papers
from foundation.actors import JOB
from tests.articles.retraction_list import paper_data, row, waiting

LINKED = "10.5555/link(ed)2"


def with_link(content: dict[str, Any], text: str) -> dict[str, Any]:
    first, *others = content["sections"]
    return {**content, "sections": [{**first, "body": f"{first['body']}\n\n{text}"}, *others]}


def publish_again(article: Article, content: dict[str, Any]) -> None:
    revision = save_revision(article=article, content=content, by=JOB, source="first_content")
    release(revision=revision, by=JOB)
    publish(revision=revision, by=JOB)


@pytest.mark.parametrize(
    "text",
    [
        f"As [another study](https://doi.org/{LINKED}) found.",
        f"As [{LINKED}](https://doi.org/{LINKED}) found.",
        "As [another study](https://doi.org/10.5555/LINK%28ed%292) found.",
        f"As another study found (doi:{LINKED}).",
        "As [another study](https://pubmed.ncbi.nlm.nih.gov/7654321/) found.",
    ],
)
def test_a_paper_that_stands_in_a_link_alone_is_watched_too(
    check: Any, client: Client, desk: Client, article: Article, text: str
) -> None:
    check(row(doi=LINKED, nature="Retraction"), row(2, doi="unavailable", pmid="7654321", nature="Retraction"))
    publish_again(article, with_link(article.content, text))
    page = client.get(article.get_absolute_url()).text
    assert "The journal has retracted this paper" in page
    assert "<cite>Cells, again</cite>" in page
    assert article.content["title"] in waiting(desk)
    assert "creativeWorkStatus" not in paper_data(client, article)


@pytest.mark.parametrize("field", [{"doi": LINKED}, {"url": f"https://www.doi.org/{LINKED}"}])
def test_a_newer_study_that_is_retracted_says_so(
    check: Any, client: Client, article: Article, field: dict[str, str]
) -> None:
    newer = {"text": "A later study with 20 people found the opposite.", "effect": "supports", **field}
    publish_again(article, {**article.content, "newer_evidence": [newer]})
    check(row(doi=LINKED, nature="Retraction"))
    assert "The journal has retracted this paper" in client.get(article.get_absolute_url()).text


def test_what_was_published_before_links_were_looked_at_is_watched_from_the_next_night_on(
    check: Any, client: Client, article: Article
) -> None:
    publish_again(article, with_link(article.content, f"See [it](https://doi.org/{LINKED})."))
    article.cited.filter(paper__doi=LINKED).delete()
    RetractionRecord.objects.create(record_id="1", nature="retraction", doi=LINKED)
    before = article.cited.get().paper
    for _night in range(2):
        check_papers()
        assert [row.paper.doi for row in article.cited.all()] == [before.doi, LINKED]
    assert "The journal has retracted this paper" in client.get(article.get_absolute_url()).text


def test_a_linked_paper_gets_its_title_from_the_first_article_that_cites_it(article: Article) -> None:
    publish_again(article, with_link(article.content, f"See [it](https://doi.org/{LINKED})."))
    assert str(Paper.objects.get(doi=LINKED)) == LINKED
    publish_again(article, {**article.content, "further_papers": [{"title": "Cells", "doi": LINKED.upper()}]})
    assert str(Paper.objects.get(doi=LINKED)) == "Cells"
