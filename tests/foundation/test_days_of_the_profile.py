"""A day and a time of the clinic's details are asked for as the browser of whoever types them does."""

import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from foundation.models.profile import is_time_zone

URL = "/admin/foundation/clinicprofile/1/change/"
DAYS = ("price_on", "holidays-0-day", "own_numbers-0-since", "own_numbers-0-until")
TIMES = ("opening_hours-0-opens", "opening_hours-0-closes")


@pytest.mark.parametrize(("names", "kind"), [(DAYS, "date"), (TIMES, "time")])
def test_a_day_cannot_be_taken_for_another_nor_a_time_for_one_of_another_clock(
    desk: Client, names: tuple[str, ...], kind: str
) -> None:
    page = desk.get(URL).text
    tags = [re.search(rf'<input[^>]*name="{name}"[^>]*>', page) for name in names]
    assert [tag for tag in tags if tag is None or f'type="{kind}"' not in tag[0]] == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Dublin", "Europe/Dublin"),
        ("new york", "America/New_York"),
        ("", "America/New_York"),
        ("x", "America/New_York"),
    ],
)
def test_who_writes_a_city_is_told_its_time_zone(typed: str, meant: str) -> None:
    with pytest.raises(ValidationError, match=f"such as {meant}"):
        is_time_zone(typed)


@pytest.mark.django_db
def test_a_time_zone_that_is_known_is_not_looked_for_again(django_assert_num_queries: Any) -> None:
    is_time_zone("Europe/Vienna")
    with django_assert_num_queries(0):
        is_time_zone("Europe/Vienna")
