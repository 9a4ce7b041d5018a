"""What publishing does with what was withdrawn, is live already, or was set for a day."""

from typing import Any

from django.test import Client
from django.utils import timezone

from articles.actions import approve, publish, release, withdraw
from articles.models import Article, Release, Rendering, Reviewer
from tests.articles.shown import saved, shown

LIST = "/admin/articles/article/"


def publish_all(desk: Client, *articles: Article) -> list[str]:
    fields = {"action": "publish_selected", "_selected_action": [article.pk for article in articles]}
    return [str(message) for message in desk.post(LIST, fields, follow=True).context["messages"]]


def test_the_list_does_not_publish_again_what_was_withdrawn(desk: Client, article: Article, staff: Any) -> None:
    withdraw(article=article, by=staff, reason="It is wrong")
    said = publish_all(desk, article)
    assert len(said) == 1
    assert "It was withdrawn. Publish it from its own page." in said[0]
    assert Article.objects.get(pk=article.pk).state == "withdrawn"


def test_the_list_counts_what_it_published_and_no_page_that_is_as_it_was(
    desk: Client, article: Article, staff: Any
) -> None:
    other = Article.objects.exclude(pk=article.pk)[0]
    release(revision=saved(other, staff, title="Anew"), by=staff, reason="Why not")
    assert publish_all(desk, article, other) == ["1 article published."]
    assert publish_all(desk, article, other) == ["Visitors read the newest revision of each already."]


def test_empty_for_at_once_is_at_once(desk: Client, article: Article, staff: Any) -> None:
    waiting = Article.objects.create(slug="a-draft")
    release(revision=saved(waiting, staff, **article.content), by=staff, reason="Why not")
    page = f"{LIST}{waiting.pk}"
    desk.post(f"{page}/publish/", {"revision": 1, "show_from": "2199-01-01T09:00"})
    release(revision=saved(waiting, staff, title="Anew"), by=staff, reason="Why not")
    desk.post(f"{page}/publish/", {"revision": 2, "show_from": ""})
    published = Article.objects.get(pk=waiting.pk)
    assert published.published_at
    assert published.published_at <= timezone.now()


def test_what_is_read_already_keeps_its_day(article: Article, staff: Any) -> None:
    before = article.published_at
    shown(article, staff, title="Anew")
    assert Article.objects.get(pk=article.pk).published_at == before


def test_an_unfinished_draft_is_not_released(desk: Client, article: Article, staff: Any) -> None:
    saved(article, staff, summary=article.content["summary"], sections=[])
    answer = desk.post(f"{LIST}{article.pk}/release/", {"revision": 2, "note": "Why not"})
    assert "There is no section of the kind" in answer.text
    assert not Release.objects.filter(revision__number=2).exists()


def test_a_withdrawn_article_does_not_say_that_visitors_read_it(desk: Client, article: Article, staff: Any) -> None:
    saved(article, staff, title="Anew")
    page = f"{LIST}{article.pk}/change/"
    assert "Visitors read revision 1." in desk.get(page).text
    withdraw(article=article, by=staff, reason="It is wrong")
    told = desk.get(page).text
    assert "Visitors read revision 1." not in told
    assert '<span class="pill pill-published">live</span>' not in told


def test_a_number_of_5000_digits_restores_nothing(desk: Client, article: Article, staff: Any) -> None:
    saved(article, staff, title="Anew")
    for fields in ({"revision": "9" * 5000, "restore": "1"}, {"revision": "2", "restore": "9" * 5000}):
        answer = desk.post(f"{LIST}{article.pk}/restore/", fields)
        assert answer.status_code == 422
        assert "Choose a revision of this article." in answer.text


def test_a_reviewer_answers_for_the_page_as_they_read_it_and_for_no_later_one(
    client: Client, article: Article, reviewer: Reviewer, staff: Any, django_user_model: Any
) -> None:
    account = django_user_model.objects.create_superuser("kim@clinic.example")
    kim = Reviewer.objects.create(account=account, slug="kim", name="Kim", credentials="MD", registration="1")
    for by, title in ((reviewer, "As it was read"), (kim, "As it is by now")):
        revision = saved(article, staff, title=title)
        approve(revision=revision, by=by.account)
        publish(revision=revision, by=staff)
        assert title in client.get(by.get_absolute_url()).text
    assert "None that is on the site now." in client.get(reviewer.get_absolute_url()).text


def test_what_visitors_would_be_served_is_what_its_text_says(desk: Client, article: Article, staff: Any) -> None:
    revision = saved(article, staff, title="Anew")
    release(revision=revision, by=staff, reason="Why not")
    Rendering.objects.create(revision=revision, sections=["<p>Another</p>" for section in revision.content["sections"]])
    answer = desk.post(f"{LIST}{article.pk}/publish/", {"revision": 2})
    assert "is not what its text gives" in answer.text
    assert Article.objects.get(pk=article.pk).live_revision != revision
