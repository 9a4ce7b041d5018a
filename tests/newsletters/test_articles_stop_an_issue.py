"""What becomes of an article after somebody said that an issue may go."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone

from articles.actions import open_notices, publish, release, withdraw
from articles.models import Article, Paper, RetractionRecord
from clinic.models import StaffUser
from mailings.models import OutgoingEmail
from newsletters import actions, tasks
from newsletters.models import Newsletter, Subscriber
from tests.articles.shown import saved
from tests.browser_posts import untouched
from tests.newsletters.conftest import approve, articles_of, launch
from tests.newsletters.test_issue_pages import HOME, browser_of

State = Newsletter.State


@pytest.fixture
def begun(under_way: Callable[[], Newsletter], join: Callable[..., Subscriber]) -> Newsletter:
    join("anna@example.org")
    return under_way()


def first_of(newsletter: Newsletter) -> Article:
    return newsletter.entries.all()[0].article


def taken_off(newsletter: Newsletter, staff: StaffUser) -> str:
    """Its first article; returns the title."""
    article = first_of(newsletter)
    withdraw(article=article, by=staff, reason="The journal retracted the paper")
    return str(article)


def test_an_article_withdrawn_meanwhile_pauses_the_issue_before_the_next_mail(
    begun: Newsletter, staff: StaffUser, deliver: Callable[[], None], mailoutbox: list[Any], sender: StaffUser
) -> None:
    title = taken_off(begun, staff)
    tasks.look_after()
    deliver()
    begun.refresh_from_db()
    assert (begun.state, begun.paused_because, mailoutbox) == (State.PAUSED, "article", [])
    browser = browser_of(sender)
    page = browser.get(f"{HOME}{begun.pk}/change/").text
    assert "An article in it was withdrawn, retracted or overturned since." in page
    assert f"“{title}” is withdrawn." in page
    assert "compose another issue without this article for “who did not get this issue”" in page
    assert "Newsletters that wait" in browser.get("/admin/").text


def test_a_paused_issue_goes_on_only_once_its_article_is_back(
    begun: Newsletter, staff: StaffUser, deliver: Callable[[], None], mailoutbox: list[Any], sender: StaffUser
) -> None:
    taken_off(begun, staff)
    tasks.look_after()
    refused = browser_of(sender).post(f"{HOME}{begun.pk}/resume/")
    assert (refused.status_code, "is withdrawn." in refused.text) == (422, True)
    article = first_of(begun)
    publish(revision=article.live_revision, by=staff)
    assert browser_of(sender).post(f"{HOME}{begun.pk}/resume/").status_code == 302
    tasks.look_after()
    deliver()
    assert [message.to for message in mailoutbox] == [["anna@example.org"]]


def test_postgres_itself_lets_no_stopped_issue_go_on(begun: Newsletter, staff: StaffUser, sender: StaffUser) -> None:
    actions.pause(newsletter=begun, by=sender)
    taken_off(begun, staff)
    with pytest.raises(DatabaseError, match="withdrawn"), transaction.atomic():
        Newsletter.objects.filter(pk=begun.pk).update(state=State.SENDING, paused_because="")


def test_a_typo_mended_after_it_began_stops_nobody(
    begun: Newsletter, staff: StaffUser, deliver: Callable[[], None], mailoutbox: list[Any]
) -> None:
    article = first_of(begun)
    revision = saved(article, staff, title="A word put right")
    release(revision=revision, by=staff, reason="A typo")
    publish(revision=revision, by=staff)
    tasks.look_after()
    deliver()
    begun.refresh_from_db()
    assert (begun.state, len(mailoutbox)) == (State.SENDING, 1)


def test_what_everybody_has_is_over_and_not_paused(
    begun: Newsletter, staff: StaffUser, deliver: Callable[[], None]
) -> None:
    deliver()
    taken_off(begun, staff)
    tasks.look_after()
    begun.refresh_from_db()
    assert begun.state == State.SENT


def test_a_single_mail_of_it_is_not_sent_again_either(
    begun: Newsletter, staff: StaffUser, desk: Any, deliver: Callable[[], None], mailoutbox: list[Any]
) -> None:
    tasks.look_after()
    mail = OutgoingEmail.objects.get(mailing=begun.mailing_id)
    OutgoingEmail.objects.filter(pk=mail.pk).update(state="failed", last_reply="451 4.7.1 Greylisted")
    tasks.look_after()
    taken_off(begun, staff)
    answer = desk.post(f"/admin/mailings/outgoingemail/{mail.pk}/send-again/", follow=True)
    assert "no longer wanted" in answer.text
    deliver()
    assert mailoutbox == []


def test_a_concern_found_after_the_approval_asks_for_another(
    draft: Newsletter, sender: StaffUser, join: Callable[..., Subscriber]
) -> None:
    join("anna@example.org")
    issue = approve(draft, sender)
    paper = first_of(draft).paper
    assert paper
    RetractionRecord.objects.create(record_id="1", nature="concern", title="x", doi=paper.doi)
    open_notices(Paper.objects.all())
    with pytest.raises(ValidationError, match="Make it a draft again"):
        launch(issue, sender)


def test_an_issue_that_could_not_begin_at_its_time_waits_on_today(
    draft: Newsletter, sender: StaffUser, staff: StaffUser, join: Callable[..., Subscriber]
) -> None:
    join("anna@example.org")
    launched = launch(approve(draft, sender), sender)
    assert "Newsletters that wait" not in browser_of(sender).get("/admin/").text
    taken_off(draft, staff)
    assert actions.begin_due(launched.scheduled_for) == 0
    browser = browser_of(sender)
    assert "Newsletters that wait" in browser.get("/admin/").text
    # Also when the article is right again, somebody has to hear why nobody got it.
    publish(revision=first_of(draft).live_revision, by=staff)
    assert "It did not go out at its time" in browser.get(f"{HOME}{draft.pk}/change/").text
    launch(Newsletter.objects.get(pk=draft.pk), sender)
    assert "Newsletters that wait" not in browser.get("/admin/").text


def test_what_somebody_took_back_does_not_wait(
    draft: Newsletter, sender: StaffUser, join: Callable[..., Subscriber]
) -> None:
    join("anna@example.org")
    actions.take_back(newsletter=launch(approve(draft, sender), sender), by=sender)
    browser = browser_of(sender)
    assert "Newsletters that wait" not in browser.get("/admin/").text
    assert "It did not go out at its time" not in browser.get(f"{HOME}{draft.pk}/change/").text


def test_a_day_in_the_past_sends_it_to_nobody(
    draft: Newsletter, sender: StaffUser, join: Callable[..., Subscriber]
) -> None:
    join("anna@example.org")
    issue = approve(draft, sender)
    at = f"{timezone.now() - timedelta(days=3):%Y-%m-%dT%H:%M}"
    answer = browser_of(sender).post(f"{HOME}{issue.pk}/launch/", {"sha256": issue.frozen_sha256, "at": at})
    issue.refresh_from_db()
    assert (answer.status_code, issue.state) == (422, State.APPROVED)
    assert "Choose a time to come" in answer.text
    # Emptied, the field would mean "in a minute".
    assert at in answer.text


def test_this_very_minute_is_a_time_to_come(
    draft: Newsletter, sender: StaffUser, join: Callable[..., Subscriber]
) -> None:
    join("anna@example.org")
    issue = approve(draft, sender)
    at = timezone.now().replace(second=0, microsecond=0)
    launched = actions.launch(newsletter=issue, sha256=issue.frozen_sha256, by=sender, at=at)
    assert launched.scheduled_for
    assert launched.scheduled_for > timezone.now()


def test_an_earlier_minute_is_refused_by_the_action_too(
    draft: Newsletter, sender: StaffUser, join: Callable[..., Subscriber]
) -> None:
    join("anna@example.org")
    issue = approve(draft, sender)
    with pytest.raises(ValidationError):
        actions.launch(
            newsletter=issue, sha256=issue.frozen_sha256, by=sender, at=timezone.now() - timedelta(minutes=2)
        )


def test_who_mends_a_word_does_not_take_out_unseen_what_was_withdrawn_meanwhile(
    draft: Newsletter, writer: StaffUser, staff: Any
) -> None:
    browser, page = browser_of(writer), f"{HOME}{draft.pk}/edit/"
    withdraw(article=articles_of(draft)[0], by=staff, reason="A newer one comes")
    chosen = articles_of(draft)
    typed = {**untouched(browser.get(page), "newsletter_form"), "subject": "Another subject"}
    assert browser.post(page, typed).status_code == 302
    draft.refresh_from_db()
    assert (draft.subject, articles_of(draft)) == ("Another subject", chosen)
    assert "is withdrawn" in browser.get(f"{HOME}{draft.pk}/change/").text
    assert browser.post(page, {**untouched(browser.get(page), "newsletter_form"), "article_1": ""}).status_code == 302
    assert articles_of(draft) == chosen[1:]
