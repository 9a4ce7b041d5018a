from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from articles.models import Article
from clinic.models import StaffUser
from newsletters import actions
from newsletters.models import Newsletter, Subscriber
from tests.browser_posts import untouched
from tests.newsletters.conftest import SUBJECT, account, approve

HOME = "/admin/newsletters/newsletter/"


def browser_of(account: StaffUser) -> Client:
    client = Client()
    client.force_login(account)
    return client


def press(client: Client, newsletter: Newsletter, name: str, **typed: str) -> Any:
    """What a browser posts for that button, from the page that shows it."""
    page = client.get(f"{HOME}{newsletter.pk}/change/")
    fields = {**untouched(page, f"{name}_form"), **typed}
    return client.post(f"{HOME}{newsletter.pk}/{name}/", fields)


def buttons(client: Client, newsletter: Newsletter) -> list[str]:
    page = client.get(f"{HOME}{newsletter.pk}/change/")
    return list(page.context["verbs"])


def test_who_sends_from_an_old_page_does_not_undo_the_day_that_somebody_else_chose(
    sender: StaffUser, draft: Newsletter, join: Callable[..., Subscriber]
) -> None:
    join("anna@example.org")
    manager, newsletter = browser_of(sender), approve(draft, sender)
    old_page = untouched(manager.get(f"{HOME}{newsletter.pk}/change/"), "launch_form")
    day = (timezone.localtime() + timedelta(days=3)).replace(hour=9, minute=0, second=0, microsecond=0)
    press(manager, newsletter, "launch", at=day.strftime("%Y-%m-%dT%H:%M"))
    newsletter.refresh_from_db()
    chosen = newsletter.scheduled_for
    answer = manager.post(f"{HOME}{newsletter.pk}/launch/", old_page)
    assert answer.status_code == 422
    assert "This newsletter is “scheduled” by now." in answer.text
    newsletter.refresh_from_db()
    assert chosen
    assert chosen > timezone.now() + timedelta(days=2)
    assert newsletter.scheduled_for == chosen


def test_an_editor_composes_an_issue_and_a_manager_approves_and_sends_it(
    writer: StaffUser,
    sender: StaffUser,
    join: Callable[..., Subscriber],
    draft: Newsletter,
    deliver: Callable[[], None],
    mailoutbox: Any,
) -> None:
    join("anna@example.org")
    author, manager = browser_of(writer), browser_of(sender)
    first, second = (entry.article for entry in draft.entries.all())
    form = untouched(author.get(f"{HOME}add/"), "newsletter_form")
    chosen = {"article_1": str(second.pk), "article_2": str(first.pk)}
    answer = author.post(f"{HOME}add/", {**form, **chosen, "subject": SUBJECT, "introduction": "Hello."})
    newsletter = Newsletter.objects.exclude(pk=draft.pk).get()
    assert answer["Location"] == f"{HOME}{newsletter.pk}/change/"
    assert [entry.article for entry in newsletter.entries.all()] == [second, first]
    assert "approve" not in buttons(author, newsletter)
    assert press(manager, newsletter, "approve").status_code == 302
    assert "launch" not in buttons(author, newsletter)
    assert press(manager, newsletter, "launch").status_code == 302
    newsletter.refresh_from_db()
    assert newsletter.scheduled_for is not None
    actions.begin_due(newsletter.scheduled_for)
    deliver()
    assert [mail.subject for mail in mailoutbox] == [SUBJECT]
    page = manager.get(f"{HOME}{newsletter.pk}/change/")
    assert page.context["account"] == {
        **dict.fromkeys(("failed", "bounced", "cancelled", "uncertain", "waiting"), 0),
        "sent": 1,
    }


def test_the_page_says_what_stops_it_how_many_get_it_and_how_long_that_takes(
    draft: Newsletter, writer: StaffUser, join: Callable[..., Subscriber]
) -> None:
    page = browser_of(writer).get(f"{HOME}{draft.pk}/change/")
    assert "Nobody would get it" in page.text
    join("anna@example.org")
    page = browser_of(writer).get(f"{HOME}{draft.pk}/change/")
    assert "1 person gets it. That takes 1 minute." in page.text
    assert "Nothing stands in its way." in page.text


