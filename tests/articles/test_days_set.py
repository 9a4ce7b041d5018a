"""Articles that come and go on a day that was set: by whose clock, in which zone, once, and with what is said."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from articles.actions import publish, release, withdraw, withdraw_what_is_due
from articles.models import Article
from foundation.models import ClinicProfile
from tests.articles.shown import saved, shown
from tests.browser_posts import untouched

LIST = "/admin/articles/article/"
WHY = "Zoë O'Brien & Sons found <b>an error</b> in it."


@pytest.fixture
def in_new_york(first_content: None) -> None:
    ClinicProfile.objects.update(time_zone="America/New_York")


@pytest.fixture
def draft(article: Article, staff: Any) -> Article:
    """Released, and read by nobody yet."""
    made = Article.objects.create(slug="a-draft")
    release(revision=saved(made, staff, **article.content), by=staff, reason="Why not")
    return made


def now(article: Article) -> Article:
    return Article.objects.get(pk=article.pk)


def press(client: Client, article: Article, name: str, **typed: str) -> Any:
    action = f"{LIST}{article.pk}/{name}/"
    page = client.get(f"{LIST}{article.pk}/change/")
    return client.post(action, {**untouched(page, action), **typed}, follow=True)


def leaving(article: Article, by: Any, seconds: float) -> Article:
    """By raw SQL, so that it can be in the past: the moment came while nobody looked."""
    withdraw(article=article, by=by, reason=WHY, at=timezone.now() + timedelta(days=1))
    # The opening articles may have been published within the last second.
    came, goes = timezone.now() - timedelta(days=1), timezone.now() + timedelta(seconds=seconds)
    Article.objects.filter(pk=article.pk).update(published_at=came, withdraws_at=goes)
    return now(article)


@pytest.mark.usefixtures("in_new_york")
def test_a_day_is_typed_and_shown_in_the_time_of_the_clinic(desk: Client, article: Article, draft: Article) -> None:
    for which, name in ((draft, "publish"), (article, "withdraw")):
        page = desk.get(f"{LIST}{which.pk}/change/").text
        assert "Time of America/New_York (UTC" in page, name
    told = press(desk, draft, "publish", show_from="2199-01-15T09:00").text
    assert told.count("Jan. 15, 2199, 9 a.m., America/New_York (UTC-05:00)") == 2
    told = press(desk, article, "withdraw", reason=WHY, at="2199-07-15T09:00").text
    assert told.count("July 15, 2199, 9 a.m., America/New_York (UTC-04:00)") == 2
    assert now(draft).published_at == datetime(2199, 1, 15, 14, tzinfo=UTC)
    assert now(article).withdraws_at == datetime(2199, 7, 15, 13, tzinfo=UTC)


@pytest.mark.usefixtures("in_new_york")
@pytest.mark.parametrize("moment", ["2199-03-10T02:30", "2199-11-03T01:30"])
def test_an_hour_that_summer_time_skips_or_doubles_is_refused(
    desk: Client, article: Article, draft: Article, moment: str
) -> None:
    for answer in (
        press(desk, draft, "publish", show_from=moment),
        press(desk, article, "withdraw", reason=WHY, at=moment),
    ):
        assert answer.status_code == 422
        assert "America/New_York" in answer.context["refused"][0]
    assert now(draft).state == "draft"
    assert now(article).withdraws_at is None


def test_when_the_day_has_come_it_is_gone_before_any_job_ran(client: Client, article: Article, staff: Any) -> None:
    leaving(article, staff, 3600)
    assert client.get(article.get_absolute_url()).status_code == 200
    leaving(article, staff, -1)
    answer = client.get(article.get_absolute_url())
    assert answer.status_code == 410
    assert escape(WHY) in answer.text
    assert article.slug not in client.get("/research/").text
    assert article.slug not in client.get("/sitemap.xml").text


def test_the_job_writes_it_down_once_and_leaves_the_others(article: Article, staff: Any) -> None:
    other = Article.objects.published().exclude(pk=article.pk)[0]
    leaving(article, staff, -1)
    leaving(other, staff, 3600)
    assert [withdraw_what_is_due(), withdraw_what_is_due()] == [1, 0]
    assert (now(article).state, now(other).state) == ("withdrawn", "published")
    assert (now(article).changed_by, now(article).withdrawal_reason) == (staff, WHY)


def test_a_worker_that_is_killed_at_that_moment_leaves_it_to_the_next(
    client: Client, article: Article, staff: Any
) -> None:
    leaving(article, staff, -1)
    with transaction.atomic():
        withdraw_what_is_due()
        transaction.set_rollback(True)
    assert now(article).state == "published"
    assert client.get(article.get_absolute_url()).status_code == 410
    assert withdraw_what_is_due() == 1
    assert client.get(article.get_absolute_url()).status_code == 410


@pytest.mark.parametrize("hours", [-26, 26])
def test_a_host_whose_clock_is_wrong_writes_nothing_down_too_early_or_too_late(
    article: Article, staff: Any, time_machine: Any, hours: int
) -> None:
    other = Article.objects.published().exclude(pk=article.pk)[0]
    leaving(article, staff, -1)
    leaving(other, staff, 3600)
    time_machine.move_to(timezone.now() + timedelta(hours=hours))
    withdraw_what_is_due()
    assert (now(article).state, now(other).state) == ("withdrawn", "published")


def test_set_for_a_day_and_pressed_again_it_comes_once(desk: Client, client: Client, draft: Article) -> None:
    moment = timezone.now() + timedelta(hours=1)
    for _twice in range(2):
        page = untouched(desk.get(f"{LIST}{draft.pk}/change/"), "publish_form") if now(draft).state == "draft" else {}
        desk.post(f"{LIST}{draft.pk}/publish/", {"revision": 1, "show_from": f"{moment:%Y-%m-%dT%H:%M}", **page})
    fields = {"action": "publish_selected", "_selected_action": [draft.pk]}
    desk.post(LIST, fields)
    Article.objects.filter(pk=draft.pk).update(published_at=timezone.now())
    assert client.get("/research/feed/atom/").text.count("/research/a-draft/</id>") == 1
    assert now(draft).revisions.count() == 1


def test_its_address_says_why_until_it_is_published_again(
    desk: Client, client: Client, article: Article, staff: Any
) -> None:
    press(desk, article, "withdraw", reason=WHY)
    assert escape(WHY) in client.get(article.get_absolute_url()).text
    publish(revision=article.live_revision, by=staff)
    assert client.get(article.get_absolute_url()).status_code == 200
    withdraw(article=article, by=staff, reason="Another reason")
    told = client.get(article.get_absolute_url()).text
    assert "Another reason" in told
    assert escape(WHY) not in told


@pytest.fixture
def back_some_day(desk: Client, client: Client, article: Article) -> Article:
    """Read, withdrawn, and set for a day to come."""
    press(desk, article, "withdraw", reason=WHY)
    press(desk, article, "publish", show_from="2199-01-15T09:00")
    assert now(article).is_waiting()
    return article


def gone(client: Client, article: Article, why: str) -> bool:
    answer = client.get(article.get_absolute_url())
    return answer.status_code == 410 and escape(why) in answer.text


def test_what_was_once_read_says_why_it_is_gone_until_it_is_shown_again(
    desk: Client, client: Client, back_some_day: Article
) -> None:
    assert gone(client, back_some_day, WHY)
    assert back_some_day.slug not in client.get("/research/").text
    assert f"Its address says until then: {escape(WHY)}" in desk.get(f"{LIST}{back_some_day.pk}/change/").text
    press(desk, back_some_day, "withdraw", reason="A reason of later", at="2199-02-15T09:00")
    assert gone(client, back_some_day, WHY)
    press(desk, back_some_day, "keep")
    assert gone(client, back_some_day, WHY)
    desk.post(f"{LIST}{back_some_day.pk}/publish/", {"revision": 1, "show_from": "2199-01-16T09:00"})
    assert gone(client, back_some_day, WHY)
    Article.objects.filter(pk=back_some_day.pk).update(published_at=timezone.now())
    assert client.get(back_some_day.get_absolute_url()).status_code == 200


def test_withdrawn_again_before_its_day_it_says_the_reason_of_now(
    desk: Client, client: Client, article: Article, back_some_day: Article
) -> None:
    press(desk, back_some_day, "withdraw", reason="After all not")
    assert gone(client, back_some_day, "After all not")
    assert now(article).published_at == article.published_at


def test_sent_back_before_its_day_it_still_says_why_it_is_gone(
    client: Client, reviewing: Client, back_some_day: Article
) -> None:
    reviewing.post(f"{LIST}{back_some_day.pk}/send-back/", {"revision": 1, "note": "The dose is wrong"})
    assert (now(back_some_day).state, now(back_some_day).withdrawal_reason) == ("withdrawn", WHY)
    assert gone(client, back_some_day, WHY)


def test_shown_at_once_after_all_it_has_the_day_on_which_it_was_first_read(
    desk: Client, client: Client, article: Article, back_some_day: Article
) -> None:
    desk.post(f"{LIST}{back_some_day.pk}/publish/", {"revision": 1, "show_from": ""})
    assert client.get(back_some_day.get_absolute_url()).status_code == 200
    assert now(article).published_at == article.published_at


def test_what_has_gone_and_is_set_for_a_day_does_not_come_back_before_any_job_ran(
    desk: Client, client: Client, article: Article, staff: Any
) -> None:
    leaving(article, staff, -1)
    desk.post(f"{LIST}{article.pk}/publish/", {"revision": 1, "show_from": "2199-01-15T09:00"})
    assert now(article).is_waiting()
    assert gone(client, article, WHY)


def test_without_a_reason_nothing_is_withdrawn_and_the_day_stays_in_the_form(desk: Client, article: Article) -> None:
    answer = press(desk, article, "withdraw", reason=" ", at="2199-01-15T09:00")
    assert answer.context["refused"] == ["Say why it is withdrawn: whoever comes to its address reads it."]
    assert 'value="2199-01-15T09:00"' in answer.text
    assert now(article).withdraws_at is None


def test_a_day_that_has_passed_is_refused(desk: Client, article: Article) -> None:
    answer = press(desk, article, "withdraw", reason=WHY, at="2020-01-15T09:00")
    assert answer.context["refused"] == ["Choose a time to come, after the one from which on visitors read it."]


def test_what_nobody_read_yet_was_never_there(client: Client, draft: Article, staff: Any) -> None:
    publish(revision=draft.revisions.get(), by=staff, at=timezone.now() + timedelta(days=1))
    withdraw(article=draft, by=staff, reason=WHY)
    assert now(draft).published_at is None
    assert client.get(draft.get_absolute_url()).status_code == 404


def test_nothing_goes_before_it_came(desk: Client, draft: Article, staff: Any) -> None:
    revision, at = draft.revisions.get(), timezone.now()
    publish(revision=revision, by=staff, at=at + timedelta(days=5))
    answer = press(desk, draft, "withdraw", reason=WHY, at=f"{at + timedelta(days=4):%Y-%m-%dT%H:%M}")
    assert answer.status_code == 422
    withdraw(article=draft, by=staff, reason=WHY, at=at + timedelta(days=6))
    answer = desk.post(
        f"{LIST}{draft.pk}/publish/", {"revision": 1, "show_from": f"{at + timedelta(days=7):%Y-%m-%dT%H:%M}"}
    )
    assert answer.status_code == 422
    with pytest.raises(DatabaseError, match="article_goes_after_it_came"), transaction.atomic():
        Article.objects.filter(pk=draft.pk).update(withdraws_at=at + timedelta(days=4))


def test_what_is_published_meanwhile_goes_on_that_day_too(article: Article, staff: Any) -> None:
    leaving(article, staff, 3600)
    shown(article, staff, title="Another title")
    assert now(article).withdraws_at
    assert now(article).withdrawal_reason == WHY


def test_published_after_its_day_it_stays(article: Article, staff: Any) -> None:
    leaving(article, staff, -1)
    shown(article, staff, title="Another title")
    assert withdraw_what_is_due() == 0
    assert Article.objects.published().filter(pk=article.pk).exists()


def test_the_day_is_taken_back_until_it_has_come(desk: Client, article: Article, staff: Any) -> None:
    leaving(article, staff, 3600)
    assert "It stays" in press(desk, article, "keep").text
    assert (now(article).withdraws_at, now(article).withdrawal_reason) == (None, "")
    assert "It stays: there is no longer a day" in desk.post(f"{LIST}{article.pk}/keep/", follow=True).text
    late = leaving(article, staff, -1)
    assert desk.post(f"{LIST}{article.pk}/keep/").status_code == 422
    assert now(article).withdraws_at == late.withdraws_at
