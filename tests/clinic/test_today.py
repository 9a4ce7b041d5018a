import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from enquiries.actions import move_lead, note_download
from enquiries.models import Lead, LeadEvent
from foundation import counts
from foundation.models import ClinicProfile
from tests.clinic.test_staff_site import counts as queue_counts
from tests.lead_lists import bring

# A Friday at three in the afternoon in New York; answers are due by Monday at eleven.
FRIDAY = datetime(2026, 3, 6, 20, tzinfo=UTC)
MONDAY = datetime(2026, 3, 9, 13, tzinfo=UTC)
HOUR = timedelta(hours=1)
ANSWERS = "First answer late or due within an hour"
LIST = "/admin/enquiries/lead/"


@pytest.fixture
def at(staff: Any, first_content: None) -> Any:
    def travel(clock: Any, moment: datetime) -> Client:
        clock.move_to(moment)
        client = Client()
        client.force_login(staff)
        return client

    return travel


@pytest.fixture
def clock() -> Any:
    with time_machine.travel(FRIDAY, tick=False) as clock:
        yield clock


def queue(client: Client, title: str) -> dict[str, Any]:
    return next(queue for queue in client.get("/admin/").context["queues"] if str(queue.title) == title)


def names(client: Client, query: str) -> list[str]:
    return [str(lead) for lead in client.get(f"{LIST}?{query}").context["cl"].result_list]


def test_overdue_and_due_today_are_counted_apart(desk: Client, ask: Callable[..., Any]) -> None:
    today = ClinicProfile.objects.current().today()
    for number, days in enumerate((-3, -1, 0, 4)):
        ask(email=f"zoe{number}@example.com", name=f"due in {days}")
        plan = {"next_action": "Call", "next_action_on": today + timedelta(days=days)}
        Lead.objects.filter(name=f"due in {days}").update(**plan)
    found = queue_counts(desk)
    assert (found["Overdue"], found["Due today"]) == (2, 1)
    assert names(desk, "due=overdue") == ["due in -3", "due in -1"]
    assert names(desk, "due=today") == ["due in 0"]


def test_the_first_answer_is_shown_as_time_left_in_opening_hours(clock: Any, at: Any, lead: Lead) -> None:
    assert queue(at(clock, FRIDAY), ANSWERS).count == 0
    assert "4 h 0 min left" in at(clock, FRIDAY).get(f"{LIST}?answer=waiting").text
    # On Saturday nobody can answer, but Monday's first hour begins with it.
    assert "2 h 0 min left" in at(clock, FRIDAY + 24 * HOUR).get(f"{LIST}?answer=waiting").text
    soon = queue(at(clock, MONDAY + HOUR + timedelta(minutes=20)), ANSWERS)
    assert (soon.count, soon.first[0].why) == (1, "40 min left · nobody's")


def test_a_broken_promise_says_by_how_much_until_somebody_answers(clock: Any, at: Any, lead: Lead, staff: Any) -> None:
    desk = at(clock, MONDAY + 3 * HOUR)
    late = queue(desk, ANSWERS)
    assert (late.count, late.first[0].why) == (1, "late by 1 h 0 min · nobody's")
    assert (names(desk, "answer=late"), names(desk, "answer=came-late")) == ([str(lead)], [])
    LeadEvent.objects.create(lead=lead, kind="call", actor=staff)
    assert queue(desk, ANSWERS).count == 0
    assert (names(desk, "answer=late"), names(desk, "answer=came-late")) == ([], [str(lead)])
    assert "came late by 1 h 0 min" in desk.get(f"{LIST}?answer=came-late").text


def test_the_page_of_a_lead_says_how_long_is_left_and_when_it_was_answered(clock: Any, at: Any, lead: Lead) -> None:
    page = at(clock, FRIDAY).get(lead.get_absolute_url()).text
    assert "due March 9, 2026, 11 a.m." in page
    assert "4 h 0 min left" in page
    Lead.objects.update(first_answered_at=FRIDAY)
    page = at(clock, MONDAY).get(lead.get_absolute_url()).text
    assert "<dd>March 6, 2026, 3 p.m.</dd>" in page


def test_answers_are_listed_in_the_order_in_which_they_are_due(clock: Any, at: Any, ask: Callable[..., Any]) -> None:
    for number in (1, 2, 3):
        ask(email=f"zoe{number}@example.com", name=str(number))
        clock.shift(HOUR / 2)
    desk = at(clock, MONDAY)
    assert names(desk, "answer=waiting") == ["1", "2", "3"]
    assert names(desk, "answer=nonsense") == ["3", "2", "1"]
    assert "first_answer" not in desk.get(LIST).context["cl"].list_display


