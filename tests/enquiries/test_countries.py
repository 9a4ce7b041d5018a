import re

import pytest

from enquiries import countries
from enquiries.countries import CountrySelect

# The clinic's profile says in which order.
pytestmark = pytest.mark.django_db


def offered(chosen: str) -> tuple[int, list[tuple[str, str]]]:
    html = CountrySelect(nothing="Nobody's & none", attrs={"autocomplete": "country"}).render("country", chosen)
    assert html.startswith('<select autocomplete="country" name="country">')
    return html.count("<option"), re.findall(r'<option value="([^"]*)" selected>([^<]*)<', html)


def test_the_country_that_was_chosen_is_and_every_other_is_there() -> None:
    assert offered("FR") == (len(countries.choices()) + 1, [("FR", "France")])


def test_without_a_choice_the_first_says_so() -> None:
    assert offered("") == (len(countries.choices()) + 1, [("", "Nobody&#x27;s &amp; none")])


def test_what_is_no_country_is_offered_as_typed_and_is_no_html() -> None:
    typed = '"><b>Zoë'
    assert offered(typed) == (
        len(countries.choices()) + 2,
        [("&quot;&gt;&lt;b&gt;Zoë", "&quot;&gt;&lt;b&gt;Zoë")],
    )
