"""A record that is no longer on the list of retractions: its notice stays until a person lifts it."""

from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from articles.models import Article, GoneRuling, Paper, PaperNotice
from articles.retractions import LONGEST
from articles.tasks import check_papers
from tests.articles.retraction_list import QUEUES, RETRACTED, row

# One row fewer is no list cut short.
OTHERS = [row(number, doi=f"10.5555/other{number}", nature="Correction") for number in range(100, 140)]


@pytest.fixture
def left(check: Any, article: Article) -> str:
    check(row(nature="Retraction"), *OTHERS)
    return str(check(*OTHERS))


def waiting(desk: Client) -> str:
    return desk.get(QUEUES).text.split("No longer on the retraction list", 1)[1]


def rule(desk: Client, article: Article, ruling: str, reason: str) -> Any:
    page = f"/admin/articles/article/{article.pk}/"
    return desk.post(f"{page}gone-notice/", {"record": "1", "ruling": ruling, "reason": reason}, follow=True)


def test_what_left_the_list_comes_up_for_a_person_and_is_read_until_then(
    left: str, desk: Client, client: Client, article: Article
) -> None:
    assert "1 notices about papers of ours stand on no row any more" in left
    assert article.content["title"] in waiting(desk)
    assert "It is no longer on the list of" in desk.get(f"/admin/articles/article/{article.pk}/change/").text
    assert RETRACTED in client.get(article.get_absolute_url()).text


def test_nobody_is_to_decide_of_a_paper_that_no_article_names(check: Any, db: None) -> None:
    Paper.objects.create(doi="10.5555/named-once", title="Named once")
    check(row(doi="10.5555/named-once", nature="Retraction"), *OTHERS)
    assert PaperNotice.objects.exists()
    assert "stand on no row any more" not in check(*OTHERS)


def test_what_is_kept_is_not_asked_again_by_the_next_list_but_once_it_came_back_and_left_again(
    left: str, check: Any, desk: Client, client: Client, article: Article
) -> None:
    said = rule(desk, article, "keep", "The journal's page still says so, & Zoë looked.")
    assert "Kept: readers go on seeing the notice." in said.text
    assert "Sam Staff kept it on" in said.text
    check(*OTHERS)
    assert article.content["title"] not in waiting(desk)
    assert RETRACTED in client.get(article.get_absolute_url()).text
    check(row(nature="Retraction"), *OTHERS)
    check(*OTHERS)
    assert article.content["title"] in waiting(desk)


def test_what_is_lifted_goes_with_its_reason_and_stays_away_until_the_list_has_it_again(
    left: str, check: Any, desk: Client, client: Client, article: Article
) -> None:
    said = rule(desk, article, "lift", "It was about another paper.")
    assert "by Sam Staff, since it is no longer on the list of" in said.text
    assert "It was about another paper." in said.text
    check_papers()
    check(*OTHERS)
    assert RETRACTED not in client.get(article.get_absolute_url()).text
    check(row(nature="Retraction"), *OTHERS)
    assert RETRACTED in client.get(article.get_absolute_url()).text


def test_a_list_cut_short_raises_nothing_and_says_so(check: Any, desk: Client, article: Article) -> None:
    check(row(nature="Retraction"), *OTHERS)
    for _again in range(2):
        said = check(*OTHERS[:20])
        assert "The last list had 41 rows: this one seems cut short" in said
        assert "stand on no row any more" not in said
    assert article.content["title"] not in waiting(desk)
    assert "1 notices about papers of ours stand on no row any more" in check(*OTHERS[:20], whole=True)


def test_what_stands_behind_a_row_that_nobody_can_read_has_not_left(check: Any, article: Article) -> None:
    check(row(nature="Retraction"), *OTHERS)
    said = check(*OTHERS, "x" * (LONGEST + 1), row(nature="Retraction"))
    assert "41 rows kept" in said
    assert "stand on no row any more" not in said


def test_nothing_is_decided_without_a_reason_nor_twice(left: str, desk: Client, article: Article) -> None:
    assert "Say why the notice stays or goes." in rule(desk, article, "lift", "  ").text
    assert PaperNotice.objects.exists()
    rule(desk, article, "keep", "It stands.")
    assert "Somebody has decided this meanwhile" in rule(desk, article, "lift", "No.").text
    assert [ruling.ruling for ruling in GoneRuling.objects.all()] == ["keep"]


def test_what_was_decided_cannot_be_changed(left: str, desk: Client, article: Article) -> None:
    rule(desk, article, "keep", "It stands.")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        GoneRuling.objects.update(reason="Other")