def test_an_approval_of_what_was_changed_meanwhile_is_refused_on_the_page(
    draft: Newsletter, writer: StaffUser, sender: StaffUser, join: Callable[..., Subscriber]
) -> None:
    join("anna@example.org")
    manager = browser_of(sender)
    fields = untouched(manager.get(f"{HOME}{draft.pk}/change/"), "approve_form")
    change(draft, writer, subject="Other words")
    answer = manager.post(f"{HOME}{draft.pk}/approve/", fields)
    assert answer.status_code == 422
    assert "Read it again before you approve it" in answer.text


def change(newsletter: Newsletter, by: StaffUser, **words: Any) -> Newsletter:
    articles = [entry.article for entry in newsletter.entries.all()]
    return actions.save_newsletter(newsletter=newsletter, by=by, articles=articles, **words)


def test_two_who_edit_one_draft_do_not_undo_each_other(draft: Newsletter, writer: StaffUser, sender: StaffUser) -> None:
    author = browser_of(writer)
    form = untouched(author.get(f"{HOME}{draft.pk}/edit/"), "newsletter_form")
    change(draft, sender, subject="Theirs")
    answer = author.post(f"{HOME}{draft.pk}/edit/", {**form, "subject": "Mine"})
    assert answer.status_code == 422
    assert "Somebody else saved it meanwhile" in answer.text
    assert "Mine" in answer.text
    draft.refresh_from_db()
    assert draft.subject == "Theirs"


def test_saving_an_untouched_draft_changes_nothing_it_says(draft: Newsletter, writer: StaffUser) -> None:
    author = browser_of(writer)
    page = author.get(f"{HOME}{draft.pk}/edit/")
    before = untouched(page, "newsletter_form")
    assert author.post(f"{HOME}{draft.pk}/edit/", before).status_code == 302
    after = untouched(author.get(f"{HOME}{draft.pk}/edit/"), "newsletter_form")
    for fields in (before, after):
        fields.pop("csrfmiddlewaretoken")
    assert after == before


def test_a_test_goes_to_whoever_asked_with_the_headers_of_the_real_one(
    draft: Newsletter, writer: StaffUser, deliver: Callable[[], None], mailoutbox: Any
) -> None:
    assert press(browser_of(writer), draft, "test").status_code == 302
    deliver()
    [mail] = mailoutbox
    assert mail.to == ["wim@clinic.example"]
    assert mail.subject == f"Test: {SUBJECT}"
    assert mail.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize(("scheme", "media"), [("light", "not all"), ("dark", "all")])
