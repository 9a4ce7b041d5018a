import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils.html import escape

from articles.actions import approve, publish, release, save_revision
from articles.actions.papers import note_papers
from articles.models import Article, LiftedNotice, Paper, PaperNotice, RetractionRecord, Reviewer
from articles.tasks import check_papers
from foundation.actors import JOB
from tests.articles.shown import shown

COLUMNS = (
    "Record ID", "Title", "Journal", "OriginalPaperDOI", "OriginalPaperPubMedID", "RetractionDOI", "RetractionDate",
    "RetractionNature", "Reason",
)  # fmt: skip
HEAD = ",".join(COLUMNS)
DOI = "10.1007/s12072-021-10199-2"
QUEUES = "/admin/articles/article/queues/"
RETRACTED = "The journal has retracted this paper"
FACTS = {"title": "The trial", "journal": "J", "year": 2020, "authors": ["Li X"]}


@pytest.fixture
def article(first_content: None) -> Article:
    return Article.objects.get(slug="cord-cells-advanced-liver-cirrhosis")


def row(number: int = 1, *, doi: str = DOI.upper(), pmid: str = "0", on: str = "1/24/2026 0:00", nature: str) -> str:
    reason = '"+Concerns, ""quoted"";"'
    return f'{number},"Cells, again",J,{doi},{pmid},10.5555/notice,{on},{nature},{reason}'


@pytest.fixture
def check(tmp_path: Path, capsys: Any) -> Any:
    def run(*rows: str, head: str = HEAD) -> str:
        file = tmp_path / "list.csv"
        file.write_text("\ufeff" + "\r\n".join([head, *rows]) + "\r\n", encoding="utf-8")
        call_command("check_retractions", str(file))
        return str(capsys.readouterr().out)

    return run


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


def waiting(desk: Client) -> str:
    return desk.get(QUEUES).text.split("A paper was retracted or corrected", 1)[1]


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


def paper_data(client: Client, article: Article) -> dict[str, Any]:
    page = client.get(article.get_absolute_url()).text
    text = page.split('type="application/ld+json">', 1)[1].split("</script>", 1)[0]
    (paper,) = json.loads(text)["@graph"][0]["citation"]
    return dict(paper)


def test_a_paper_of_tomorrow_is_held_against_the_list_of_today(check: Any, client: Client, article: Article) -> None:
    check(row(doi="10.5555/later", nature="Retraction"), row(2, doi="unavailable", pmid="77", nature="Correction"))
    assert not PaperNotice.objects.exists()
    further = [{"title": "Later", "doi": "10.5555/LATER"}, {"title": "Other", "pmid": "77"}]
    note_papers(article, {**article.content, "further_papers": further})
    page = client.get(article.get_absolute_url()).text
    assert "The journal has retracted this paper" in page
    assert "The journal has corrected this paper" in page


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
