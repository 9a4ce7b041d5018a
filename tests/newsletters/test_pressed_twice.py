from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from clinic.models import StaffUser
from mailings.models import OutgoingEmail
from newsletters import actions
from newsletters.models import Newsletter, Subscriber
from tests.browser_posts import untouched
from tests.newsletters.conftest import account, approve, launch
from tests.newsletters.test_issue_pages import HOME, browser_of, press

ALREADY = {
    "back": "You have made it a draft again already.",
    "launch": "You have said so already: it goes out at its time. Until then you can take it back.",
    "take-back": "You have taken it back already. Nobody got it.",
    "pause": "You have paused it already.",
    "resume": "You have let it go on already.",
    "discard": "You have discarded it already.",
    "cancel": "You have cancelled it already.",
}


@pytest.fixture
def ready(
    draft: Newsletter, sender: StaffUser, under_way: Callable[[], Newsletter], join: Callable[..., Subscriber]
) -> Callable[[str], Newsletter]:
    """The issue as it is where somebody presses this button."""

    def made(name: str) -> Newsletter:
        join("anna@example.org")
        if name in ("pause", "resume"):
            issue = under_way()
            return actions.pause(newsletter=issue, by=sender) if name == "resume" else issue
        if name == "take-back":
            return launch(approve(draft, sender), sender)
        return draft if name == "discard" else approve(draft, sender)

    return made


def page_of(client: Client, issue: Newsletter, name: str) -> dict[str, Any]:
    return untouched(client.get(f"{HOME}{issue.pk}/change/"), f"{name}_form")


@pytest.mark.parametrize("name", ALREADY)
def test_a_second_press_is_told_kindly_that_it_is_done_and_writes_nothing(
    name: str, ready: Callable[[str], Newsletter], sender: StaffUser
) -> None:
    issue, manager = ready(name), browser_of(sender)
    fields = page_of(manager, issue, name)
    first = manager.post(f"{HOME}{issue.pk}/{name}/", fields)
    before = Newsletter.objects.filter(pk=issue.pk).values().get(), issue.events.count()
    answer = manager.post(f"{HOME}{issue.pk}/{name}/", fields, follow=True)
    assert answer.redirect_chain == [(first["Location"], 302)]
    assert f'<li class="info">{escape(ALREADY[name])}</li>' in answer.text
    assert (Newsletter.objects.filter(pk=issue.pk).values().get(), issue.events.count()) == before


@pytest.mark.parametrize("name", ALREADY)
def test_whoever_presses_what_a_colleague_did_is_told_how_it_stands(
    name: str, ready: Callable[[str], Newsletter], sender: StaffUser
) -> None:
    issue, manager = ready(name), browser_of(sender)
    fields = page_of(manager, issue, name)
    assert press(browser_of(account("Max", "manager")), issue, name).status_code == 302
    answer = manager.post(f"{HOME}{issue.pk}/{name}/", fields)
    assert (answer.status_code, "by now. Look at it again." in answer.text) == (422, True)


@pytest.mark.parametrize(
    ("name", "then"),
    [("launch", "cancel"), ("take-back", "back"), ("pause", "cancel"), ("resume", "cancel"), ("back", "discard")],
)
def test_what_a_colleague_did_since_is_not_said_to_be_ones_own(
    name: str, then: str, ready: Callable[[str], Newsletter], sender: StaffUser
) -> None:
    issue, manager = ready(name), browser_of(sender)
    fields = page_of(manager, issue, name)
    manager.post(f"{HOME}{issue.pk}/{name}/", fields)
    assert press(browser_of(account("Max", "manager")), issue, then).status_code == 302
    answer = manager.post(f"{HOME}{issue.pk}/{name}/", fields)
    assert (answer.status_code, "by now. Look at it again." in answer.text) == (422, True)


def test_who_sent_it_for_a_day_and_clicks_twice_is_told_that_it_is_done(
    ready: Callable[[str], Newsletter], sender: StaffUser
) -> None:
    issue, manager = ready("launch"), browser_of(sender)
    day = (timezone.localtime() + timedelta(days=3)).strftime("%Y-%m-%dT09:00")
    fields = {**page_of(manager, issue, "launch"), "at": day}
    manager.post(f"{HOME}{issue.pk}/launch/", fields)
    assert ALREADY["launch"] in manager.post(f"{HOME}{issue.pk}/launch/", fields, follow=True).text
    assert manager.post(f"{HOME}{issue.pk}/launch/", {**fields, "at": ""}).status_code == 422


def test_a_second_press_after_it_went_out_is_no_error_either(
    ready: Callable[[str], Newsletter], sender: StaffUser, deliver: Callable[[], None]
) -> None:
    issue, manager = ready("launch"), browser_of(sender)
    fields = page_of(manager, issue, "launch")
    manager.post(f"{HOME}{issue.pk}/launch/", fields)
    issue.refresh_from_db()
    assert issue.scheduled_for
    actions.begin_due(issue.scheduled_for)
    deliver()
    actions.end_finished()
    # As if its minute were over.
    Newsletter.objects.filter(pk=issue.pk).update(scheduled_for=timezone.now())
    assert "You have sent it already." in manager.post(f"{HOME}{issue.pk}/launch/", fields, follow=True).text


def test_a_test_asked_for_twice_from_one_page_is_one_mail_and_from_the_next_page_another(
    draft: Newsletter, writer: StaffUser
) -> None:
    author, tests = browser_of(writer), OutgoingEmail.objects.filter(kind="newsletter_test")
    fields = page_of(author, draft, "test")
    for _click in range(2):
        answer = author.post(f"{HOME}{draft.pk}/test/", fields, follow=True)
        assert "A test is on its way to you." in answer.text
    assert (tests.count(), draft.events.filter(kind="tested").count()) == (1, 1)
    press(author, draft, "test")
    assert (tests.count(), draft.events.filter(kind="tested").count()) == (2, 2)


def test_a_draft_saved_twice_by_a_second_click_is_saved(draft: Newsletter, writer: StaffUser) -> None:
    author = browser_of(writer)
    form = untouched(author.get(f"{HOME}{draft.pk}/edit/"), "newsletter_form") | {"introduction": "Other words"}
    first, second = (author.post(f"{HOME}{draft.pk}/edit/", form) for _click in range(2))
    assert (second.status_code, second.headers.get("Location")) == (302, first["Location"])
    assert draft.events.filter(kind="saved").count() == 2


def test_an_issue_sent_again_by_two_clicks_is_sent_again_once(
    under_way: Callable[[], Newsletter], join: Callable[..., Subscriber], sender: StaffUser
) -> None:
    join("anna@example.org")
    issue, manager = under_way(), browser_of(sender)
    OutgoingEmail.objects.filter(mailing=issue.mailing_id).update(state="failed")
    page = f"{HOME}{issue.pk}/send-again/"
    fields = untouched(manager.get(page), "send-again_form")
    first = manager.post(page, fields)
    answer = manager.post(page, fields, follow=True)
    assert answer.redirect_chain == [(first["Location"], 302)]
    assert "You have sent it again already." in answer.text
    assert issue.events.filter(kind="sent_again").count() == 1
    other = browser_of(account("Max", "manager"))
    assert other.post(page, fields).status_code == 422
