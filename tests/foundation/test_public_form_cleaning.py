from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError

from foundation.forms import PublicForm


class Asks(PublicForm):
    """Every way in which a form of Django says how a field of its own is read."""

    prefix = "own"

    name = forms.CharField(initial="typed nowhere")
    kept = forms.CharField(disabled=True, initial="as we have it")
    card = forms.FileField(initial="a file that is kept", required=False)
    answer = forms.CharField()
    missing = forms.CharField()

    def clean_name(self) -> Any:
        return self.cleaned_data["name"].upper()

    def clean_answer(self) -> Any:
        raise ValidationError("No.")

    def clean_missing(self) -> Any:
        raise AssertionError("nothing was typed")


class AsDjangoDoes(Asks):
    def _clean_fields(self) -> None:
        forms.Form._clean_fields(self)


POSTED = {"own-name": "Zoë O'Brien & Sons", "own-kept": "another", "own-answer": "7", "own-language": "en"}


@pytest.mark.pure
@pytest.mark.parametrize("posted", [POSTED, {}, {name.removeprefix("own-"): typed for name, typed in POSTED.items()}])
def test_a_public_form_reads_what_was_posted_as_django_does(posted: dict[str, str]) -> None:
    ours, theirs = Asks(posted), AsDjangoDoes(posted)
    assert (ours.errors, ours.cleaned_data) == (theirs.errors, theirs.cleaned_data)
    assert ours.cleaned_data["kept"] == "as we have it"


@pytest.mark.pure
def test_a_public_form_asks_its_own_checks_too() -> None:
    form = Asks(POSTED)
    assert form.errors["answer"] == ["No."]
    assert form.cleaned_data["name"] == "ZOË O'BRIEN & SONS"
