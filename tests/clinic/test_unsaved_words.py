from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from articles.models import Article
from enquiries.models import Lead, LeadEvent
from tests.browser_posts import untouched
from tests.clinic.test_staff_sessions import turn_back

WORDS = "Zoë rang: she sleeps badly, and asks about O'Brien & Sons."
FROM_HERE = {"headers": {"Sec-Fetch-Site": "same-origin"}}


@pytest.fixture
def browser(first_content: None, staff: Any) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(staff)
    return client


def note_form(browser: Client, lead: Lead) -> tuple[str, dict[str, Any]]:
    form = untouched(browser.get(lead.get_absolute_url()), "note-form")
    return f"/admin/enquiries/lead/{lead.pk}/note/", {**form, "text": WORDS}


def notes() -> list[str]:
    return list(LeadEvent.objects.filter(kind=LeadEvent.Kind.NOTE).values_list("text", flat=True))


def kept_form(answer: Any) -> dict[str, Any]:
    return untouched(answer, "unsaved-form")


def sign_in_anew(browser: Client, staff: Any) -> None:
    """In another tab, which gets another token."""
    browser.force_login(staff)
    del browser.cookies["csrf"]
    browser.get("/admin/")


def end_all_sessions() -> None:
    Session.objects.all().delete()


def test_what_nobody_wrote_is_not_shown_as_their_words_and_is_kept(browser: Client, lead: Lead) -> None:
    url, form = note_form(browser, lead)
    of_the_page = {"page": str(uuid4()), "sha256": "0f" * 32}
    end_all_sessions()
    answer = browser.post(url, {**form, **of_the_page}, **FROM_HERE)
    assert answer.text.count("<textarea") == 1
    assert kept_form(answer).items() >= {**of_the_page, "text": WORDS}.items()


def test_words_sent_after_the_session_ended_are_shown_and_saved_after_signing_in(
    browser: Client, lead: Lead, staff: Any
) -> None:
    url, form = note_form(browser, lead)
    end_all_sessions()
    answer = browser.post(url, form, **FROM_HERE)
    assert answer.status_code == 403
    assert "Nothing is lost: sign in beside it" in answer.text
    assert kept_form(answer)["text"] == WORDS
    assert answer["Cache-Control"] == "no-store"
    assert notes() == []
    sign_in_anew(browser, staff)
    # Without the script the token is that of before.
    again = browser.post(url, kept_form(answer), **FROM_HERE)
    assert "press “Save” once more" in again.text
    assert browser.post(url, kept_form(again), **FROM_HERE).status_code == 302
    assert notes() == [WORDS]


def test_an_hour_of_nothing_keeps_the_words_too(browser: Client, lead: Lead) -> None:
    url, form = note_form(browser, lead)
    turn_back(browser, "seen_at", 3601)
    assert kept_form(browser.post(url, form, **FROM_HERE))["text"] == WORDS


def test_signed_in_anew_in_another_tab_one_more_press_saves(browser: Client, lead: Lead, staff: Any) -> None:
    url, form = note_form(browser, lead)
    sign_in_anew(browser, staff)
    answer = browser.post(url, form, **FROM_HERE)
    assert answer.status_code == 403
    assert "You have signed in anew" in answer.text
    assert browser.post(url, kept_form(answer), **FROM_HERE).status_code == 302
    assert notes() == [WORDS]


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {}])
def test_what_comes_from_elsewhere_gets_no_button_of_ours(browser: Client, lead: Lead, headers: dict[str, str]) -> None:
    url, form = note_form(browser, lead)
    for answer in (
        browser.post(url, {**form, "csrfmiddlewaretoken": "x" * 64}, headers=headers),
        Client().post(url, form, headers=headers),
    ):
        assert WORDS not in answer.text
        assert "unsaved-form" not in answer.text


def test_no_password_is_shown_again(browser: Client) -> None:
    answer = Client().post("/admin/x/", {"password1": "a long secret", "name": "Zoë"}, **FROM_HERE)
    assert "a long secret" not in answer.text


def test_a_file_has_to_be_chosen_again_and_that_is_said(browser: Client, tmp_path: Any) -> None:
    path = tmp_path / "people.csv"
    path.write_text("email\nzoe@example.org\n")
    with path.open("rb") as file:
        answer = Client().post("/admin/enquiries/lead/import/", {"file": file, "origin": "A fair"}, **FROM_HERE)
    assert "The file cannot be kept" in answer.text
    assert kept_form(answer)["origin"] == "A fair"


def test_words_of_an_article_come_back_as_they_were_typed(browser: Client, staff: Any, ask: Callable[..., Any]) -> None:
    url = f"/admin/articles/article/{Article.objects.published()[0].pk}/change/"
    form = untouched(browser.get(url), "article_form")
    typed = {**form, "summary": "\r\nFirst line\r\n  second & <b>third</b>"}
    end_all_sessions()
    kept = kept_form(browser.post(url, typed, **FROM_HERE))
    assert {name: value for name, value in kept.items() if name != "csrfmiddlewaretoken"} == {
        name: value for name, value in typed.items() if name != "csrfmiddlewaretoken"
    }
