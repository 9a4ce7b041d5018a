from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from articles.models import Article, ArticleRevision
from tests.articles import manglings
from tests.articles.manglings import export, sample
from tests.browser_posts import untouched

PAGE = "/admin/articles/article/import/"


def upload(desk: Client, data: str | bytes) -> Any:
    content = data if isinstance(data, bytes) else data.encode()
    return desk.post(PAGE, {"file": SimpleUploadedFile("export.txt", content)})


def imported() -> Any:
    return Article.objects.filter(revisions__source="import").distinct()


def test_the_preview_shows_what_would_become_of_each_article_and_saves_nothing(desk: Client) -> None:
    page = upload(desk, manglings.latin_1(export()))
    assert page.status_code == 200
    assert "5 created" in page.text
    assert "Line 117: There is no “Source:” line: the paper is unknown." in page.text
    assert "Study Limitations" in page.text
    assert "O'Brien-Zöllner ZA, de la Cruz Peña M, Nowak T" in page.text.replace("&#x27;", "'")
    assert "Line 19: From here on there are lines that are not UTF-8" in page.text
    assert f"{len(sample('forms').split(chr(10) * 2))} blocks were left out" in page.text
    assert not imported().exists()


def test_confirming_imports_what_was_shown_as_drafts_in_the_name_of_who_pressed(desk: Client, staff: Any) -> None:
    page = upload(desk, manglings.windows_1252(export()))
    response = desk.post(PAGE, untouched(page, "confirm-form"), follow=True)
    assert "Imported as drafts: 5 created. Nothing was published." in response.text
    assert {article.state for article in imported()} == {"draft"}
    assert {revision.created_by for revision in ArticleRevision.objects.filter(source="import")} == {staff}


def test_pressing_twice_or_bringing_the_file_again_changes_nothing(desk: Client) -> None:
    page = upload(desk, export("liver", "ideas"))
    desk.post(PAGE, untouched(page, "confirm-form"))
    before = ArticleRevision.objects.count()
    assert "2 unchanged" in desk.post(PAGE, untouched(page, "confirm-form"), follow=True).text
    again = upload(desk, export("liver", "ideas"))
    assert "2 unchanged" in again.text
    assert "Import them as drafts" not in again.text
    assert ArticleRevision.objects.count() == before


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty."),
        (b"%PDF-1.7", "This is a PDF document. Save it as plain text in UTF-8."),
        (b"x" * (1024 * 1024 + 1), "The file is larger than 1 MB."),
        (sample("forms").encode(), "There is no article in this file"),
    ],
)
def test_a_file_that_is_none_is_answered_with_a_sentence(desk: Client, data: bytes, sentence: str) -> None:
    response = upload(desk, data)
    assert response.status_code == 422
    assert sentence in response.text


@pytest.mark.parametrize("text", ["", "Only a line", "x" * 1_100_000])
def test_a_text_that_is_no_export_is_refused_by_the_second_page_too(desk: Client, text: str) -> None:
    response = desk.post(PAGE, {"text": text})
    assert response.status_code == 422
    assert "Nothing was imported." in response.text
    assert not imported().exists()


def test_markup_in_the_file_is_shown_as_it_stands(desk: Client) -> None:
    page = upload(desk, export("liver").replace("Four people", "<script>alert(1)</script> Four people"))
    assert "<script>alert(1)" not in page.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; Four people" in page.text


def test_the_list_of_articles_leads_to_the_import(desk: Client) -> None:
    assert f'href="{PAGE}"' in desk.get("/admin/articles/article/").text


def test_an_imported_draft_opens_in_the_editor_and_is_saved_untouched_without_a_change(desk: Client) -> None:
    desk.post(PAGE, untouched(upload(desk, export("walking", "harms")), "confirm-form"))
    before = ArticleRevision.objects.count()
    for article in imported():
        url = f"/admin/articles/article/{article.pk}/change/"
        assert "A section is not sorted yet" in desk.get(url).text
        assert desk.post(url, untouched(desk.get(url), "article_form", "save")).status_code == 302
    assert ArticleRevision.objects.count() == before
