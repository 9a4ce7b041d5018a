from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.test import Client

from enquiries.actions import merge_leads
from enquiries.models import Lead
from foundation.models import ClinicProfile
from tests.clinic.test_today import queue
from tests.desk.test_numbers import file_of
from tests.lead_lists import bring

PEOPLE = "name,email\nZoë,z@example.org\nBo,b@example.org\n"
NEW, IMPORTED = "New and without an owner", "Imported and without an owner"


def days() -> dict[str, str]:
    """A week, so that it holds the day also when midnight comes while the test runs."""
    today = ClinicProfile.objects.current().today()
    return {"from": str(today - timedelta(days=6)), "to": str(today)}


def test_today_tells_who_came_by_a_list_from_who_asked(desk: Client, ask: Callable[..., Any]) -> None:
    ask()
    assert IMPORTED not in desk.get("/admin/").text
    bring(desk, PEOPLE)
    for title, count in ((NEW, 1), (IMPORTED, 2)):
        found = queue(desk, title)
        assert (found.count, desk.get(found.url).context["cl"].result_count) == (count, count)
    assert [lead.email for lead in Lead.objects.awaiting_answer()] == ["zoe@example.com"]


def test_the_numbers_give_an_import_a_line_of_its_own(desk: Client, ask: Callable[..., Any]) -> None:
    ask()
    assert "Imported" not in str(file_of(desk, "funnel", **days()))
    bring(desk, PEOPLE)
    rows = file_of(desk, "funnel", **days())
    assert rows[1][:2] == ["Came in", "1"]
    assert rows[-1][:2] == ["Imported by lists, not counted above", "2"]
    assert file_of(desk, "first-answers", **days())[-1][2] == "1"


def test_who_came_by_a_list_and_then_asks_waits_like_everybody_who_asks(desk: Client, ask: Callable[..., Any]) -> None:
    bring(desk, PEOPLE)
    ask(email="z@example.org")
    assert (queue(desk, NEW).count, queue(desk, IMPORTED).count) == (1, 1)
    rows = file_of(desk, "funnel", **days())
    assert rows[1][:2] == ["Came in", "1"]
    assert rows[-1][:2] == ["Imported by lists, not counted above", "1"]


def test_who_came_by_a_list_and_asks_for_the_packet_alone_has_asked(desk: Client, ask: Callable[..., Any]) -> None:
    bring(desk, PEOPLE)
    ask(email="z@example.org", consent_contact=None)
    assert Lead.objects.get(email="z@example.org").asked_at is None
    assert (queue(desk, NEW).count, queue(desk, IMPORTED).count) == (1, 1)
    rows = file_of(desk, "funnel", **days())
    assert rows[1][:2] == ["Came in", "1"]
    assert rows[-1][:2] == ["Imported by lists, not counted above", "1"]


def test_who_asked_and_lives_on_in_one_of_a_list_counts_as_having_asked(
    desk: Client, ask: Callable[..., Any], staff: Any
) -> None:
    bring(desk, PEOPLE)
    ask(email="one@example.com", consent_contact=None)
    rows = file_of(desk, "funnel", **days())
    assert [rows[1][1], rows[-1][1]] == ["1", "2"]
    asked = Lead.objects.get(email="one@example.com")
    merge_leads(lead=asked, into=Lead.objects.get(email="z@example.org"), by=staff)
    rows = file_of(desk, "funnel", **days())
    assert [rows[1][1], rows[-1][1]] == ["1", "1"]
    assert (queue(desk, NEW).count, queue(desk, IMPORTED).count) == (1, 1)


def test_who_lives_on_in_one_who_lives_on_in_one_of_a_list_has_asked_too(
    desk: Client, ask: Callable[..., Any], staff: Any
) -> None:
    bring(desk, PEOPLE)
    ask(email="one@example.com", consent_contact=None)
    between = Lead.objects.create(email="two@example.com", next_action="x", next_action_on="2028-01-01")
    merge_leads(lead=Lead.objects.get(email="one@example.com"), into=between, by=staff)
    merge_leads(lead=between, into=Lead.objects.get(email="z@example.org"), by=staff)
    assert queue(desk, IMPORTED).count == 1
    rows = file_of(desk, "funnel", **days())
    assert [rows[1][1], rows[-1][1]] == ["1", "1"]
