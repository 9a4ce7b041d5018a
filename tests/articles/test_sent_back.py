"""A reviewer's no holds until another reviewer's word, or a manager's that came after it."""

from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from articles.actions import approve, publish, release, save_revision
from articles.models import Article, ArticleRevision, Release, Reviewer
from enquiries import packet_content, sources
from enquiries.first_content import make_version
from enquiries.models import Packet
from foundation.actors import JOB
from tests.articles.shown import saved, shown
from tests.articles.test_review import queues

LIST = "/admin/articles/article/"
WHY = "Nobody here may review it yet"
NOBODY = "No clinician has checked this summary."
SENT_BACK = "A clinician read this summary and asked for changes."


def say_no(reviewing: Client, article: Article, number: int) -> None:
    reviewing.post(f"{LIST}{article.pk}/send-back/", {"revision": number, "note": "The dose is wrong"})


def test_a_release_of_before_a_no_opens_no_door_and_one_of_after_it_does(
    desk: Client, reviewing: Client, article: Article, staff: Any
) -> None:
    revision = saved(article, staff, title="Anew")
    release(revision=revision, by=staff, reason=WHY)
    say_no(reviewing, article, 2)
    refused = desk.post(f"{LIST}{article.pk}/publish/", {"revision": 2})
    assert "It needs the approval of a medical reviewer, or a release without one." in refused.text
    with pytest.raises(DatabaseError, match="approval"), transaction.atomic():
        Article.objects.filter(pk=article.pk).update(live_revision=revision)
    desk.post(f"{LIST}{article.pk}/release/", {"revision": 2, "note": WHY})
    desk.post(f"{LIST}{article.pk}/publish/", {"revision": 2})
    assert Article.objects.get(pk=article.pk).live_revision == revision


def test_a_no_stops_what_a_manager_released_for_a_day_to_come(
    desk: Client, reviewing: Client, article: Article, staff: Any
) -> None:
    waiting = Article.objects.create(slug="a-draft")
    revision = saved(waiting, staff, **article.content)
    release(revision=revision, by=staff, reason=WHY)
    desk.post(f"{LIST}{waiting.pk}/publish/", {"revision": 1, "show_from": "2199-01-01T09:00"})
    say_no(reviewing, waiting, 1)
    assert Article.objects.get(pk=waiting.pk).state == "draft"


def test_a_no_to_the_same_bytes_restored_stops_what_waits_for_its_day_too(
    desk: Client, reviewing: Client, article: Article, staff: Any
) -> None:
    waiting = Article.objects.create(slug="a-draft")
    release(revision=saved(waiting, staff, **article.content), by=staff, reason=WHY)
    desk.post(f"{LIST}{waiting.pk}/publish/", {"revision": 1, "show_from": "2199-01-01T09:00"})
    saved(waiting, staff, title="Other words")
    desk.post(f"{LIST}{waiting.pk}/restore/", {"revision": 2, "restore": 1})
    say_no(reviewing, waiting, 3)
    assert Article.objects.get(pk=waiting.pk).state == "draft"


def test_a_page_that_was_sent_back_stays_and_does_not_say_that_nobody_read_it(
    client: Client, reviewing: Client, article: Article
) -> None:
    assert NOBODY in client.get(article.get_absolute_url()).text
    say_no(reviewing, article, 1)
    page = client.get(article.get_absolute_url()).text
    assert NOBODY not in page
    assert SENT_BACK in page


def test_what_was_sent_back_waits_with_what_visitors_read_first(
    desk: Client, reviewing: Client, reviewer: Reviewer, article: Article, staff: Any
) -> None:
    draft = Article.objects.create(slug="a-draft")
    saved(draft, staff, **article.content)
    say_no(reviewing, draft, 1)
    say_no(reviewing, article, 1)
    assert queues(desk)["Sent back"] == [article.slug, draft.slug]
    for found in (article, draft):
        desk.post(f"{LIST}{found.pk}/release/", {"revision": 1, "note": WHY})
    assert queues(desk)["Sent back"] == []


def test_a_no_to_the_draft_of_a_page_is_no_no_to_the_page(
    client: Client, desk: Client, reviewing: Client, article: Article, staff: Any
) -> None:
    saved(article, staff, title="Anew")
    say_no(reviewing, article, 2)
    assert queues(desk)["Sent back"] == [article.slug]
    assert NOBODY in client.get(article.get_absolute_url()).text
    shown(article, staff, title="Better")
    assert queues(desk)["Sent back"] == []


def test_a_fingerprint_that_another_content_bears_clears_nothing(article: Article, staff: Any) -> None:
    forged = ArticleRevision.objects.create(
        article=article,
        number=9,
        content={**article.content, "title": "Another"},
        content_sha256=Release.objects.filter(revision__article=article)[0].content_sha256,
    )
    with pytest.raises(DatabaseError, match="approval"), transaction.atomic():
        Article.objects.filter(pk=article.pk).update(live_revision=forged)
    with pytest.raises(Exception, match="needs the approval"):
        publish(revision=forged, by=staff)


def test_who_may_act_is_led_to_what_waits_and_only_while_it_does(
    desk: Client, reviewing: Client, article: Article
) -> None:
    for page in ("/admin/", LIST):
        assert f'href="{LIST}queues/"' not in desk.get(page).text
    say_no(reviewing, article, 1)
    for page in ("/admin/", LIST):
        assert f'href="{LIST}queues/"' in desk.get(page).text


def test_what_the_command_imported_waits_until_somebody_takes_it_up(desk: Client, article: Article, staff: Any) -> None:
    draft = Article.objects.create(slug="a-draft")
    save_revision(article=draft, content=article.content, by=JOB, source="import")
    assert queues(desk)["Imported, nobody's draft yet"] == [draft.slug]
    saved(draft, staff, title="Taken up")
    assert queues(desk)["Imported, nobody's draft yet"] == []


def test_words_of_before_a_request_do_not_answer_it(
    desk: Client, reviewing: Client, article: Article, staff: Any
) -> None:
    say_no(reviewing, article, 1)
    saved(article, staff, title="Anew")
    desk.post(f"{LIST}{article.pk}/restore/", {"revision": 2, "restore": 1})
    desk.post(f"{LIST}{article.pk}/ask-review/", {"revision": 3})
    assert queues(reviewing)["Waiting for me"] == [article.slug]
    say_no(reviewing, article, 3)
    assert queues(reviewing)["Waiting for me"] == []


def test_a_packet_says_that_it_was_sent_back_and_one_of_before_is_older(reviewing: Client, article: Article) -> None:
    version = Packet.objects.get().versions.get()
    say_no(reviewing, article, 1)
    assert (sources.ChangeKind.ARTICLE_REVIEWED, str(article)) in sources.changes(version)
    assert packet_content.review(Article.objects.get(pk=article.pk)) == {"is_sent_back": True}


def test_a_reviewer_of_another_name_makes_the_packet_older(article: Article, reviewer: Reviewer, staff: Any) -> None:
    revision = saved(article, staff, title="Anew")
    approve(revision=revision, by=reviewer.account)
    publish(revision=revision, by=staff)
    version = make_version(Packet.objects.get())
    assert sources.changes(version) == []
    Reviewer.objects.filter(pk=reviewer.pk).update(name="Zoë O'Brien")
    assert sources.ChangeKind.ARTICLE_REVIEWED in [change.kind for change in sources.changes(version)]
