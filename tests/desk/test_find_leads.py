from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from enquiries.actions import erase_person
from enquiries.models import Lead
from foundation.models import ClinicProfile
from tests.conftest import AWKWARD_NAME

URL = "/admin/enquiries/lead/"


def make(name: str, **fields: Any) -> Lead:
    plan = {"next_action": "Call", "next_action_on": ClinicProfile.objects.current().today()}
    return Lead.objects.create(name=name, **{"email": f"lead{Lead.objects.count()}@example.com", **plan, **fields})


def found(client: Client, typed: str) -> list[str]:
    return sorted(str(lead) for lead in client.get(URL, {"q": typed}).context["cl"].result_list)


@pytest.fixture
def some_leads(first_content: None) -> None:
    make(AWKWARD_NAME, email="zoe@example.com", phone="+1 (212) 555-0142", country="US")
    make("Łukasz Müller", phone="0049 89 1234567", country="DE")
    make("Ana Müller", phone="+44 (0)20 7946 0018", country="GB")
    make("Ng Wei", email="ng@example.com", country="CI")


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("ZOE", [AWKWARD_NAME]),
        ("o’brien", [AWKWARD_NAME]),
        ("muller", ["Ana Müller", "Łukasz Müller"]),
        ("MÜLLER lukasz", ["Łukasz Müller"]),
        ("müller germany", ["Łukasz Müller"]),
        ("germ", ["Łukasz Müller"]),
        ("united kingdom", ["Ana Müller"]),
        ("usa", [AWKWARD_NAME]),
        ("COTE", ["Ng Wei"]),
        ("ng", ["Ng Wei"]),
        ("müller zoe", []),
        ("nobody", []),
        ("%", []),
        ("_", []),
        ("&", []),
        ("   ", ["Ana Müller", "Ng Wei", AWKWARD_NAME, "Łukasz Müller"]),
    ],
)
def test_every_word_must_be_there_in_name_address_or_country(
    desk: Client, some_leads: None, typed: str, names: list[str]
) -> None:
    assert found(desk, typed) == names


@pytest.mark.parametrize("typed", ["+49 89 123", "0049-89-123", "089 1234567", "1234567", "müller 89 12"])
def test_a_number_is_found_however_it_is_dialled_and_written(desk: Client, some_leads: None, typed: str) -> None:
    assert found(desk, typed) == ["Łukasz Müller"]


@pytest.mark.parametrize("typed", ["+44 20 7946 0018", "+44 (0)20 7946", "020 7946", "00 44 20"])
def test_the_zero_that_is_dialled_at_home_does_not_matter(desk: Client, some_leads: None, typed: str) -> None:
    assert found(desk, typed) == ["Ana Müller"]


@pytest.mark.parametrize("typed", ["NG@example.com", "ng@example", "ng ng@example.com"])
def test_an_address_is_found_whole_or_in_part(desk: Client, some_leads: None, typed: str) -> None:
    assert found(desk, typed) == ["Ng Wei"]


def test_the_address_of_a_merged_lead_finds_whom_it_lives_on_in(desk: Client, some_leads: None) -> None:
    old, survivor = Lead.objects.get(email="ng@example.com"), Lead.objects.get(email="zoe@example.com")
    Lead.objects.filter(pk=old.pk).update(merged_into=survivor)
    assert found(desk, "ng@example.com") == [AWKWARD_NAME]


def test_what_is_corrected_is_found_and_what_is_erased_is_not(desk: Client, some_leads: None) -> None:
    lead = Lead.objects.get(country="DE")
    lead.name = "Łukasz Weber"
    lead.save()
    assert found(desk, "weber 1234567") == ["Łukasz Weber"]
    erase_person(lead=lead)
    assert found(desk, "weber") == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT search FROM enquiries_lead WHERE id = %s", [lead.pk])
        assert cursor.fetchone()[0].strip() == ""


def pages(client: Client, url: str, link: str) -> list[list[int]]:
    """The leads of each page, by following its link to the next or the previous one."""
    seen: list[list[int]] = []
    while url:
        listed = client.get(url).context["cl"]
        seen.append([lead.pk for lead in listed.result_list])
        url = URL + getattr(listed, link) if getattr(listed, link) else ""
    return seen


@pytest.mark.parametrize("query", ["", "due=all", "o=7", "stage=new", "q=lead"])
def test_pages_on_and_back_show_each_lead_once_and_in_one_order(desk: Client, first_content: None, query: str) -> None:
    leads = [make("Same Moment", email=f"lead{number}@example.com") for number in range(130)]
    # The time tells none of these apart.
    Lead.objects.filter(pk__in=[lead.pk for lead in leads[20:90]]).update(created_at=leads[20].created_at)
    on = pages(desk, f"{URL}?{query}", "page_after")
    assert [len(page) for page in on] == [50, 50, 30]
    assert sorted(pk for page in on for pk in page) == [lead.pk for lead in leads]
    last = desk.get(URL + desk.get(f"{URL}?{query}").context["cl"].page_after).context["cl"].page_after
    assert pages(desk, URL + last, "page_before") == on[::-1]


def test_a_new_lead_moves_nothing_from_the_page_after(desk: Client, first_content: None) -> None:
    for number in range(60):
        make("Somebody", email=f"lead{number}@example.com")
    first = desk.get(URL).context["cl"]
    make("Newcomer")
    second = desk.get(URL + first.page_after).context["cl"]
    assert len({lead.pk for listed in (first, second) for lead in listed.result_list}) == 60


@pytest.mark.parametrize("place", ["nonsense", "~", "2027-01-01~1~1", "2027-01-01T00:00:00Z~x", "~5", "9~9"])
def test_a_place_that_nobody_wrote_is_the_first_page(desk: Client, some_leads: None, place: str) -> None:
    for name in ("after", "before"):
        response = desk.get(URL, {name: place})
        assert response.status_code == 200
        assert len(response.context["cl"].result_list) == 4


def test_a_filter_or_a_search_begins_at_its_first_page(desk: Client, first_content: None) -> None:
    for number in range(60):
        make("Somebody", email=f"lead{number}@example.com")
    page = desk.get(URL + desk.get(URL).context["cl"].page_after)
    assert "after=" not in page.text


def test_counts_are_exact_up_to_a_thousand_and_words_from_there(desk: Client, first_content: None) -> None:
    call_command("make_sample_leads", "1000")
    assert "1,000 leads" in desk.get(URL).text
    assert "more than" not in desk.get(URL).text
    make("One More")
    assert "more than 1,000 leads" in desk.get(URL).text
    assert "1 result " in desk.get(URL, {"q": "one more"}).text
