from collections.abc import Callable

import pytest
from django.test import Client

from enquiries.models import Lead
from tests.desk.test_bulk_actions import choose


def test_the_page_of_a_lead_says_things_as_a_person_would(desk: Client, ask: Callable[..., object]) -> None:
    ask(language="en")
    page = desk.get(Lead.objects.get().get_absolute_url()).text
    assert "written in English" in page
    assert "How it was sent" in page
    for words in ("accepted, en", "Its tries"):
        assert words not in page


def test_what_waits_is_put_off_and_nothing_else(desk: Client, lead: Lead) -> None:
    for page in (desk.get(lead.get_absolute_url()), choose(desk, "snooze", [lead])):
        assert "Put off" in page.text or "Put them off" in page.text
        # As a word for people; addresses and ids are not.
        assert "Snooze" not in page.text
        assert ">snooze" not in page.text


@pytest.mark.parametrize("language", ["xx", "no such", ""])
def test_a_language_that_nobody_knows_is_left_out(desk: Client, ask: Callable[..., object], language: str) -> None:
    ask(language=language)
    assert desk.get(Lead.objects.get().get_absolute_url()).status_code == 200


def test_each_page_says_by_whose_clock_its_times_are(desk: Client, lead: Lead) -> None:
    for page in ("/admin/", lead.get_absolute_url(), "/admin/mailings/outgoingemail/"):
        assert "All times are those of the clinic (America/New_York)." in desk.get(page).text
