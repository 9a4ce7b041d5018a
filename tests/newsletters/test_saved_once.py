from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from clinic.models import StaffUser
from newsletters import actions
from newsletters.models import Newsletter
from tests.browser_posts import untouched
from tests.newsletters.conftest import account, articles_of
from tests.newsletters.test_issue_pages import HOME, browser_of


@pytest.fixture
def page(writer: StaffUser) -> dict[str, str]:
    form = untouched(browser_of(writer).get(f"{HOME}add/"), "newsletter_form")
    return {**form, "subject": "Hello"}


def test_a_second_click_makes_no_second_draft(writer: StaffUser, page: dict[str, str]) -> None:
    author = browser_of(writer)
    first, second = (author.post(f"{HOME}add/", page) for _click in range(2))
    assert first["Location"] == second["Location"]
    assert Newsletter.objects.get().subject == "Hello"


def test_who_goes_back_to_the_page_and_saves_other_words_has_one_draft_with_these(
    writer: StaffUser, page: dict[str, str]
) -> None:
    author = browser_of(writer)
    author.post(f"{HOME}add/", page)
    assert author.post(f"{HOME}add/", {**page, "subject": "Better words"}).status_code == 302
    assert Newsletter.objects.get().subject == "Better words"


def test_who_goes_back_to_the_page_again_and_again_is_told_of_nobody_else(
    writer: StaffUser, page: dict[str, str]
) -> None:
    author = browser_of(writer)
    answers = [author.post(f"{HOME}add/", {**page, "subject": f"Words {number}"}) for number in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 302]
    assert Newsletter.objects.get().subject == "Words 2"


def test_what_was_saved_elsewhere_is_not_undone_from_the_page_on_which_it_was_begun(
    writer: StaffUser, page: dict[str, str]
) -> None:
    author = browser_of(writer)
    author.post(f"{HOME}add/", page)
    edit = f"{HOME}{Newsletter.objects.get().pk}/edit/"
    author.post(edit, {**untouched(author.get(edit), "newsletter_form"), "subject": "Better"})
    assert author.post(f"{HOME}add/", {**page, "subject": "Old words"}).status_code == 422
    assert Newsletter.objects.get().subject == "Better"


@pytest.mark.parametrize("written", [str.upper, lambda key: key.replace("-", ""), lambda key: f"{{{key}}}"])
def test_a_page_is_known_however_its_key_is_written(
    writer: StaffUser, page: dict[str, str], written: Callable[[str], str]
) -> None:
    author, odd = browser_of(writer), {**page, "form_key": written(page["form_key"])}
    assert [author.post(f"{HOME}add/", odd).status_code for _click in range(2)] == [302, 302]
    assert Newsletter.objects.count() == 1


def test_who_goes_back_to_the_page_undoes_nothing_that_was_saved_since(writer: StaffUser, page: dict[str, str]) -> None:
    author = browser_of(writer)
    author.post(f"{HOME}add/", page)
    actions.save_newsletter(newsletter=Newsletter.objects.get(), by=account("Ed", "editor"), articles=[], subject="Eds")
    answer = author.post(f"{HOME}add/", {**page, "subject": "Mine"})
    assert (answer.status_code, "Somebody else saved it meanwhile" in answer.text) == (422, True)
    assert Newsletter.objects.get().subject == "Eds"


def test_a_page_opened_anew_begins_a_draft_of_its_own(writer: StaffUser, page: dict[str, str]) -> None:
    author = browser_of(writer)
    author.post(f"{HOME}add/", page)
    anew = untouched(author.get(f"{HOME}add/"), "newsletter_form")
    author.post(f"{HOME}add/", {**anew, "subject": "Hello"})
    assert Newsletter.objects.count() == 2


def test_postgres_keeps_one_draft_of_a_page_whichever_click_comes_first(writer: StaffUser) -> None:
    key = uuid4()
    actions.save_newsletter(by=writer, articles=[], subject="Hello", form_key=key)
    with pytest.raises(IntegrityError), transaction.atomic():
        actions.save_newsletter(by=writer, articles=[], subject="Hello", form_key=key)


def test_who_saves_a_draft_of_another_untouched_may_still_approve_it(
    draft: Newsletter, writer: StaffUser, sender: StaffUser
) -> None:
    manager = browser_of(sender)
    fields = untouched(manager.get(f"{HOME}{draft.pk}/edit/"), "newsletter_form")
    manager.post(f"{HOME}{draft.pk}/edit/", fields)
    assert not actions.wrote(draft, sender)
    manager.post(
        f"{HOME}{draft.pk}/edit/",
        {**untouched(manager.get(f"{HOME}{draft.pk}/edit/"), "newsletter_form"), "preheader": "Mine"},
    )
    assert actions.wrote(draft, sender)
    assert len(articles_of(draft)) == 2


def test_who_comes_back_by_the_way_back_is_shown_to_the_draft_they_saved(
    writer: StaffUser, sender: StaffUser, page: dict[str, str]
) -> None:
    author = browser_of(writer)
    assert "a moment ago" not in author.get(f"{HOME}add/").text
    author.post(f"{HOME}add/", page)
    made = Newsletter.objects.get()
    shown = author.get(f"{HOME}add/").text
    assert "You saved “Hello” a moment ago. What you save here becomes another draft." in shown
    assert f'href="{HOME}{made.pk}/edit/"' in shown
    assert "a moment ago" not in browser_of(sender).get(f"{HOME}add/").text
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert "a moment ago" not in browser_of(writer).get(f"{HOME}add/").text
