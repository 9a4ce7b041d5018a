"""The countries as people read them, in the language of the page."""

from functools import cache

from django.utils.translation import get_language
from django_countries import countries


def choices() -> list[tuple[str, str]]:
    """Code and name, by name but for the first few; to be looked at, not changed."""
    return _choices(get_language())


# Their names are looked up and sorted anew each time that the list is walked, for several milliseconds a page.
@cache
def _choices(_language: str | None) -> list[tuple[str, str]]:
    return [(code, str(name)) for code, name in countries]
