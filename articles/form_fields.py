"""Fields of the editor's forms: lists typed one entry a line, moments, and what has a shape."""

import re
from datetime import UTC
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property, lazystr
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from articles.citations import identifiers
from articles.icons import told
from articles.models import Image
from articles.words import zone_words
from foundation.models import ClinicProfile

CLOCKS_CHANGE = _("At that hour the clocks of %(zone)s change: this time comes twice, or not at all. Choose another.")
NO_SUCH_YEAR = _("That year is too far away. Choose another.")


class ClinicTime(forms.DateTimeField):
    """A moment in the time of the clinic, whatever zone the server is in; the zone is said beside it.

    An hour that summer time skips, or that comes twice, is refused: nobody can know which was meant.
    """

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def __init__(self, *, said: Any, **kwargs: Any) -> None:
        super().__init__(**{"help_text": lazystr(ZoneTold(said)), "required": False, **kwargs})

    def to_python(self, value: Any) -> Any:
        zone = ClinicProfile.objects.current().zone
        try:
            with timezone.override(zone):
                found = super().to_python(value)
            if found:
                # What UTC calls the year 10000 is stored, and then read by nothing here: each page with that row fails.
                found.astimezone(UTC)
            return found
        except OverflowError as error:
            raise forms.ValidationError(NO_SUCH_YEAR) from error
        except forms.ValidationError as error:
            if error.code == "ambiguous_timezone":
                raise forms.ValidationError(CLOCKS_CHANGE, params={"zone": zone}) from error
            raise


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


class Library:
    """The pictures that there are: of those that the rows of a page name all is read, once; of the others what helps
    to choose one. A page is previewed while somebody types, and most of it names no picture."""

    # As many as somebody looks through; each is loaded with its files.
    MOST_SHOWN = 60

    def __init__(self, saved: list[dict[str, Any]], data: Any, prefix: str) -> None:
        self.sha256s = {section["image"]["sha256"] for section in saved if section.get("image")}
        typed = {str(value).strip() for name, value in (data or {}).items() if self.is_named_by(name, prefix)}
        self.typed = typed - {""}

    @staticmethod
    def is_named_by(name: str, prefix: str) -> bool:
        return name.startswith(f"{prefix}-") and name.endswith("-image")

    @cached_property
    def images(self) -> list[Image]:
        if not (self.sha256s or self.typed):
            return []
        return list(Image.objects.filter(Q(sha256__in=self.sha256s) | Q(name__in=self.typed)))

    @cached_property
    def names(self) -> list[Any]:
        return list(Image.objects.values("name", "alt"))

    @cached_property
    def shown(self) -> list[Image]:
        return list(Image.objects.with_files()[: self.MOST_SHOWN])

    def not_shown(self) -> int:
        return len(self.names) - len(self.shown)

    def first(self, **told: str) -> Image | None:
        [(name, value)] = told.items()
        return next((image for image in self.images if getattr(image, name) == value), None)


class ImageName(forms.CharField):
    """Names a picture of the library; what a section keeps is what the library says of it by now."""

    # Its form says which.
    library: Library

    # The page has the names once, for all of its sections.
    widget = forms.TextInput(attrs={"list": "image-names", "autocomplete": "off"})

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        found = self.library.first(sha256=value["sha256"])
        return found.name if found else value["sha256"]

    def clean(self, value: Any) -> dict[str, str] | None:
        name = super().clean(value)
        if not name:
            return None
        found = self.library.first(name=name)
        if found is None:
            raise forms.ValidationError(_("There is no picture of this name. Upload it under Images first."))
        return found.as_content()

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class IconArrays(Lines):
    """One a line, such as "33 of 100 people felt better"."""

    TYPED = re.compile(r"(\d{1,4})\s*(?:of|/)\s*(\d{1,4})\s+(\S.{0,199})", re.IGNORECASE)
    MOST, MOST_PEOPLE = 4, 1000

    def prepare_value(self, value: Any) -> Any:
        arrays = isinstance(value, list) and all(isinstance(entry, dict) for entry in value)
        return "\n".join(map(told, value)) if arrays else value

    def clean(self, value: Any) -> Any:
        lines = self.to_python(value)
        if len(lines) > self.MOST:
            raise forms.ValidationError(_("These are too many to be taken in: at most four."))
        return [self.read(line) for line in lines]

    def read(self, line: str) -> dict[str, Any]:
        found = self.TYPED.fullmatch(line)
        count, of = (int(number) for number in found.groups()[:2]) if found else (0, 0)
        if not found or not 2 <= of <= self.MOST_PEOPLE or count > of:
            raise forms.ValidationError(
                _("“%(line)s” cannot be drawn. Write it like this, of at most 1000: 33 of 100 people felt better")
                % {"line": line}
            )
        return {"count": count, "of": of, "words": found[3].strip()}

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.to_python(self.prepare_value(initial)) != self.to_python(data)


def line(label: Any, *, required: bool = False, max_length: int = 400, **kwargs: Any) -> forms.CharField:
    return forms.CharField(label=label, required=required, max_length=max_length, **kwargs)


def address() -> forms.SlugField:
    return forms.SlugField(
        label=_("Address of the page"),
        max_length=100,
        help_text=_(
            "Small letters, digits and hyphens, such as cord-cells-and-the-liver. It can be changed later: links to an "
            "address that was once public go on working."
        ),
    )


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