def test_who_read_the_packet_is_to_be_called_until_somebody_did(
    desk: Client, ask: Callable[..., Any], staff: Any
) -> None:
    title = "Packet downloaded, not yet called"
    for number in (1, 2, 3):
        ask(email=f"zoe{number}@example.com", name=str(number))
    assert queue(desk, title).count == 0
    for lead in Lead.objects.exclude(name="3"):
        note_download(delivery=lead.deliveries.get())
    assert (queue(desk, title).count, names(desk, "packet=downloaded")) == (2, ["2", "1"])
    LeadEvent.objects.create(lead=Lead.objects.get(name="1"), kind="call", actor=staff)
    move_lead(lead=Lead.objects.get(name="2"), stage="contacted", by=staff)
    assert queue(desk, title).count == 0


def test_waiting_for_records_is_counted_and_no_work_of_today(desk: Client, lead: Lead, staff: Any) -> None:
    later = ClinicProfile.objects.current().today() + timedelta(days=9)
    move_lead(lead=lead, stage="records", next_action_on=later, by=staff)
    assert queue(desk, "Waiting for records").count == 1
    assert "Nothing is waiting." in desk.get("/admin/").text


def test_the_first_nine_queues_have_a_key_each(desk: Client, ask: Callable[..., Any]) -> None:
    ask()
    ask(email="spam@example.com", name="www.spam.example")
    page = desk.get("/admin/")
    titles = [str(queue.title) for queue in page.context["queues"]]
    assert (titles[0], titles[2], titles[7]) == ("Overdue", "New and without an owner", "Held enquiries to look at")
    keys = [queue.key for queue in page.context["queues"]]
    assert keys[:9] == list("123456789")
    assert set(keys[9:]) == {""}
    shown = dict(re.findall(r'href="([^"]+)" aria-keyshortcuts="(\d)"', page.text))
    waiting = {queue.url: queue.key for queue in page.context["queues"] if queue.count and queue.key}
    assert {url.replace("&amp;", "&"): key for url, key in shown.items()} == waiting
    assert 'type="module" src="/static/keys.js"' in page.text


def test_a_queue_that_comes_or_goes_moves_no_key(desk: Client, lead: Lead, staff: Any, django_user_model: Any) -> None:
    def keys() -> dict[str, str]:
        return {str(queue.title): queue.key for queue in desk.get("/admin/").context["queues"]}

    before = keys()
    assert len(set(before.values())) >= 9
    left = django_user_model.objects.create_user("gone@clinic.example")
    left.groups.add(Group.objects.get(name="coordinator"))
    plan = {"next_action": "Call", "next_action_on": lead.next_action_on, "owner": left}
    Lead.objects.create(email="left@example.com", **plan)
    reviewed = move_lead(lead=lead, stage="in_conversation", by=staff)
    move_lead(lead=reviewed, stage="medical_review", by=staff)
    django_user_model.objects.filter(pk=left.pk).update(is_active=False)
    bring(desk, "name,email\nZoe,zoe.work@example.com\n")
    after = keys()
    assert len(after) == len(before) + 3
    assert {title: key for title, key in after.items() if title in before} == before


def test_a_flood_is_counted_no_further_than_anybody_looks(
    desk: Client, ask: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counts, "MOST_COUNTED", 2)
    for number in range(4):
        ask(email=f"zoe{number}@example.com")
    assert queue(desk, "Due today").count == 3
    assert "more than 2" in desk.get("/admin/").text


@pytest.mark.usefixtures("made_from_anew")
@pytest.mark.parametrize("page", ["/admin/", f"{LIST}?answer=waiting", f"{LIST}?packet=downloaded"])
def test_fifty_leads_need_no_more_queries_than_one(desk: Client, lead: Lead, page: str) -> None:
    note_download(delivery=lead.deliveries.get())
    Lead.objects.update(asked_at=timezone.now() - 90 * HOUR, first_answer_due_at=timezone.now() - HOUR)
    desk.get(page)
    with CaptureQueriesContext(connection) as one:
        desk.get(page)
    fields = {"next_action": "Call", "next_action_on": lead.next_action_on, "asked_at": timezone.now()}
    for number in range(49):
        email = f"zoe{number}@example.com"
        Lead.objects.create(email=email, first_answer_due_at=timezone.now(), **fields)
    with CaptureQueriesContext(connection) as fifty:
        desk.get(page)
    assert len(fifty) == len(one)


