from collections.abc import Callable
from html import escape
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles.actions import change_address
from articles.models import Article
from enquiries.actions import log_call
from enquiries.models import Lead
from foundation.models import ConsentWording
from tests.conftest import ADDRESS
from tests.desk.test_two_people_editing import url

Kind = ConsentWording.Kind


def article() -> Article:
    return Article.objects.published()[0]


def test_the_page_says_what_was_read_first_and_last(desk: Client, ask: Callable[..., Any]) -> None:
    read = article()
    ask(source_path=f"{read.get_absolute_url()}?utm_source=clinicaltrials")
    ask(source_path="/", message="Again")
    page = desk.get(url(Lead.objects.get()))
    (first, first_page), (last, last_page) = page.context["first_touch"], page.context["last_touch"]
    assert (first_page.title, first.campaign) == (str(read), "clinicaltrials")
    assert (last_page.title, last_page.url, last.campaign) == ("/", "", "")
    assert page.context["landing_article"].url == f"/admin/articles/article/{read.pk}/change/"


def test_the_page_names_an_article_that_got_another_address_since(
    desk: Client, ask: Callable[..., Any], staff: Any
) -> None:
    read = article()
    ask(source_path=f"{read.get_absolute_url()}?utm_source=clinicaltrials")
    change_address(article=read, slug="second-try", by=staff)
    ask(source_path="/research/second-try/", message="Again")
    page = desk.get(url(Lead.objects.get()))
    found = [page.context[touch][1] for touch in ("first_touch", "last_touch")]
    assert [(each.title, each.url) for each in found] == [(str(read), f"/admin/articles/article/{read.pk}/change/")] * 2


def test_a_newsletter_sign_up_before_the_first_enquiry_is_the_first_touch(
    desk: Client, client: Client, ask: Callable[..., Any]
) -> None:
    path = article().get_absolute_url()
    client.post("/newsletter/", {"email": ADDRESS, "consent": "on", "source_path": path})
    ask(source_path="/information-packet/")
    page = desk.get(url(Lead.objects.get()))
    assert page.context["first_touch"][0].path == path
    assert page.context["landing_article"].title == str(article())


def test_a_posted_path_that_is_no_article_of_ours_is_text_and_no_link(desk: Client, ask: Callable[..., Any]) -> None:
    for number, path in enumerate(
        ("//evil.example/", "javascript:alert(1)", "https://evil.example/research/x/", "/%zz")
    ):
        ask(source_path=path, message=str(number))
    page = desk.get(url(Lead.objects.get())).text
    assert "javascript:alert(1)" in page
    for attack in ('href="//evil', 'href="javascript', 'href="https://evil'):
        assert attack not in page


def test_every_consent_stands_with_its_exact_wording(desk: Client, ask: Callable[..., Any]) -> None:
    ask(consent_newsletter="on")
    old = ConsentWording.objects.current(Kind.ANSWER)
    ConsentWording.objects.create(kind=Kind.ANSWER, number=old.number + 1, text="Another wording of it")
    ask(message="Again")
    page = desk.get(url(Lead.objects.get()))
    wordings = [wording for wording, _given in page.context["agreements"]]
    assert len(wordings) == 4
    for text in (old.text, "Another wording of it", ConsentWording.objects.current(Kind.NEWSLETTER).text):
        assert escape(text) in page.text


def test_fifty_calls_and_enquiries_need_no_more_queries_than_one(
    desk: Client, ask: Callable[..., Any], staff: Any, settings: Any
) -> None:
    settings.FORM_LIMITS = False

    def happens(number: int) -> None:
        ask(message=f"Question {number}", phone=f"555 00{number}", source_path=article().get_absolute_url())
        log_call(lead=Lead.objects.get(), outcome="no_answer", text="Nobody", by=staff)

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert desk.get(url(Lead.objects.get())).status_code == 200
        return len(caught)

    happens(0)
    happens(1)
    few = queries()
    for number in range(2, 50):
        happens(number)
    assert queries() <= few
