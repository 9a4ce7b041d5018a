"""A mistyped number accuses a paper of what the list says of another one; put right, it does so no more."""

from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from articles.models import Article, LiftedNotice
from articles.tasks import check_papers
from tests.articles.retraction_list import FACTS, RETRACTED, paper_data, row, waiting
from tests.articles.shown import shown


def says_retracted(client: Client, article: Article) -> bool:
    return RETRACTED in client.get(article.get_absolute_url()).text


@pytest.fixture
def mistyped(check: Any, article: Article, staff: Any) -> Article:
    """By its PMID, which is that of another paper, the list calls this one retracted."""
    shown(article, staff, citation={**article.content["citation"], "pmid": "99999"})
    check(row(doi="10.9999/another", pmid="99999", nature="Retraction"))
    return Article.objects.get(pk=article.pk)


@pytest.mark.parametrize("right", [{"pmid": "12345"}, {}])
def test_a_number_that_is_put_right_or_taken_out_takes_off_what_the_list_says_of_another_paper(
    client: Client, desk: Client, mistyped: Article, staff: Any, right: dict[str, str]
) -> None:
    assert says_retracted(client, mistyped)
    citation = {name: value for name, value in mistyped.content["citation"].items() if name != "pmid"}
    shown(mistyped, staff, citation={**citation, **right})
    assert not says_retracted(client, mistyped)
    assert "creativeWorkStatus" not in paper_data(client, mistyped)
    assert mistyped.content["title"] not in waiting(desk)
    check_papers()
    assert not says_retracted(client, mistyped)


def test_who_took_a_notice_off_and_why_is_read_beside_the_article(desk: Client, mistyped: Article, staff: Any) -> None:
    shown(mistyped, staff, citation={**mistyped.content["citation"], "pmid": "12345"})
    told = desk.get(f"/admin/articles/article/{mistyped.pk}/change/").text
    assert f"{RETRACTED}. Taken off on " in told
    assert "by Sam Staff with revision 3. The list says it of “Cells, again” (10.9999/another, PMID 99999)." in told
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        LiftedNotice.objects.all().delete()


def test_a_paper_that_is_no_longer_told_of_leaves_its_notice_in_the_history(
    check: Any, client: Client, article: Article, staff: Any
) -> None:
    shown(article, staff, further_papers=[{"title": "Other", "pmid": "77"}])
    check(row(doi="", pmid="77", nature="Retraction"))
    shown(article, staff, further_papers=[])
    assert not says_retracted(client, article)
    lifted = LiftedNotice.objects.get()
    assert lifted.revision
    assert lifted.revision.number == 3
    assert (lifted.article, lifted.paper.title, lifted.lifted_by) == (article, "Other", staff)


def test_a_row_of_the_list_that_names_another_paper_by_now_is_taken_off_by_nobody(
    check: Any, client: Client, article: Article
) -> None:
    check(row(nature="Retraction"))
    assert "1 rows kept, 0 new notices" in check(row(doi="10.9999/another", nature="Retraction"))
    assert not says_retracted(client, article)
    lifted = LiftedNotice.objects.get()
    assert (lifted.article, lifted.revision, lifted.lifted_by) == (article, None, None)


def test_a_number_that_another_article_gives_the_same_paper_stays(
    check: Any, client: Client, article: Article, staff: Any
) -> None:
    other = Article.objects.create(slug="another")
    shown(other, staff, **{**article.content, "citation": {**FACTS, "doi": "10.5555/y", "pmid": "77"}})
    shown(article, staff, citation={**FACTS, "doi": "10.5555/y", "pmid": "77"})
    check(row(doi="", pmid="77", nature="Retraction"))
    shown(article, staff, citation={**FACTS, "doi": "10.5555/Y"})
    assert says_retracted(client, article)
    assert says_retracted(client, other)
    Article.objects.filter(pk=other.pk).update(state="withdrawn")
    shown(article, staff, citation={**FACTS, "doi": "10.5555/y", "pages": "3"})
    assert not says_retracted(client, article)


@pytest.mark.parametrize("right", [{"pmid": "12345"}, {}])
def test_whoever_means_the_paper_of_a_mistyped_number_goes_on_being_warned(
    client: Client, mistyped: Article, article: Article, staff: Any, right: dict[str, str]
) -> None:
    other = Article.objects.create(slug="another")
    shown(other, staff, **{**mistyped.content, "citation": {**FACTS, "pmid": "99999"}})
    citation = {name: value for name, value in mistyped.content["citation"].items() if name != "pmid"}
    shown(mistyped, staff, citation={**citation, **right})
    assert not says_retracted(client, mistyped)
    assert says_retracted(client, other)
    paper = Article.objects.get(pk=other.pk).paper
    assert paper
    assert (paper.doi, paper.pmid, paper.title) == (None, "99999", "The trial")


def test_who_names_a_paper_by_its_pmid_alone_takes_no_number_from_it(article: Article, staff: Any) -> None:
    other = Article.objects.create(slug="another")
    shown(other, staff, **{**article.content, "citation": {**FACTS, "doi": "10.5555/y", "pmid": "77"}})
    Article.objects.filter(pk=other.pk).update(state="withdrawn")
    shown(article, staff, citation={**FACTS, "pmid": "77"})
    paper = Article.objects.get(pk=article.pk).paper
    assert paper
    assert (paper.doi, paper.pmid) == ("10.5555/y", "77")


def test_two_places_of_one_article_that_cite_one_paper_keep_each_number(article: Article, staff: Any) -> None:
    first = {**FACTS, "doi": "10.5555/y", "pmid": "77"}
    shown(article, staff, citation=first, further_papers=[{"title": "The trial", "doi": "10.5555/y"}])
    assert Article.objects.get(pk=article.pk).paper.pmid == "77"  # type: ignore[union-attr]
