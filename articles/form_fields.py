"""Fields of the editor's forms: lists typed one entry a line, and what has a shape."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from articles.citations import identifiers


class Lines(forms.Field):
    """A list, one entry a line; the validators look at each."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:
        return [line.strip() for line in (value or "").splitlines() if line.strip()]

    def run_validators(self, value: list[str]) -> None:
        for entry in value:
            super().run_validators(entry)


def line(label: Any, *, required: bool = False, max_length: int = 400, **kwargs: Any) -> forms.CharField:
    return forms.CharField(label=label, required=required, max_length=max_length, **kwargs)


def lines(label: Any, rows: int, **kwargs: Any) -> Lines:
    text = forms.Textarea(attrs={"rows": rows})
    return Lines(**{"label": label, "required": False, "widget": text, "help_text": _("One a line"), **kwargs})


def matching(pattern: str, sentence: Any) -> dict[str, Any]:
    # Under the code "invalid" a field would say its own sentence instead.
    return {"validators": [RegexValidator(f"^{pattern}$", sentence, code="shape")]}


SHAPES = {
    # In ASCII, where lower case is as long.
    "doi": (identifiers.DOI, _("A DOI looks like 10.1000/xyz123.")),
    "pmid": (identifiers.PMID, _("A PMID is a number of up to eight digits.")),
    "pmcid": (identifiers.PMCID, _("A PMCID looks like PMC1234567.")),
    "nct": (identifiers.NCT, _("A trial registration looks like NCT01234567.")),
}


def shaped(name: str) -> dict[str, Any]:
    return matching(*SHAPES[name])
