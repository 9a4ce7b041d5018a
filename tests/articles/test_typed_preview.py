"""The page as readers will see it, of what stands in an editor's fields: never refused, and written nowhere."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from articles.actions import make_preview_link, save_revision
from articles.models import Article, RetractionRecord, Reviewer
from articles.tasks import check_papers
from tests.browser_posts import untouched

LIST = "/admin/articles/article/"
TITLE = "Zoë O'Brien & Sons <b>write</b>"


def typed(desk: Client, page: str, **fields: str) -> dict[str, Any]:
    return {**untouched(desk.get(page), "article_form", "save"), **fields}


def seen(desk: Client, article: Article, **fields: str) -> str:
    answer = desk.post(f"{LIST}{article.pk}/preview/", typed(desk, f"{LIST}{article.pk}/change/", **fields))
    assert (answer.status_code, answer["X-Robots-Tag"]) == (200, "noindex")
    assert "no-store" in answer["Cache-Control"]
    return answer.text


def test_it_is_the_public_page_of_what_is_typed(desk: Client, client: Client, article: Article) -> None:
    page = seen(desk, article)
    for part in ("lead", 'class="study"', "On this page", "Findings", "Cite the paper"):
        assert (part in page) == (part in client.get(article.get_absolute_url()).text)
    page = seen(desk, article, title=TITLE, **{"sections-0-body": "One **bold** word <script>alert(1)</script>"})
    assert escape(TITLE) in page
    assert "One <strong>bold</strong> word &lt;script&gt;alert(1)" in page
    assert "Nothing of it is saved or published" in page
    assert 'name="consent' not in page


def test_of_a_draft_that_a_newer_study_overturns_nothing_is_drawn(
    desk: Client, client: Client, article: Article, staff: Any
) -> None:
    drawn, newer = '<figure class="icons">', {"newer-0-text": "No better.", "newer-0-effect": "overturns"}
    numbers = {"sections-0-icons": "33 of 100 people felt better"}
    assert drawn in seen(desk, article, **numbers)
    page = seen(desk, article, **numbers, **newer)
    assert (drawn in page, "33 of 100 people felt better" in page) == (False, True)


def test_nor_of_one_whose_paper_was_retracted_nor_behind_a_link_to_a_revision(
    desk: Client, client: Client, article: Article, staff: Any
) -> None:
    array = {"count": 33, "of": 100, "words": "people felt better"}
    first, *others = article.content["sections"]
    content = {**article.content, "sections": [{**first, "icons": [array]}, *others]}
    link = make_preview_link(revision=save_revision(article=article, content=content, by=staff), by=staff)
    pages = (lambda: client.get(link.get_absolute_url()).text, lambda: seen(desk, article))
    assert ['class="icons"' in page() for page in pages] == [True, True]
    RetractionRecord.objects.create(record_id="1", nature="retraction", doi=article.content["citation"]["doi"])
    check_papers()
    assert ['class="icons"' in page() for page in pages] == [False, False]


def test_looking_writes_nothing(desk: Client, article: Article) -> None:
    fields = typed(desk, f"{LIST}{article.pk}/change/", title=TITLE, **{"sections-0-body": "It cures everybody."})
    with CaptureQueriesContext(connection) as asked:
        assert desk.post(f"{LIST}{article.pk}/preview/", fields).status_code == 200
    assert [query["sql"] for query in asked if not query["sql"].startswith(("SELECT", "SAVEPOINT", "RELEASE"))] == []


@pytest.mark.parametrize(
    ("wrong", "seen_all_the_same", "named"),
    [
        ({"summary": "Too short"}, "Too short", "Summary"),
        ({"title": ""}, "No title yet", "Title"),
        ({"sections-3-heading": ""}, "No heading yet", "Section 4, Heading"),
        ({"sections-3-kind": ""}, "What they found", "Section 4, Kind"),
        ({"sections-3-icons": "33 percent"}, "What they found", "Section 4, Numbers as dots"),
        ({"sections-3-image": "not-here"}, "What they found", "Section 4, Picture"),
        ({"sections-3-ORDER": "x"}, "What they found", "Section 4, Order"),
        ({"citation_doi": "no DOI"}, "Cite the paper", "DOI"),
        ({"citation_year": "x", "study_participants_count": "-1"}, "The study at a glance", "Number of people; Year."),
        ({"sections-TOTAL_FORMS": ""}, "Where this comes from", ""),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_what_is_wrong_is_named_and_the_rest_is_seen(
    desk: Client, article: Article, wrong: dict[str, str], seen_all_the_same: str, named: str
) -> None:
    page = seen(desk, article, **wrong)
    assert seen_all_the_same in page
    assert named in page.partition("Not right yet")[2].partition("</p>")[0]


def test_sections_are_seen_in_the_order_of_their_numbers_and_what_goes_is_gone(desk: Client, article: Article) -> None:
    page = seen(desk, article, **{"sections-0-ORDER": "99", "sections-1-DELETE": "on"})
    ids = [part.partition('"')[0] for part in page.split('id="sections-')[1:]]
    assert ids[-1] == "0"
    assert "1" not in ids


def test_what_the_lint_says_of_it_is_told_and_what_may_stand_is_told_no_more(desk: Client, article: Article) -> None:
    claim = {"sections-0-body": "These cells cure multiple sclerosis."}
    assert "Promise of a cure" in seen(desk, article, **claim)
    saved = desk.post(f"{LIST}{article.pk}/change/", typed(desk, f"{LIST}{article.pk}/change/", **claim), follow=True)
    action = f"{LIST}{article.pk}/override/"
    desk.post(action, {**untouched(saved, action), "reason": "A test of something else"})
    assert "Promise of a cure" not in seen(desk, article)


def test_an_article_that_is_not_there_yet_is_seen_too(desk: Client) -> None:
    empty = desk.post(f"{LIST}preview/", typed(desk, f"{LIST}add/"))
    assert "No title yet" in empty.text
    fields = {"title": TITLE, "sections-0-heading": "In short", "sections-0-body": "A *first* sentence."}
    page = desk.post(f"{LIST}preview/", typed(desk, f"{LIST}add/", **fields)).text
    assert escape(TITLE) in page
    assert "A <em>first</em> sentence." in page
    assert not Article.objects.filter(revisions=None).exists()


def test_only_who_may_write_it_may_look_and_only_with_the_token(
    desk: Client, reviewing: Client, reviewer: Reviewer, article: Article, django_user_model: Any
) -> None:
    address, fields = f"{LIST}{article.pk}/preview/", {"title": TITLE}
    assert reviewing.post(address, fields).status_code == 403
    assert Client().post(address, fields).status_code == 302
    editor = django_user_model.objects.create_user("writer@clinic.example", name="A writer")
    editor.groups.add(Group.objects.get(name="editor"))
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(editor)
    assert strict.post(address, fields).status_code == 403
    page = strict.get(f"{LIST}{article.pk}/change/")
    assert strict.post(address, untouched(page, "article_form", "save")).status_code == 200
