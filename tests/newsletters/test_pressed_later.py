"""What looks like a second click and is another wish, or is told of what is not so."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import time_machine
from django.test import Client
from django.utils import timezone

from articles.actions import withdraw
from clinic.models import StaffUser
from mailings.actions import suppress
from mailings.models import OutgoingEmail, Suppression
from newsletters import actions
from newsletters.models import Newsletter, Subscriber
from tests.browser_posts import untouched
from tests.newsletters.conftest import approve, articles_of, launch
from tests.newsletters.test_issue_pages import HOME, browser_of, press

Join = Callable[..., Subscriber]
TESTS = {"kind": "newsletter_test"}


def of_page(client: Client, issue: Newsletter, name: str) -> dict[str, Any]:
    return untouched(client.get(f"{HOME}{issue.pk}/change/"), f"{name}_form")


def test_what_is_late_and_stopped_is_not_said_to_be_sent(draft: Newsletter, sender: StaffUser, join: Join) -> None:
    join("anna@example.org")
    launched = launch(approve(draft, sender), sender)
    withdraw(article=articles_of(draft)[0], by=sender, reason="It was wrong.")
    assert launched.scheduled_for is not None
    with time_machine.travel(launched.scheduled_for + Newsletter.LATE + timedelta(minutes=5), tick=False):
        browser = browser_of(sender)
        answer = browser.post(f"{HOME}{draft.pk}/launch/", of_page(browser, draft, "launch"))
    assert (answer.status_code, "You have sent it already" in answer.text) == (422, False)


def test_what_waits_for_its_time_is_not_said_to_be_sent(draft: Newsletter, sender: StaffUser, join: Join) -> None:
    join("anna@example.org")
    issue, manager = approve(draft, sender), browser_of(sender)
    fields = of_page(manager, issue, "launch")
    manager.post(f"{HOME}{issue.pk}/launch/", fields)
    answer = manager.post(f"{HOME}{issue.pk}/launch/", fields, follow=True)
    assert "You have sent it already" not in answer.text
    assert "You have said so already: it goes out at its time. Until then you can take it back." in answer.text


def test_a_test_after_a_change_is_another_test_also_from_the_same_page(draft: Newsletter, writer: StaffUser) -> None:
    author, tests = browser_of(writer), OutgoingEmail.objects.filter(**TESTS)
    fields = of_page(author, draft, "test")
    author.post(f"{HOME}{draft.pk}/test/", fields)
    form = untouched(author.get(f"{HOME}{draft.pk}/edit/"), "newsletter_form") | {"introduction": "Other words"}
    author.post(f"{HOME}{draft.pk}/edit/", form)
    for _click in range(2):
        author.post(f"{HOME}{draft.pk}/test/", fields)
    assert tests.count() == 2


def test_who_comes_back_to_a_page_whose_test_is_over_is_not_told_that_one_is_on_its_way(
    draft: Newsletter, writer: StaffUser
) -> None:
    author, tests = browser_of(writer), OutgoingEmail.objects.filter(**TESTS)
    fields = of_page(author, draft, "test")
    author.post(f"{HOME}{draft.pk}/test/", fields)
    tests.update(state="failed")
    answer = author.post(f"{HOME}{draft.pk}/test/", fields, follow=True)
    assert (tests.count(), "A test is on its way to you." in answer.text) == (2, True)


def test_a_test_asked_for_twice_beside_a_time_that_was_refused_is_one_mail(
    draft: Newsletter, sender: StaffUser, join: Join
) -> None:
    join("anna@example.org")
    issue, manager = approve(draft, sender), browser_of(sender)
    past = (timezone.localtime() - timedelta(days=3)).strftime("%Y-%m-%dT09:00")
    refused = press(manager, issue, "launch", at=past)
    assert refused.status_code == 422
    fields = untouched(refused, "test_form")
    for _click in range(2):
        manager.post(f"{HOME}{issue.pk}/test/", fields)
    assert OutgoingEmail.objects.filter(**TESTS).count() == 1


def test_who_was_chosen_after_others_and_left_is_not_said_to_have_got_it_again(
    under_way: Callable[[], Newsletter], join: Join, sender: StaffUser
) -> None:
    join("failed@example.org")
    unsure = join("unsure@example.org")
    issue, manager = under_way(), browser_of(sender)
    mails = OutgoingEmail.objects.filter(mailing=issue.mailing_id)
    mails.filter(email="failed@example.org").update(state="failed")
    mails.filter(email="unsure@example.org").update(state="uncertain")
    page = f"{HOME}{issue.pk}/send-again/"
    manager.post(page, untouched(manager.get(page), "send-again_form"))
    ticked = mails.get(email="unsure@example.org").pk
    fields = untouched(manager.get(page, {"ticked": "1", "mail": str(ticked)}), "send-again_form")
    actions.unsubscribe(subscriber=unsure.uuid)
    answer = manager.post(page, fields)
    assert (answer.status_code, "nobody to whom it can be sent again" in answer.text) == (422, True)


def test_a_second_click_on_a_release_that_mails_nothing_says_so(
    desk: Client, client: Client, first_content: None
) -> None:
    suppress(address="zoe@example.org", reason=Suppression.Reason.HARD_BOUNCE)
    client.post("/newsletter/", {"email": "zoe@example.org", "consent": "on", "leave_this_empty": "x"})
    page = f"/admin/newsletters/subscriber/{Subscriber.objects.get().pk}/release/"
    assert "Released, but nothing is mailed." in desk.post(page, follow=True).text
    answer = desk.post(page, follow=True)
    assert "is asked to confirm" not in answer.text
    assert "It is released already, but nothing is mailed." in answer.text
