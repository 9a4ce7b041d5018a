"""The list of countries begins with the clinic's own and with those it names."""

import re
from typing import Any

import pytest
from django.test import Client

from clinic import pages
from foundation.models import ClinicProfile
from tests.browser_posts import untouched
from tests.clinic.test_pages_in_memory import get

PROFILE = "/admin/foundation/clinicprofile/1/change/"


def save(desk: Client, **fields: str) -> Any:
    return desk.post(PROFILE, {**untouched(desk.get(PROFILE), "clinicprofile_form"), **fields})


def offered() -> list[str]:
    [select] = re.findall(
        r'<select[^>]*\bname="country".*?</select>', get("/information-packet/").body.decode(), re.DOTALL
    )
    return re.findall(r'<option value="([A-Z]{2})"', select)


def test_the_countries_that_a_clinic_names_come_first_on_pages_that_were_held_too(desk: Client) -> None:
    pages.forget()
    before = offered()
    assert before[:4] == ["US", "CA", "GB", "AF"]
    assert save(desk, countries_first="de, at;CH de").status_code == 302
    after = offered()
    assert after[:5] == ["US", "DE", "AT", "CH", "AF"]
    assert sorted(after) == sorted(before)


def test_its_own_country_stands_before_them_by_itself(desk: Client) -> None:
    assert save(desk, postal_address="1 Ring Street\nVienna, Austria").status_code == 302
    assert offered()[:5] == ["AT", "US", "CA", "GB", "AF"]
    assert save(desk, countries_first="DE").status_code == 302
    assert offered()[:3] == ["AT", "DE", "AF"]


@pytest.mark.parametrize("typed", ["XX", "US, Germany", "U"])
def test_what_is_no_country_is_refused_and_named(desk: Client, typed: str) -> None:
    answer = save(desk, countries_first=typed)
    assert answer.status_code == 200
    assert f"{typed.split(', ')[-1].upper()}: no country has this code." in answer.text
    assert ClinicProfile.objects.get().countries_first == ""
