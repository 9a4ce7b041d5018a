"""The countries as people read them, in the language of the page."""

from functools import lru_cache
from typing import Any

from django import forms
from django.conf import settings
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django_countries import Countries

from foundation.models import ClinicProfile
from foundation.own_countries import codes_in
from foundation.time_zones import country_in

OPTION = '<option value="{}"{}>{}</option>'


class CountrySelect(forms.Select):
    """Offers a value that is no country, too, as typed: an error elsewhere must not lose it."""

    def __init__(self, *, nothing: Any, attrs: dict[str, str] | None = None) -> None:
        """nothing: what stands there while nobody has chosen."""
        super().__init__(attrs)
        self.nothing = nothing

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = str(value or "")
        known = not chosen or chosen in dict(choices())
        first = format_html(OPTION, "", " selected" * (not chosen), self.nothing)
        typed = "" if known else format_html(OPTION, chosen, " selected", chosen)
        every = self.build_attrs({"name": name, **self.attrs}, attrs)
        return format_html(
            "<select{}>{}{}{}</select>", flatatt(every), first, options(chosen if known else None), typed
        )


def options(chosen: str | None) -> SafeString:
    """A template takes a third of a whole page for these 250, and two forms or more on one page have them."""
    return _options(get_language(), chosen, first())


# Each is 15 KB. Whoever asks for lists in which something unheard of is chosen pushes out only others like it.
@lru_cache(maxsize=300)
def _options(_language: str | None, chosen: str | None, _first: tuple[str, ...]) -> SafeString:
    return format_html_join("", OPTION, ((code, " selected" * (code == chosen), name) for code, name in choices()))


def choices() -> list[tuple[str, str]]:
    """Code and name, by name but for the first few; to be looked at, not changed."""
    return _choices(get_language(), first())


def first() -> tuple[str, ...]:
    """The clinic's own country, and those that it names."""
    clinic = ClinicProfile.objects.current()
    return _first(clinic.postal_address, clinic.countries_first, tuple(settings.COUNTRIES_FIRST))


@lru_cache(maxsize=8)
def _first(address: str, named: str, otherwise: tuple[str, ...]) -> tuple[str, ...]:
    found = [country_in(address), *(codes_in(named) or otherwise)]
    return tuple(dict.fromkeys(filter(None, found)))


# Their names are looked up and sorted anew each time that the list is walked, for several milliseconds a page.
@lru_cache(maxsize=50)
def _choices(_language: str | None, first: tuple[str, ...]) -> list[tuple[str, str]]:
    ordered = Countries()
    ordered.first = list(first)  # type: ignore[attr-defined]
    return [(code, str(name)) for code, name in ordered]
