"""What is typed and not saved is kept for whoever typed it, changes nothing, and overwrites nobody."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.forms.models import model_to_dict
from django.test import Client

from articles.models import Article, Draft, Reviewer
from tests.articles.shown import saved
from tests.browser_posts import untouched

LIST = "/admin/articles/article/"
TYPED = "Zoë O'Brien & Sons typed <b>this</b>"


@pytest.fixture
def colleague(first_content: None, django_user_model: Any) -> Any:
    account = django_user_model.objects.create_user("writer@clinic.example", name="A colleague")
    account.groups.add(Group.objects.get(name="editor"))
    return account


@pytest.fixture
def other_desk(colleague: Any) -> Client:
    client = Client()
    client.force_login(colleague)
    return client


def page_of(article: Article) -> str:
    return f"{LIST}{article.pk}/change/"


def typed(desk: Client, article: Article, **fields: str) -> dict[str, Any]:
    return {**untouched(desk.get(page_of(article)), "article_form", "save"), **fields}


def keep(desk: Client, article: Article, fields: dict[str, Any]) -> Any:
    """As static/autosave.js does while somebody types."""
    return desk.post(f"{LIST}{article.pk}/draft/", fields)


def test_what_is_kept_is_offered_and_put_back_as_it_was_typed(desk: Client, article: Article) -> None:
    fields = typed(
        desk, article, title=TYPED, **{"sections-0-body": "First line\r\n\r\n  second", "citation_doi": "10.1"}
    )
    assert keep(desk, article, fields).json() == {"kept": "What you type is kept; it is not saved yet.", "newer": ""}
    assert "You typed something here that is not saved" in desk.get(page_of(article)).text
    put_back = untouched(desk.get(f"{page_of(article)}?draft=1"), "article_form", "save")
    del fields["csrfmiddlewaretoken"]
    assert {name: put_back[name] for name in fields} == fields


def test_keeping_changes_no_article_and_saves_no_revision(desk: Client, client: Client, article: Article) -> None:
    before, page = model_to_dict(article), client.get(article.get_absolute_url()).content
    keep(desk, article, {**typed(desk, article, title=TYPED), "slug": "another-address"})
    assert model_to_dict(Article.objects.get(pk=article.pk)) == before
    assert article.revisions.count() == 1
    assert client.get(article.get_absolute_url()).content == page


def test_saving_forgets_it_and_a_refusal_does_not(desk: Client, article: Article) -> None:
    fields = typed(desk, article, title=TYPED)
    keep(desk, article, fields)
    assert desk.post(page_of(article), {**fields, "citation_doi": "no DOI"}).status_code == 422
    assert Draft.objects.exists()
    desk.post(page_of(article), fields)
    assert not Draft.objects.exists()


def test_one_that_was_on_its_way_while_they_saved_is_not_offered(desk: Client, article: Article) -> None:
    fields = typed(desk, article, title=TYPED)
    desk.post(page_of(article), fields)
    told = keep(desk, article, fields).json()
    assert not Draft.objects.exists()
    # The browser goes on holding what the site did not take.
    assert told == {"kept": "", "newer": "You saved this article elsewhere meanwhile. Open it anew to go on."}


def test_a_colleagues_newer_save_is_told_and_neither_is_overwritten(
    desk: Client, other_desk: Client, article: Article
) -> None:
    mine, theirs = typed(desk, article, title=TYPED), typed(other_desk, article, title="Theirs")
    other_desk.post(page_of(article), theirs)
    told = keep(desk, article, mine).json()["newer"]
    assert told.startswith("A colleague saved revision 2 on ")
    assert article.revisions.first().content["title"] == "Theirs"
    assert "Since then revision 2 was saved." in desk.get(page_of(article)).text
    put_back = untouched(desk.get(f"{page_of(article)}?draft=1"), "article_form", "save")
    answer = desk.post(page_of(article), put_back)
    assert "A colleague saved revision 2 on " in answer.text
    assert article.revisions.count() == 2
    assert Draft.objects.exists()


def test_two_who_type_have_a_draft_each(desk: Client, other_desk: Client, article: Article) -> None:
    keep(desk, article, typed(desk, article, title=TYPED))
    keep(other_desk, article, typed(other_desk, article, title="Theirs"))
    assert Draft.objects.count() == 2
    put_back = untouched(other_desk.get(f"{page_of(article)}?draft=1"), "article_form", "save")
    assert put_back["title"] == "Theirs"


def test_thrown_away_it_is_gone_and_a_colleagues_is_not(desk: Client, other_desk: Client, article: Article) -> None:
    for client in (desk, other_desk):
        keep(client, article, typed(client, article, title=TYPED))
    action = f"{LIST}{article.pk}/draft-forget/"
    told = desk.post(action, untouched(desk.get(page_of(article)), action), follow=True).text
    assert "Thrown away" in told
    assert "You typed something here" not in told
    assert Draft.objects.count() == 1


def test_signed_out_the_script_is_told_no_success(article: Article) -> None:
    answer = keep(Client(), article, {"begun_from": "1", "title": TYPED})
    assert (answer.status_code, Draft.objects.count()) == (302, 0)


def test_who_may_not_write_keeps_nothing(reviewing: Client, reviewer: Reviewer, article: Article) -> None:
    assert keep(reviewing, article, {"begun_from": "1"}).status_code == 403
    assert not Draft.objects.exists()


def test_what_the_browser_kept_comes_back_through_the_form(desk: Client, article: Article, staff: Any) -> None:
    fields = typed(desk, article, title=TYPED)
    saved(article, staff, title="Saved since")
    answer = desk.post(page_of(article), {**fields, "put_back": ""})
    put_back = untouched(answer, "article_form", "save")
    assert (put_back["title"], put_back["begun_from"]) == (TYPED, "1")
    assert article.revisions.count() == 2