def test_the_preview_runs_nothing_and_asks_nobody(
    draft: Newsletter, writer: StaffUser, scheme: str, media: str
) -> None:
    author = browser_of(writer)
    page = author.get(f"{HOME}{draft.pk}/preview/")
    assert page["Content-Security-Policy"].count("frame-src 'self'") == 1
    mail = author.get(f"{HOME}{draft.pk}/mail/{scheme}/")
    policy = mail["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "default-src 'none'" in policy
    assert mail["X-Frame-Options"] == "SAMEORIGIN"
    assert f"@media {media}" in mail.text
    for entry in draft.entries.all():
        limits = entry.article.content["study"]["limits"]
        assert limits in page.text


def test_what_waits_for_somebody_stands_on_today(
    under_way: Callable[[], Newsletter], join: Callable[..., Subscriber], sender: StaffUser
) -> None:
    join("anna@example.org")
    newsletter = under_way()
    manager = browser_of(sender)
    assert "Newsletters that wait" not in manager.get("/admin/").text
    assert press(manager, newsletter, "pause").status_code == 302
    assert "Newsletters that wait" in manager.get("/admin/").text
    assert "Somebody who works here paused it., Mia</li>" in manager.get(f"{HOME}{newsletter.pk}/change/").text
    assert press(manager, newsletter, "resume").status_code == 302
    assert "Newsletters that wait" not in manager.get("/admin/").text


def test_an_address_of_no_issue_leads_nowhere(writer: StaffUser) -> None:
    assert browser_of(writer).get(f"{HOME}abc/change/").status_code == 404


def test_published_articles_alone_can_be_chosen(writer: StaffUser) -> None:
    hidden = Article.objects.create(slug="not-yet")
    author = browser_of(writer)
    form = untouched(author.get(f"{HOME}add/"), "newsletter_form")
    answer = author.post(f"{HOME}add/", {**form, "subject": "Hello", "article_1": str(hidden.pk)})
    assert answer.status_code == 422
    assert not Newsletter.objects.exists()


def test_a_second_click_on_approve_is_told_kindly_that_it_was_done(
    draft: Newsletter, sender: StaffUser, join: Callable[..., Subscriber]
) -> None:
    join("anna@example.org")
    manager, other = browser_of(sender), browser_of(account("Max", "manager"))
    fields = untouched(manager.get(f"{HOME}{draft.pk}/change/"), "approve_form")
    manager.post(f"{HOME}{draft.pk}/approve/", fields)
    answer = manager.post(f"{HOME}{draft.pk}/approve/", fields, follow=True)
    assert (answer.status_code, "You have approved this already." in answer.text) == (200, True)
    assert "errornote" not in answer.text
    assert draft.events.filter(kind="moved").count() == 1
    # Of whoever did not, it is asked as ever.
    assert other.post(f"{HOME}{draft.pk}/approve/", fields).status_code == 422
    assert manager.post(f"{HOME}{draft.pk}/approve/", {**fields, "sha256": "0" * 64}).status_code == 422


def test_who_saved_it_in_another_tab_is_told_that_it_was_them(draft: Newsletter, writer: StaffUser) -> None:
    author = browser_of(writer)
    form = untouched(author.get(f"{HOME}{draft.pk}/edit/"), "newsletter_form")
    author.post(f"{HOME}{draft.pk}/edit/", {**form, "subject": "In the other tab"})
    answer = author.post(f"{HOME}{draft.pk}/edit/", {**form, "subject": "In this one"})
    assert answer.status_code == 422
    assert "You saved it in another tab or window meanwhile." in answer.text
    assert "Somebody else" not in answer.text
    assert "In this one" in answer.text


def test_an_editor_discards_a_draft_which_stays_with_its_history_and_out_of_the_list(
    draft: Newsletter, writer: StaffUser, sender: StaffUser
) -> None:
    author = browser_of(writer)
    title = escape(SUBJECT)
    assert title in author.get(HOME).text
    assert press(author, draft, "discard").status_code == 302
    draft.refresh_from_db()
    moved = draft.events.get(kind="moved")
    assert (draft.state, moved.actor, moved.data["from"]) == (Newsletter.State.CANCELLED, writer, "draft")
    assert title not in author.get(HOME).text
    assert title in author.get(HOME, {"discarded": "only"}).text
    page = author.get(f"{HOME}{draft.pk}/change/")
    assert "discarded as a draft" in page.text
    assert set(page.context["verbs"]) <= {"test"}
    assert author.get(f"{HOME}{draft.pk}/edit/").status_code == 302
    assert browser_of(sender).get(f"{HOME}{draft.pk}/change/").status_code == 200


def test_what_a_colleague_wrote_since_is_not_discarded_unread(
    draft: Newsletter, writer: StaffUser, sender: StaffUser
) -> None:
    author = browser_of(writer)
    old_page = untouched(author.get(f"{HOME}{draft.pk}/change/"), "discard_form")
    change(draft, sender, subject="Theirs")
    answer = author.post(f"{HOME}{draft.pk}/discard/", old_page)
    assert answer.status_code == 422
    assert "Read it again before you discard it" in answer.text
    draft.refresh_from_db()
    assert draft.state == Newsletter.State.DRAFT


def test_only_a_draft_is_discarded_and_what_was_cancelled_beyond_it_stays_in_the_list(
    draft: Newsletter, writer: StaffUser, sender: StaffUser, join: Callable[..., Subscriber]
) -> None:
    join("anna@example.org")
    author, old_page = browser_of(writer), {"sha256": approve(draft, sender).frozen_sha256}
    assert "discard" not in buttons(author, draft)
    assert author.post(f"{HOME}{draft.pk}/discard/", old_page).status_code == 422
    assert press(browser_of(sender), draft, "cancel").status_code == 302
    assert escape(SUBJECT) in author.get(HOME).text


def test_what_somebody_typed_while_a_colleague_discarded_the_draft_is_not_lost(
    draft: Newsletter, writer: StaffUser, sender: StaffUser
) -> None:
    author = browser_of(writer)
    form = untouched(author.get(f"{HOME}{draft.pk}/edit/"), "newsletter_form")
    assert press(browser_of(sender), draft, "discard").status_code == 302
    answer = author.post(f"{HOME}{draft.pk}/edit/", {**form, "introduction": "An hour of work"})
    assert (answer.status_code, "An hour of work" in answer.text) == (422, True)
    assert "is “cancelled” by now" in answer.text
    draft.refresh_from_db()
    assert "An hour of work" not in draft.introduction
