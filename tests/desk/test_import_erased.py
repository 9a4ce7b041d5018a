import pytest
import time_machine
from django.test import Client

from enquiries.actions import erase_person
from enquiries.models import ErasedPerson, Lead
from tests.lead_lists import bring, counts, preview_of, refused_rows

LISTED = "name,email,phone\nZoë,Zoe@example.org,\nZoe,,030 901820\nBo,bo@example.org,\n"


@pytest.fixture
def two_erased(db: None) -> None:
    plan = {"next_action": "x", "next_action_on": "2028-01-01"}
    Lead.objects.create(email="zoe@example.org", **plan)
    by_phone = Lead.objects.create(name="Zoë", phone="+49 30 901820", **plan)
    with time_machine.travel("2026-05-03T12:00:00Z"):
        erase_person(address="zoe@example.org")
        erase_person(lead=by_phone)


def test_an_erased_person_comes_back_by_no_list_without_a_word(desk: Client, two_erased: None) -> None:
    _url, page = preview_of(desk, LISTED)
    assert counts(page) == (1, 0, 0, 2)
    assert page.text.count("erased on May 3, 2026. Bring back") == 2
    assert 'name="bring_back" value="2">' in page.text
    page = bring(desk, LISTED)
    assert counts(page) == (1, 0, 0, 2)
    assert [row[1] for row in refused_rows(desk, page)[1:]] == ["This person was erased here on 2026-05-03."] * 2


def test_row_by_row_somebody_may_say_that_they_come_back(desk: Client, two_erased: None) -> None:
    assert counts(bring(desk, LISTED, bring_back=["2", "no row", "9" * 5000])) == (2, 0, 0, 1)
    assert Lead.objects.filter(email="zoe@example.org", erased_at=None).exists()
    assert not Lead.objects.filter(phone="030 901820").exists()


def test_who_wrote_again_is_a_lead_and_nobody_is_asked(desk: Client, two_erased: None) -> None:
    Lead.objects.create(email="zoe@example.org", next_action="x", next_action_on="2028-01-01")
    _url, page = preview_of(desk, LISTED)
    assert counts(page) == (1, 1, 0, 1)


def test_what_is_kept_of_the_erased_says_nothing_of_who_they_are(two_erased: None) -> None:
    erase_person(address="zoe@example.org")
    rows = [f"{row.person_hash} {row.erased_on}" for row in ErasedPerson.objects.all()]
    assert len(rows) == 2
    assert not [row for row in rows if "zoe" in row.lower() or "901820" in row]
