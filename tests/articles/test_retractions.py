import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils.html import escape

from articles.actions import approve
from articles.actions.papers import note_papers
from articles.citations.formats import FORMATS
from articles.citations.notices import Said
from articles.models import Article, PaperNotice, RetractionRecord, Reviewer
from articles.tasks import check_papers
from tests.articles.retraction_list import DOI, FACTS, HEAD, paper_data, row, waiting
from tests.articles.shown import shown


@pytest.mark.parametrize(
    ("nature", "sentence"),
    [
        ("Retraction", "The journal has retracted this paper"),
        ("Expression of concern", "The journal has published a concern about this paper"),
        ("Correction", "The journal has corrected this paper"),
        ("Reinstatement", "The journal has reinstated this paper"),
    ],
)
def test_what_the_list_says_stands_on_the_page_in_the_feeds_and_in_the_queue(
    check: Any, client: Client, desk: Client, article: Article, nature: str, sentence: str
) -> None:
    address = article.get_absolute_url()
    assert sentence not in client.get(address).text
    assert "1 rows kept, 1 new notices" in check(row(nature=nature))
    page = client.get(address).text
    assert page.index(sentence) < page.index("<h1>")
    assert '<time datetime="2026-01-24">' in page
    assert 'href="https://doi.org/10.5555/notice"' in page
    for feed in ("atom", "rss", "json"):
        assert f"{sentence}." in client.get(f"/research/feed/{feed}/").text
    assert article.content["title"] in waiting(desk)


def test_a_summary_in_a_list_says_what_the_journal_says(
    check: Any, client: Client, article: Article, reviewer: Reviewer, staff: Any
) -> None:
    approve(revision=article.live_revision, by=reviewer.account)
    lists = ("/", "/research/", "/research/topics/cirrhosis/", "/research/search/?q=cirrhosis")
    pages = (*lists, reviewer.get_absolute_url())
    check(row(nature="Retraction"))
    for path in pages:
        card = card_of(client.get(path).text, article)
        assert "The journal has retracted this paper" in card, path
    shown(article, staff, further_papers=[{"title": "Other", "doi": "10.5555/later"}])
    check(row(1, nature="Reinstatement"), row(2, doi="10.5555/later", nature="Retraction"))
    for path in lists:
        card = card_of(client.get(path).text, article)
        assert "The journal has retracted this paper: “Other”" in card, path


def card_of(page: str, article: Article) -> str:
    [card] = [
        card for card in page.split("<li>") if f'<a href="{article.get_absolute_url()}">' in card and "<dl" in card
    ]
    return card


@pytest.mark.parametrize("feed", ["feed/atom/", "feed/rss/", "feed/json/", "topics/cirrhosis/feed/atom/"])
def test_a_summary_in_a_feed_says_what_newer_studies_say(
    client: Client, article: Article, staff: Any, feed: str
) -> None:
    newer = {"effect": "overturns", "text": "A larger trial.", "url": "https://example.org/newer"}
    before = client.get(f"/research/{feed}").text.count("A newer study did not confirm this result.")
    shown(article, staff, newer_evidence=[newer, {**newer, "effect": "supports"}])
    found = client.get(f"/research/{feed}").text
    assert found.count("A newer study did not confirm this result.") == before + 1
    assert "points the same way" not in found


def test_what_networks_and_machines_show_of_a_page_begins_with_what_speaks_against_it(
    check: Any, client: Client, article: Article
) -> None:
    check(row(nature="Retraction"))
    page = client.get(article.get_absolute_url()).text
    begins = "The journal has retracted this paper. Newer evidence makes this result less certain. "
    summary = article.content["summary"]
    assert f'<meta property="og:description" content="{begins}{escape(summary)}">' in page
    assert f'<meta name="description" content="{begins}{escape(summary)}">' in page
    assert json.dumps(begins + summary, ensure_ascii=False) in page


def test_machines_are_told_that_the_paper_is_retracted_until_it_is_reinstated(
    check: Any, client: Client, article: Article
) -> None:
    assert "creativeWorkStatus" not in paper_data(client, article)
    check(row(1, nature="Retraction"))
    assert paper_data(client, article)["creativeWorkStatus"] == "Retracted"
    check(row(2, nature="Reinstatement", on="2/1/2026 0:00"))
    data = paper_data(client, article)
    assert "creativeWorkStatus" not in data
    assert [correction["text"] for correction in data["correction"]] == ["retraction", "reinstatement"]


def test_a_paper_of_tomorrow_is_held_against_the_list_of_today(check: Any, client: Client, article: Article) -> None:
    check(row(doi="10.5555/later", nature="Retraction"), row(2, doi="unavailable", pmid="77", nature="Correction"))
    assert not PaperNotice.objects.exists()
    further = [{"title": "Later", "doi": "10.5555/LATER"}, {"title": "Other", "pmid": "77"}]
    note_papers(article, {**article.content, "further_papers": further})
    page = client.get(article.get_absolute_url()).text
    assert "The journal has retracted this paper" in page
    assert "The journal has corrected this paper" in page


