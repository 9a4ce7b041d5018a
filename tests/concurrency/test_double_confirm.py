"""One press of a button that somebody makes twice at once, or two people at once on the same leads."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client

from clinic.models import AuditEvent
from enquiries.models import BulkOutcome, BulkRun, Lead, LeadEvent
from foundation.models import ClinicProfile
from tests.browser_posts import untouched
from tests.desk.test_bulk_actions import choose
from tests.lead_lists import preview_of

LEADS = 60


def together(*acts: Callable[[], Any]) -> list[Any]:
    ready = Barrier(len(acts))

    def begin(act: Callable[[], Any]) -> Any:
        ready.wait()
        try:
            return act().status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(begin, acts))


@pytest.fixture
def team(first_content: None, django_user_model: Any) -> None:
    for name in ("ana", "bo", "cy"):
        member = django_user_model.objects.create_user(f"{name}@clinic.example")
        member.groups.set(Group.objects.filter(name="coordinator"))


@pytest.fixture
def leads(team: None) -> list[Lead]:
    rows = [
        Lead(name=f"Lead {number}", email=f"zoe{number}@example.com", next_action="Call", next_action_on="2028-01-01")
        for number in range(LEADS)
    ]
    return Lead.objects.bulk_create(rows)


def press(client: Client, verb: str, page: Any, **fields: str) -> Callable[[], Any]:
    return lambda: client.post(f"/admin/enquiries/lead/bulk/{verb}/", {**untouched(page, "bulk-form"), **fields})


@pytest.mark.django_db(transaction=True)
def test_the_button_of_a_bulk_action_pressed_twice_at_once_acts_once(desk: Client, leads: list[Lead]) -> None:
    page = choose(desk, "assign", leads)
    assert together(*[press(desk, "assign", page, to="turns")] * 2) == [303, 303]
    assert BulkRun.objects.count() == AuditEvent.objects.filter(kind="bulk_run").count() == 1
    assert BulkOutcome.objects.filter(left_out_because="").count() == LEADS
    assert LeadEvent.objects.filter(kind="owner").count() == LEADS
    assert set(Counter(Lead.objects.values_list("owner", flat=True)).values()) == {LEADS // 3}


@pytest.mark.django_db(transaction=True)
def test_bulk_actions_and_enquiries_at_once_never_wait_in_a_ring(
    desk: Client, leads: list[Lead], packet_fields: dict[str, str]
) -> None:
    ClinicProfile.objects.update(assigns_new_leads=True)
    pages = [choose(desk, "assign", chosen) for chosen in (leads, leads[::-1])]
    writes = [
        lambda number=number: Client().post(
            "/information-packet/", {**packet_fields, "email": f"zoe{number}@example.com"}
        )
        for number in range(0, LEADS, 6)
    ]
    answers = together(*(press(desk, "assign", page, to="turns") for page in pages), *writes)
    assert answers == [303] * len(answers)
    assert BulkOutcome.objects.count() == 2 * LEADS
    # Whoever came second with a lead found that it had changed; nobody overwrote.
    assert BulkOutcome.objects.exclude(left_out_because="").count() >= LEADS
    assert LeadEvent.objects.filter(kind="owner").count() == LEADS


@pytest.mark.django_db(transaction=True)
def test_an_import_confirmed_twice_at_once_imports_each_row_once(desk: Client, first_content: None) -> None:
    rows = "".join(f"Person {number},p{number}@example.com\n" for number in range(1200))
    url, _page = preview_of(desk, f"name,email\n{rows}")
    assert together(*[lambda: desk.post(url)] * 2) == [302, 302]
    assert Lead.objects.count() == LeadEvent.objects.filter(kind="imported").count() == 1200
    rows_done = [event.data["rows"] for event in AuditEvent.objects.filter(kind="list_imported").order_by("pk")]
    assert rows_done == [[2, 501], [502, 1001], [1002, 1201]]


@pytest.mark.django_db(transaction=True)
def test_two_lists_of_the_same_people_at_once_make_each_a_lead_once(desk: Client, first_content: None) -> None:
    people = [f"Person {number},p{number}@example.com\n" for number in range(600)]
    urls = [preview_of(desk, f"name,email\n{''.join(rows)}")[0] for rows in (people, people[::-1])]
    looks = [lambda url=url: desk.get(url) for url in urls]
    posts = [lambda url=url: desk.post(url) for url in urls]
    assert set(together(*posts, *looks)) <= {200, 302}
    assert Lead.objects.count() == 600