def test_what_people_chose_of_contact_is_asked_once_for_all_queues(desk: Client, lead: Lead) -> None:
    Lead.objects.filter(pk=lead.pk).update(next_action_on=ClinicProfile.objects.current().today() - timedelta(days=1))
    with CaptureQueriesContext(connection) as asked:
        page = desk.get("/admin/").text
    assert page.count(lead.get_absolute_url()) >= 2
    assert len([found for found in asked if "consent_contact__ended" in found["sql"]]) == 1


def test_the_first_few_of_a_queue_say_why_they_are_here(desk: Client, ask: Callable[..., Any], staff: Any) -> None:
    today = ClinicProfile.objects.current().today()
    for number in range(6):
        ask(email=f"zoe{number}@example.com", name=f"Zoë {number}")
        overdue = {"next_action_on": today - timedelta(days=number + 1), "next_action": "Call & ask"}
        Lead.objects.filter(name=f"Zoë {number}").update(owner=staff, **overdue)
    page = desk.get("/admin/")
    first = queue(desk, "Overdue").first
    assert [(row.name, row.why) for row in first[:2]] == [
        ("Zoë 5", "Call & ask · overdue by 6 days · Sam Staff"),
        ("Zoë 4", "Call & ask · overdue by 5 days · Sam Staff"),
    ]
    assert len(first) == 4
    assert f'<a href="{first[0].url}">Zoë 5</a>' in page.text
    assert "Call &amp; ask · overdue by 6 days" in page.text


def test_new_ones_are_shown_by_country_and_time_left(clock: Any, at: Any, ask: Callable[..., Any]) -> None:
    ask(name="First", country="CA")
    ask(name="Second", email="second@example.com")
    rows = queue(at(clock, FRIDAY), "New and without an owner").first
    assert [(row.name, row.why) for row in rows] == [("First", "4 h 0 min left · Canada"), ("Second", "4 h 0 min left")]


def test_a_held_enquiry_is_released_from_today_and_back(desk: Client, ask: Callable[..., Any]) -> None:
    ask(name="www.spam.example", email="spam@example.com")
    (row,) = queue(desk, "Held enquiries to look at").first
    assert (row.name, row.why) == ("www.spam.example", "spam@example.com · the name holds a link")
    page = desk.get("/admin/").text
    assert f'action="{row.release_url}"' in page
    assert '<input type="hidden" name="next" value="/admin/">' in page
    released = desk.post(row.release_url, {"next": "/admin/"}, follow=True)
    assert released.redirect_chain == [("/admin/", 302)]
    assert "Released: the lead is made" in released.text
    assert desk.post(row.release_url, {"next": "/admin/"})["Location"] == "/admin/"


@pytest.mark.parametrize("foreign", ["https://evil.example/", "//evil.example/admin/", "javascript:alert(1)", ""])
def test_release_leads_to_no_other_host(desk: Client, ask: Callable[..., Any], foreign: str) -> None:
    ask(name="www.spam.example", email="spam@example.com")
    (row,) = queue(desk, "Held enquiries to look at").first
    response = desk.post(row.release_url, {"next": foreign})
    assert response["Location"] == Lead.objects.get().get_absolute_url()


def test_who_only_reads_sees_no_button(browser: Callable[[str], Client], ask: Callable[..., Any]) -> None:
    ask(name="www.spam.example", email="spam@example.com")
    page = browser("auditor").get("/admin/").text
    assert "the name holds a link" in page
    assert "/release/" not in page


def test_of_an_outbox_in_which_nothing_waits_today_asks_nothing_more(at: Any, clock: Any) -> None:
    desk = at(clock, MONDAY)
    with CaptureQueriesContext(connection) as asked:
        desk.get("/admin/")
    assert sum("mailings_providerpause" in query["sql"] for query in asked) == 1


def test_today_draws_for_each_the_rooms_that_are_theirs(
    at: Any, clock: Any, staff: Any, django_user_model: Any
) -> None:
    at(clock, MONDAY)
    pages = {}
    for role in ("coordinator", "editor", "coordinator"):
        account = django_user_model.objects.create_user(f"{role}{len(pages)}@clinic.example", name="Zoë")
        account.groups.set(Group.objects.filter(name=role))
        client = Client()
        client.force_login(account)
        pages[role] = client.get("/admin/").text
    assert LIST in pages["coordinator"]
    assert LIST not in pages["editor"]
    assert "/admin/articles/article/add/" in pages["editor"]
    assert "/admin/articles/article/add/" not in pages["coordinator"]


def test_a_lead_has_the_address_of_its_page(lead: Lead) -> None:
    assert lead.get_absolute_url() == reverse("admin:enquiries_lead_change", args=[lead.pk])