def test_each_paper_of_one_pmid_is_told_of(check: Any, client: Client, article: Article, staff: Any) -> None:
    other = Article.objects.create(slug="another")
    shown(article, staff, citation={**FACTS, "pmid": "77"})
    # It gets a row of its own by its DOI, and its PMID later.
    shown(other, staff, **{**article.content, "citation": {**FACTS, "doi": "10.5555/y"}})
    shown(other, staff, citation={**FACTS, "doi": "10.5555/y", "pmid": "77"})
    check(row(doi="10.5555/y", pmid="77", nature="Retraction"))
    for found in (article, other):
        assert "The journal has retracted this paper" in client.get(found.get_absolute_url()).text


def test_each_night_finds_what_loading_did_not(article: Article) -> None:
    RetractionRecord.objects.create(record_id="1", nature="retraction", doi=DOI)
    for _night in range(2):
        check_papers()
        assert PaperNotice.objects.count() == 1


def test_the_same_list_again_opens_nothing_again(check: Any, desk: Client, article: Article) -> None:
    check(row(nature="Retraction"))
    desk.post(f"/admin/articles/article/{article.pk}/notices-read/")
    assert "0 new notices" in check(row(nature="Retraction"), row(nature="Retraction"))
    assert article.content["title"] not in waiting(desk)
    notice = PaperNotice.objects.get()
    assert (notice.closed_by.name, RetractionRecord.objects.count()) == ("Sam Staff", 1)


def test_looking_is_not_done_by_opening_an_address(check: Any, desk: Client, article: Article) -> None:
    check(row(nature="Retraction"))
    desk.get(f"/admin/articles/article/{article.pk}/notices-read/")
    assert PaperNotice.objects.get().closed_at is None


def test_readers_go_on_seeing_what_staff_have_looked_at(
    check: Any, client: Client, desk: Client, article: Article
) -> None:
    check(row(nature="Retraction"))
    page = f"/admin/articles/article/{article.pk}/"
    desk.post(f"{page}notices-read/")
    assert "The journal has retracted this paper" in client.get(article.get_absolute_url()).text
    assert "Sam Staff looked at it on" in desk.get(f"{page}change/").text


def test_a_newer_list_brings_a_row_up_to_date(check: Any, client: Client, article: Article) -> None:
    check(row(nature="Expression of concern"))
    check(row(nature="Retraction"))
    page = client.get(article.get_absolute_url()).text
    assert "The journal has retracted this paper" in page
    assert "published a concern" not in page


@pytest.mark.parametrize(
    "wrong",
    [
        row(nature="Something else"),
        row(doi="", nature="Retraction"),
        row(nature="Retraction").replace("1,", "x,", 1),
        "1",
    ],
)
def test_a_row_that_says_nothing_is_counted_with_its_line(check: Any, db: None, wrong: str) -> None:
    said = check(wrong, row(2, nature="Retraction"))
    assert "1 rows kept" in said
    assert "1 rows say of no paper what we know, such as at lines 2." in said


def test_another_file_is_refused_with_a_sentence(check: Any, db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="is not the retraction list: it lacks the columns Reason"):
        check(head=HEAD.replace(",Reason", ""))
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        call_command("check_retractions", str(tmp_path / "none.csv"))


def test_an_overturned_study_says_so_before_anything_of_the_study(client: Client, first_content: None) -> None:
    page = client.get("/research/neural-progenitors-progressive-ms/").text
    assert page.index('class="newer newer-overturns"') < page.index('class="study"')
    assert page.count("newer-overturns") == 1


def test_a_paper_that_is_downloaded_says_in_each_format_that_it_is_retracted(
    check: Any, client: Client, article: Article
) -> None:
    check(row(nature="Retraction"))
    for ending, form in FORMATS.items():
        kept = client.get(f"{article.get_absolute_url()}citation.{ending}").text
        assert form.read(kept).notices == {0: [Said("retraction", "2026-01-24", "10.5555/notice")]}, ending
    assert (
        "PT  - Retracted Publication\r\nRIN - 2026 Jan 24. doi: 10.5555/notice\r\n"
        in client.get(f"{article.get_absolute_url()}citation.nbib").text
    )
    assert '"status": "retracted"' in client.get(f"{article.get_absolute_url()}citation.json").text
    check(row(nature="Retraction"), row(2, nature="Reinstatement", on="2/1/2026 0:00"))
    assert "Retracted Publication" not in client.get(f"{article.get_absolute_url()}citation.nbib").text
