"""Fields of the editor's forms: lists typed one entry a line, moments, and what has a shape."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.functional import lazystr
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from articles.citations import identifiers
from articles.words import zone_words
from foundation.models import ClinicProfile


class ClinicTime(forms.DateTimeField):
    """A moment in the time of the clinic, whatever zone the server is in; the zone is said beside it.

    An hour that summer time skips, or that comes twice, is refused: nobody can know which was meant.
    """

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def __init__(self, *, said: Any, **kwargs: Any) -> None:
        super().__init__(**{"help_text": lazystr(ZoneTold(said)), "required": False, **kwargs})

    def to_python(self, value: Any) -> Any:
        with timezone.override(ClinicProfile.objects.current().zone):
            return super().to_python(value)


class ZoneTold:
    """Read when the page is rendered, since the clinic's zone is a row."""

    def __init__(self, said: Any) -> None:
        self.said = said

    def __str__(self) -> str:
        return _now("Time of %(zone)s. %(said)s") % {"zone": zone_words(timezone.now()), "said": self.said}


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
