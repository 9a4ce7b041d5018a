from typing import Any

from django.core.management import call_command

from articles.actions import publish, release, save_revision, withdraw
from articles.models import Article, ArticleRevision
from enquiries.models import PacketVersion
from foundation.models import ClinicProfile, ProcessStep
from tests.articles.shown import shown


def counts() -> list[int]:
    return [model.objects.count() for model in (Article, ArticleRevision, ClinicProfile, ProcessStep, PacketVersion)]


def test_loading_twice_changes_nothing(first_content: None) -> None:
    before = counts()
    call_command("load_first_content")
    assert counts() == before
    assert Article.objects.published().count() == 5


def test_loading_again_keeps_what_an_editor_changed(first_content: None, staff: Any) -> None:
    article = Article.objects.first()
    shown(article, staff, title="An editor's title")
    ClinicProfile.objects.update(name="Another Clinic")
    call_command("load_first_content")
    article.refresh_from_db()
    assert article.content["title"] == "An editor's title"
    assert ClinicProfile.objects.get().name == "Another Clinic"


def test_loading_again_does_not_bring_back_what_was_withdrawn(first_content: None, staff: Any) -> None:
    article = withdraw(article=Article.objects.first(), by=staff, reason="It is wrong")
    call_command("load_first_content")
    article.refresh_from_db()
    assert article.state == Article.State.WITHDRAWN


def test_a_saved_revision_is_not_public_before_it_is_published(first_content: None, staff: Any, client: Any) -> None:
    article = Article.objects.first()
    content = {**article.content, "title": "Not yet public"}
    revision = save_revision(article=article, content=content, by=staff)
    assert "Not yet public" not in client.get(article.get_absolute_url()).content.decode()
    release(revision=revision, by=staff, reason="A test of something else")
    publish(revision=revision, by=staff)
    assert "Not yet public" in client.get(article.get_absolute_url()).content.decode()


def test_saving_the_same_content_adds_no_revision(first_content: None, staff: Any) -> None:
    article = Article.objects.first()
    save_revision(article=article, content=article.content, by=staff)
    assert article.revisions.count() == 1
