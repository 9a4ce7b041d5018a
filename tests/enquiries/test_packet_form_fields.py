from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from django import forms
from django.test import Client
from django.urls import reverse

from enquiries.actions import export_person
from enquiries.forms import PacketForm
from enquiries.models import Enquiry, Lead
from enquiries.views import RequestPacketView
from foundation.forms import PublicForm

Ask = Callable[..., Any]
PAGE = "/information-packet/"


class Answers(HTMLParser):
    """What a browser would post from the form of a page that somebody filled in from top to bottom."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.form, self.select = "", ""
        self.given: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.form = found.get("id", "")
        if self.form != "packet-form":
            return
        if tag == "select":
            self.select = found["name"]
        elif tag == "option" and found["value"]:
            self.given[self.select] = found["value"]
        elif tag in ("input", "textarea") and found.get("name"):
            self.given[found["name"]] = self.answer(found)

    def answer(self, found: dict[str, str]) -> str:
        match found.get("type"):
            case "hidden":
                return found.get("value", "")
            case "checkbox":
                return "on"
            case "email":
                return "zoe@example.com"
        return f"answer to {found['name']}"


@pytest.fixture
def answers(client: Client, first_content: None) -> dict[str, str]:
    """Of every field that the page shows, but the one that people do not see."""
    given = Answers(client.get(PAGE).text).given
    return {name: value for name, value in given.items() if name != "leave_this_empty"}


def asked(answers: dict[str, str]) -> dict[str, str]:
    """Without what the form fills in by itself."""
    return {name: value for name, value in answers.items() if name not in PublicForm.base_fields}


def test_the_page_shows_every_field_that_the_form_has(answers: dict[str, str]) -> None:
    assert set(answers) == set(PacketForm.base_fields) - {"leave_this_empty"}


def test_each_answer_is_kept_shown_to_staff_and_exported(answers: dict[str, str], ask: Ask, desk: Client) -> None:
    assert ask(**answers).status_code == 303
    given, enquiry, lead = asked(answers), Enquiry.objects.get(), Lead.objects.get()
    assert enquiry.fields == given
    assert export_person(lead=lead)["enquiries"][0]["as_typed"] == given
    assert shown_on_the_timeline(desk, lead) == set(given)
    panel = desk.get(reverse("admin:enquiries_enquiry_change", args=[enquiry.pk])).context
    assert {field.name for field in panel["typed"]} == {*given, "source_path"} - {"message"}
    assert panel["message"] == given["message"]


def shown_on_the_timeline(desk: Client, lead: Lead) -> set[str]:
    page = desk.get(lead.get_absolute_url())
    (line,) = [line for line in page.context["lines"] if line.event.kind == "enquiry"]
    assert "answer to message" in line.quote
    assert all(str(field.label) in page.text and field.value for field in line.typed)
    return {field.name for field in line.typed} - {"source_path"} | {"message"}


class LongerForm(PacketForm):
    diagnosis = forms.CharField(label="Diagnosis", required=False)

    def layout(self) -> list[Any]:
        return [*super().layout(), "diagnosis"]


@pytest.fixture
def longer_form(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RequestPacketView, "form_class", LongerForm)


@pytest.mark.usefixtures("longer_form")
def test_a_field_added_to_the_form_is_kept_shown_and_exported_like_the_others(
    client: Client, ask: Ask, desk: Client
) -> None:
    assert 'name="diagnosis"' in client.get(PAGE).text
    ask(diagnosis="multiple sclerosis")
    enquiry, lead = Enquiry.objects.get(), Lead.objects.get()
    assert enquiry.fields["diagnosis"] == "multiple sclerosis"
    assert "multiple sclerosis" in desk.get(lead.get_absolute_url()).text
    assert export_person(lead=lead)["enquiries"][0]["as_typed"]["diagnosis"] == "multiple sclerosis"


def test_what_a_form_was_told_when_it_came_back_stays_with_it(ask: Ask, client: Client) -> None:
    wrong = [ask(email="no address", name="").text.count("is-invalid") for _post in range(2)]
    assert wrong == [2, 2]
    assert "is-invalid" not in client.get(PAGE).text
