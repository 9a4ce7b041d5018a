import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from articles.actions import change_address, import_articles, save_revision, withdraw
from articles.importing import read
from articles.models import Article, ArticleRevision
from tests.articles import manglings
from tests.articles.manglings import export, sample

pytestmark = pytest.mark.django_db

CITED = ("authors", "authors_truncated", "title", "journal", "year", "volume", "issue", "pages", "doi", "pmid", "pmcid")
LIVER = "example-cells-in-an-invented-liver-condition-what-seventy-five-months-of-follow"


@pytest.fixture
def bring(tmp_path: Path) -> Any:
    """Imports a text by the command; gives the report."""

    def command(text: str | bytes, *options: str) -> dict[str, Any]:
        (tmp_path / "export.txt").write_bytes(text if isinstance(text, bytes) else text.encode())
        report = tmp_path / "report.json"
        call_command("import_articles", str(tmp_path / "export.txt"), "--report", str(report), *options)
        return json.loads(report.read_text(encoding="utf-8"))  # type: ignore[no-any-return]

    return command


def statuses(report: dict[str, Any]) -> list[str]:
    return [article["status"] for article in report["articles"]]


def counts() -> tuple[int, int]:
    return Article.objects.count(), ArticleRevision.objects.count()


def imported() -> Any:
    """Beside those that the site opens with."""
    return Article.objects.filter(revisions__number=1, revisions__source="import")


def newest(slug: str) -> ArticleRevision:
    return ArticleRevision.objects.filter(article__slug=slug).latest("number")


def test_the_report_says_of_each_article_what_became_of_it(bring: Any) -> None:
    report = bring(export())
    assert statuses(report) == ["created"] * 5
    first = report["articles"][0]
    assert set(first) == {"title", "slug", "status", "sections", "citation", "warnings"}
    assert first["slug"] == "cells-from-bone-marrow-and-walking-in-example-ataxia-two-years-of-an-invented"
    assert [section["kind"] for section in first["sections"]][1:4] == ["background", "study", "findings"]
    assert first["sections"][2]["blocks"][1]["text"] == "People could take part if they:"
    assert len(first["sections"][2]["blocks"][1]["items"]) == 3
    assert set(first["citation"]) == set(CITED)
    assert (first["citation"]["pmid"], report["articles"][1]["citation"]["pmid"]) == ("99000001", None)
    assert [(told["line"], told["code"]) for told in first["warnings"]] == [(13, "two_kinds")]
    assert report["dropped_blocks"] == len(sample("forms").split("\n\n"))


def test_what_is_imported_is_a_draft_that_lacks_what_a_person_must_add(bring: Any, client: Client) -> None:
    bring(export())
    assert set(imported().values_list("state", "live_revision")) == {("draft", None)}
    assert not Article.objects.published().filter(revisions__source="import").exists()
    assert client.get(f"/research/{LIVER}/").status_code == 404
    revision = newest(LIVER)
    assert (revision.source, revision.created_by, revision.content["citation"]["year"]) == ("import", None, 2021)
    assert "- albumin a little higher" in revision.content["sections"][2]["body"]
    assert "summary" not in revision.content


def test_a_second_run_changes_nothing(bring: Any) -> None:
    bring(export())
    before = counts()
    assert statuses(bring(export())) == ["unchanged"] * 5
    assert statuses(bring(manglings.windows_1252(manglings.title_once(export("liver"))))) == ["changed"]
    assert statuses(bring(manglings.carriage_returns(manglings.headings_twice(export("walking"))))) == ["unchanged"]
    assert counts() == (before[0], before[1] + 1)


def test_a_dry_run_says_the_same_and_saves_nothing(bring: Any) -> None:
    before = counts()
    dry = bring(export(), "--dry-run")
    assert counts() == before
    assert dry == bring(export())
    assert statuses(bring(export(), "--dry-run")) == ["unchanged"] * 5


def test_a_changed_text_is_a_new_revision_of_the_same_article(bring: Any) -> None:
    bring(export("liver"))
    report = bring(export("liver").replace("It ended by itself.", "It ended by itself the next day."))
    assert (statuses(report), report["articles"][0]["slug"]) == (["changed"], LIVER)
    assert newest(LIVER).number == 2
    assert "the next day" in json.dumps(newest(LIVER).content)


def test_an_article_with_a_new_title_is_known_by_its_doi(bring: Any) -> None:
    bring(export("ideas"))
    slug = imported().get().slug
    report = bring(export("ideas").replace("An Invented Review of Ideas", "Ideas Put Side by Side"))
    assert [(article["status"], article["slug"]) for article in report["articles"]] == [("changed", slug)]
    assert newest(slug).content["title"].endswith("Ideas Put Side by Side")


def test_an_article_without_a_doi_is_known_by_its_title(bring: Any) -> None:
    bring(export("harms"))
    source = "Source: Muster J. Harms in the example space. J Inv. 2024;1:2. doi:10.5555/harms"
    report = bring(sample("harms") + f"\n{source}\n\n" + sample("forms"))
    assert statuses(report) == ["changed"]
    assert newest(report["articles"][0]["slug"]).content["citation"]["doi"] == "10.5555/harms"


def test_two_articles_of_one_title_about_two_papers_are_two(bring: Any) -> None:
    other = sample("ideas").replace("s00018-020-00001-6", "s00018-020-99999-9")
    report = bring("\n\n".join([sample("ideas"), other]))
    slugs = [article["slug"] for article in report["articles"]]
    assert (statuses(report), slugs[1]) == (["created", "created"], f"{slugs[0]}-2")
    assert statuses(bring("\n\n".join([sample("ideas"), other]))) == ["unchanged"] * 2


def test_an_article_does_not_take_an_address_of_the_site_itself(bring: Any) -> None:
    title, _newline, rest = sample("harms").lstrip().partition("\n")
    report = bring("\n".join(["Search", rest.replace(title, "Search")]) + "\n\n" + sample("forms"))
    assert report["articles"][0]["slug"] == "search-2"


def test_an_article_does_not_take_an_address_at_which_another_was_read(
    bring: Any, article: Article, staff: Any
) -> None:
    for slug in ("search-2", "second-try"):
        change_address(article=article, slug=slug, by=staff)
    title, _newline, rest = sample("harms").lstrip().partition("\n")
    report = bring("\n".join(["Search", rest.replace(title, "Search")]) + "\n\n" + sample("forms"))
    assert report["articles"][0]["slug"] == "search-3"


def test_an_article_that_stands_in_the_file_twice_is_taken_once(bring: Any) -> None:
    report = bring("\n\n".join([sample("liver"), sample("liver")]))
    assert statuses(report) == ["created", "unchanged"]
    assert [told["code"] for told in report["articles"][1]["warnings"]] == ["article_twice"]
    assert imported().count() == 1


def test_two_texts_about_one_paper_stay_two_on_each_run(bring: Any) -> None:
    second = sample("liver").replace("Example Cells in an Invented", "More on Example Cells in an Invented")
    text = "\n\n".join([sample("liver"), second])
    assert statuses(bring(text)) == ["created", "created"]
    assert statuses(bring(text)) == ["unchanged", "unchanged"]


def test_an_article_that_an_editor_began_on_the_same_paper_is_never_touched(bring: Any, staff: Any) -> None:
    theirs = Article.objects.create(slug=LIVER)
    citation = {"doi": "10.5555/S12072-021-00002-2"}
    save_revision(article=theirs, content={"title": "Theirs", "sections": [], "citation": citation}, by=staff)
    report = bring(export("liver"))
    assert (statuses(report), report["articles"][0]["slug"]) == (["created"], f"{LIVER}-2")
    bring(export("liver").replace("Four people", "Five people"))
    assert theirs.revisions.count() == 1


def test_what_editors_added_stays_when_the_text_changes(bring: Any, staff: Any) -> None:
    bring(export("liver"))
    article = imported().get()
    summary = "A summary that an editor wrote, long enough for one."
    edited = {**newest(LIVER).content, "title": "Zoë O'Brien & Sons", "summary": summary}
    save_revision(article=article, content=edited, by=staff)
    assert statuses(bring(export("liver"))) == ["unchanged"]
    report = bring(export("liver").replace("Four people", "Five people"))
    assert statuses(report) == ["changed"]
    assert [told["code"] for told in report["articles"][0]["warnings"]] == ["edited_since"]
    assert newest(LIVER).content["summary"] == edited["summary"]
    assert article.revisions.get(number=2).content == edited


def test_a_changed_text_of_an_article_that_was_withdrawn_does_not_bring_it_back(bring: Any, staff: Any) -> None:
    bring(export("liver"))
    withdraw(article=imported().get(), by=staff, reason="It is wrong")
    before = imported().values().get()
    assert statuses(bring(export("liver").replace("Four people", "Five people"))) == ["changed"]
    assert imported().values().get() == before


def test_no_pmid_is_made_up_and_what_is_no_year_is_told(bring: Any) -> None:
    text = sample("plain").replace("2022;2022:9463314", "1899;2:94")
    report = bring(text)
    assert "pmid" not in newest(report["articles"][0]["slug"]).content["citation"]
    assert "year" not in newest(report["articles"][0]["slug"]).content["citation"]
    assert "citation_unread" in [told["code"] for told in report["articles"][0]["warnings"]]


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"\0\1\2 no text", sample("forms").encode()])
def test_a_broken_file_is_refused_with_a_sentence_that_the_report_has_too(
    bring: Any, tmp_path: Path, data: bytes
) -> None:
    before = counts()
    with pytest.raises(CommandError) as refused:
        bring(data)
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert report == {"error": str(refused.value), "articles": [], "warnings": [], "dropped_blocks": 0}
    assert counts() == before


def test_a_file_or_a_place_for_the_report_that_is_not_there_is_said_before_anything_is_saved(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"none.txt cannot be read: No such file"):
        call_command("import_articles", str(tmp_path / "none.txt"))
    (tmp_path / "export.txt").write_text(export(), encoding="utf-8")
    with pytest.raises(CommandError, match="The report cannot be written to"):
        call_command("import_articles", str(tmp_path / "export.txt"), "--report", str(tmp_path / "no" / "report.json"))
    assert not imported().exists()


def test_the_shell_reads_what_became_of_each_and_where_to_look(bring: Any, capsys: Any) -> None:
    bring(export("plain"))
    said = capsys.readouterr().out
    assert "created   a-look-at-five-invented-trials-in-stiff-joints" in said
    assert "Line 1: There are no headings" in said
    assert "They are drafts; nothing was published." in said


def test_by_whom_it_was_brought_in_stands_on_the_revision(staff: Any) -> None:
    import_articles(articles=read(export("plain").encode()).articles, by=staff)
    assert ArticleRevision.objects.get(source="import").created_by == staff
