import csv
import xml.etree.ElementTree as ET
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any
from unittest.mock import ANY
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from articles.actions import change_address
from articles.models import Article
from desk.numbers import enquiries_per_week, query
from enquiries.actions import assign_lead, discard_enquiry, merge_leads, move_lead, release_enquiry
from enquiries.models import Enquiry, Lead, LeadEvent
from foundation.models import ClinicProfile, OpeningHours
from tests.articles.shown import shown
from tests.conftest import AWKWARD_NAME

Ask = Callable[..., Any]
NUMBERS = "/admin/enquiries/lead/numbers/"
PLOTS = ("sources", "articles", "funnel", "first-answers", "coordinators", "reasons-lost")
BERLIN = ZoneInfo("Europe/Berlin")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# A Monday at ten in Berlin, where the clinic of these tests is open from nine to five.
MONDAY = datetime(2026, 3, 2, 10, tzinfo=BERLIN)
RANGE = {"from": "2026-03-02", "to": "2026-03-15"}


@pytest.fixture
def in_berlin(first_content: None) -> None:
    ClinicProfile.objects.update(time_zone="Europe/Berlin")
    OpeningHours.objects.all().delete()
    for weekday in range(5):
        OpeningHours.objects.create(profile_id=1, weekday=weekday, opens="09:00", closes="17:00")


@pytest.fixture
def clock(in_berlin: None) -> Any:
    with time_machine.travel(MONDAY.astimezone(UTC), tick=False) as clock:
        yield clock


def look(desk: Client, url: str, dates: dict[str, str]) -> Any:
    # These tests skip weeks, and a session ends after hours.
    desk.force_login(get_user_model()._default_manager.get(email="staff@clinic.example"))
    answer = desk.get(url, dates or RANGE)
    assert answer.status_code == 200
    return answer


def figures(desk: Client, **dates: str) -> dict[str, list[list[str]]]:
    """The rows of each table as the page shows them."""
    answer = look(desk, NUMBERS, dates)
    return {figure["table"].name: figure["table"].in_words() for figure in answer.context["figures"]}


def file_of(desk: Client, plot: str, **dates: str) -> list[list[str]]:
    answer = look(desk, f"{NUMBERS}{plot}.csv", dates)
    return list(csv.reader(StringIO(answer.content.decode().removeprefix("\ufeff"))))


def ask_at(clock: Any, moment: datetime, ask: Ask, number: int, **fields: str) -> Lead:
    clock.move_to(moment.astimezone(UTC))
    email = f"person{number}@example.com"
    ask(email=email, message=f"message {number}", **fields)
    return Lead.objects.filter(email=email).first()  # type: ignore[return-value]


@pytest.fixture
def slug(first_content: None) -> str:
    return Article.objects.filter(live_revision__isnull=False).order_by("pk")[0].slug


@pytest.fixture
def history(clock: Any, ask: Ask, staff: Any, slug: str) -> list[Lead]:
    """Five enquiries in two weeks, one held and one discarded beside them."""
    leads = [
        ask_at(clock, MONDAY, ask, 0, source_path=f"/research/{slug}/"),
        ask_at(clock, MONDAY + HOUR, ask, 1, source_path=f"/research/{slug}/?utm_source=Newsletter"),
        ask_at(clock, MONDAY + DAY, ask, 2, source_path="/information-packet/"),
        ask_at(clock, MONDAY + 7 * DAY, ask, 3, source_path="/research/no-such-article/"),
        ask_at(clock, MONDAY + 7 * DAY, ask, 4, source_path=""),
    ]
    ask_at(clock, MONDAY + 8 * DAY, ask, 5, name="www.spam.example")
    ask_at(clock, MONDAY + 8 * DAY, ask, 6, name="www.spam.example")
    discard_enquiry(enquiry=Enquiry.objects.held().get(email="person6@example.com"), by=staff)
    clock.move_to((MONDAY + 9 * DAY).astimezone(UTC))
    return leads


def test_enquiries_are_counted_by_week_and_source(history: list[Lead], desk: Client) -> None:
    header, *rows = file_of(desk, "sources")
    assert header == [
        *("Week from", "Days", "Our articles", "Other pages of ours", "“newsletter”", "Not known", "All"),
    ]
    assert rows == [
        ["2026-03-02", "7", "1", "1", "1", "0", "3"],
        ["2026-03-09", "3", "0", "1", "0", "1", "2"],
        ["Total", "10", "1", "2", "1", "1", "5"],
    ]
    assert "Not counted: 1 is held, 1 was discarded." in look(desk, NUMBERS, {}).content.decode()


def test_a_released_enquiry_counts_when_it_came(history: list[Lead], desk: Client, staff: Any) -> None:
    release_enquiry(enquiry=Enquiry.objects.held().get(), by=staff)
    assert file_of(desk, "sources")[2][-1] == "3"


def test_enquiries_are_counted_by_week_and_article(history: list[Lead], desk: Client, slug: str) -> None:
    title = str(Article.objects.get(slug=slug))
    assert file_of(desk, "articles") == [
        ["Week from", "Days", title, "Not from an article", "All"],
        ["2026-03-02", "7", "2", "1", "3"],
        ["2026-03-09", "3", "0", "2", "2"],
        ["Total", "10", "2", "3", "5"],
    ]


def test_an_article_is_one_whichever_of_its_addresses_people_came_from(
    history: list[Lead], desk: Client, slug: str, clock: Any, ask: Ask, staff: Any
) -> None:
    before, read = {plot: file_of(desk, plot) for plot in ("sources", "articles")}, Article.objects.get(slug=slug)
    for other in ("second-try", "third-try"):
        change_address(article=read, slug=other, by=staff)
    assert {plot: file_of(desk, plot) for plot in before} == before
    ask_at(clock, MONDAY + 8 * DAY, ask, 7, source_path="/research/third-try/")
    assert file_of(desk, "articles")[2][2:] == ["1", "2", "3"]


def test_articles_are_known_by_the_addresses_that_the_site_gives_them(
    clock: Any, ask: Ask, desk: Client, slug: str, settings: Any
) -> None:
    settings.ROOT_URLCONF = "tests.moved_articles"
    path = reverse("articles:article", args=[slug])
    assert path == f"/a.b/research/{slug}/"
    ask_at(clock, MONDAY, ask, 0, source_path=f"{path}?utm_medium=mail")
    ask_at(clock, MONDAY, ask, 1, source_path=f"/research/{slug}/")
    ask_at(clock, MONDAY, ask, 2, source_path=f"/axb/research/{slug}/")
    ask_at(clock, MONDAY, ask, 3, source_path=path)
    header, week, _total = file_of(desk, "sources")
    assert header[2:] == ["Our articles", "Other pages of ours", "All"]
    assert week[2:] == ["2", "2", "4"]


def test_made_up_sources_are_few_short_and_escaped(clock: Any, ask: Ask, desk: Client) -> None:
    for number in range(9):
        source = f"%3Cscript%3E{number}" + "x" * 90
        ask_at(clock, MONDAY, ask, number, source_path=f"/?utm_source={source}")
    header, first, *_rest = file_of(desk, "sources")
    assert len(header) == 2 + 6 + 1 + 1
    assert max(len(column) for column in header) == 42
    assert first[2:] == ["1"] * 6 + ["3", "9"]
    assert "<script>0" not in look(desk, NUMBERS, {}).content.decode()


def note(lead: Lead, kind: str, at: datetime, by: Any, stage: str = "") -> None:
    # As the trigger writes a move, but for the time: that is by the clock of Postgres, which no test can set.
    data = {"from": "", "to": stage, "reason": ""} if stage else {}
    LeadEvent.objects.create(lead=lead, kind=kind, at=at.astimezone(UTC), actor=by, data=data)


def test_leads_are_followed_through_the_pipeline(history: list[Lead], desk: Client, staff: Any) -> None:
    called, straight, lost, _new, merged = history
    note(called, "stage", MONDAY + 3 * DAY, staff, "contacted")
    note(straight, "stage", MONDAY + HOUR + 4 * DAY, staff, "in_conversation")
    note(straight, "stage", MONDAY + HOUR + 11 * DAY, staff, "booked")
    # Somebody who comes back counts once, by the first time.
    note(straight, "stage", MONDAY + HOUR + 12 * DAY, staff, "in_conversation")
    note(merged, "stage", MONDAY + 9 * DAY, staff, "records")
    merge_leads(lead=merged, into=called, by=staff)
    move_lead(lead=lost, stage="lost", reason="went elsewhere", by=staff)
    _header, *rows = file_of(desk, "funnel")
    assert rows[:4] == [
        ["Came in", "4", "", "100.0", ""],
        ["Contacted", "2", "50.0", "50.0", "3.5"],
        ["In conversation", "2", "100.0", "50.0", "6.5"],
        ["Waiting for records", "2", "100.0", "50.0", "10.0"],
    ]
    assert [row[1:] for row in rows[4:8]] == [
        ["1", "50.0", "25.0", "11.0"],
        *[["1", "100.0", "25.0", "11.0"]] * 3,
    ]
    assert [row[:2] for row in rows[8:]] == [
        *(["Now: lost", "1"], ["Now: unsuitable", "0"], ["Now: invalid", "0"], ["Now: erased since", "0"]),
    ]


def test_merged_people_bring_their_moves_along_however_deep_and_the_first_counts(
    history: list[Lead], desk: Client, staff: Any
) -> None:
    first, second, third, *_others = history
    note(first, "stage", MONDAY + 6 * DAY, staff, "records")
    note(second, "stage", MONDAY + DAY / 2, staff, "contacted")
    note(second, "stage", MONDAY + 9 * DAY, staff, "records")
    note(third, "stage", MONDAY + 3 * DAY, staff, "in_conversation")
    merge_leads(lead=first, into=second, by=staff)
    merge_leads(lead=second, into=third, by=staff)
    # The day on which only the last of them came; what was before it counts as at once.
    rows = file_of(desk, "funnel", **{"from": "2026-03-03", "to": "2026-03-03"})[1:]
    assert [row[1::3] for row in rows[:5]] == [["1", ""], ["1", "0.0"], ["1", "2.0"], ["1", "5.0"], ["0", ""]]


def test_first_answers_are_told_in_opening_hours_against_the_promise(
    history: list[Lead], clock: Any, desk: Client, staff: Any
) -> None:
    first, second, third, _waiting, closed = history
    note(first, "call", MONDAY + 2 * HOUR, staff)
    note(second, "call", MONDAY + DAY, staff)
    note(third, "mail", MONDAY + DAY + HOUR, staff)
    clock.move_to((MONDAY + 7 * DAY + HOUR).astimezone(UTC))
    move_lead(lead=closed, stage="lost", reason="wrote by mistake", by=staff)
    _header, *rows = file_of(desk, "first-answers", **{"from": "2026-03-02", "to": "2026-03-09"})
    # Two, seven and one opening hours: four are promised.
    assert rows == [
        ["2026-03-02", "7", "3", "2", "1", "0", "0", "0", "66.7", "2.0", "6.0"],
        ["2026-03-09", "1", "2", "0", "0", "0", "1", "1", "", "", ""],
        ["Total", "8", "5", "2", "1", "0", "1", "1", "66.7", "2.0", "6.0"],
    ]
    clock.move_to((MONDAY + 8 * DAY).astimezone(UTC))
    assert figures(desk)["first-answers"][1][5] == "1", "overdue now"


def test_weeks_begin_on_monday_by_the_clock_of_the_clinic_also_when_it_changes(
    clock: Any, ask: Ask, desk: Client
) -> None:
    # In Berlin summer time begins on Sunday the 29th; two minutes around the midnight behind it.
    ask_at(clock, datetime(2026, 3, 29, 23, 59, tzinfo=BERLIN), ask, 0)
    ask_at(clock, datetime(2026, 3, 30, 0, 0, tzinfo=BERLIN), ask, 1)
    # And two around the one before it, in winter time.
    ask_at(clock, datetime(2026, 3, 22, 23, 59, tzinfo=BERLIN), ask, 2)
    ask_at(clock, datetime(2026, 3, 23, 0, 0, tzinfo=BERLIN), ask, 3)
    clock.move_to(datetime(2026, 4, 6, 12, tzinfo=UTC))
    dates = {"from": "2026-03-23", "to": "2026-04-05"}
    for plot in ("sources", "first-answers"):
        asked = -1 if plot == "sources" else 2
        counts = [(row[0], row[asked]) for row in file_of(desk, plot, **dates)[1:]]
        assert counts == [("2026-03-23", "2"), ("2026-03-30", "1"), ("Total", "3")]
    assert file_of(desk, "funnel", **dates)[1][1] == "3"


def test_a_cut_week_says_so_and_a_week_without_enquiries_is_there(history: list[Lead], desk: Client) -> None:
    dates = {"from": "2026-02-18", "to": "2026-03-10"}
    rows = figures(desk, **dates)["sources"]
    assert [row[:2] + row[-1:] for row in rows] == [
        *(["Feb. 18, 2026", "5", "0"], ["Feb. 23, 2026", "7", "0"]),
        *(["March 2, 2026", "7", "3"], ["March 9, 2026", "2", "2"]),
        ["Total", "21", "5"],
    ]
    cut = "A week with fewer than seven days is cut"
    assert cut in look(desk, NUMBERS, dates).content.decode()
    assert cut not in look(desk, NUMBERS, {"from": "2026-02-23", "to": "2026-03-08"}).content.decode()


def test_each_file_holds_what_its_table_shows(history: list[Lead], desk: Client) -> None:
    tables = {one["table"].name: one["table"] for one in look(desk, NUMBERS, {}).context["figures"]}
    for plot in PLOTS:
        answer = look(desk, f"{NUMBERS}{plot}.csv", {})
        assert answer["Content-Type"] == "text/csv; charset=utf-8"
        assert f'"{plot}-2026-03-02-to-2026-03-11.csv"' in answer["Content-Disposition"]
        shown = [["" if cell is None else str(cell) for cell in row] for row in tables[plot].rows]
        assert file_of(desk, plot) == [tables[plot].columns, *shown]


@pytest.mark.parametrize(
    ("dates", "words"),
    [
        ({"from": "2026-02-20", "to": "2026-02-10"}, "This day comes before the first one."),
        ({"from": "2020-01-01", "to": "2026-03-02"}, "That is more than three years"),
        ({"from": "1999-12-31", "to": "2000-01-02"}, "Begin in the year 2000 or later."),
        ({"from": "9999-12-31", "to": "9999-12-31"}, "This day has not come yet."),
        ({"from": "0001-01-01", "to": "9999-12-31"}, "Begin in the year 2000 or later."),
        ({"from": "2026-02-30", "to": "2026-03-02"}, "Write a day such as"),
        ({"from": "=1+1", "to": "<b>"}, "Write a day such as"),
        ({"from": "2026-03-02"}, "Give a day."),
    ],
)
def test_dates_that_make_no_range_are_told_so(clock: Any, desk: Client, dates: dict[str, str], words: str) -> None:
    answer = desk.get(NUMBERS, dates)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    file = desk.get(f"{NUMBERS}sources.csv", dates)
    assert (file.status_code, file["Location"].split("?")[0]) == (302, NUMBERS)


def test_a_time_that_takes_too_long_to_count_is_told_so(
    clock: Any, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query, "LONGEST", 50)
    monkeypatch.setattr(enquiries_per_week, "SQL", "SELECT pg_sleep(5)")
    answer = desk.get(NUMBERS, RANGE)
    assert (answer.status_code, "choose a shorter one" in answer.text) == (422, True)
    file = desk.get(f"{NUMBERS}sources.csv", RANGE)
    assert (file.status_code, file["Location"].split("?")[0]) == (302, NUMBERS)


def test_days_to_come_are_left_out(clock: Any, desk: Client) -> None:
    chosen = desk.get(NUMBERS, {"from": "2026-02-23", "to": "9999-12-31"}).context["chosen"]
    assert str(chosen.last) == "2026-03-02"


@pytest.mark.parametrize("today", ["2026-01-01", "2024-02-29", "2024-12-31"])
def test_each_preset_is_a_range_and_twelve_weeks_are_the_default(
    in_berlin: None, desk: Client, staff: Any, today: str
) -> None:
    with time_machine.travel(f"{today}T12:00:00Z", tick=False):
        # A session that begins in the future is none.
        desk.force_login(staff)
        answer = desk.get(NUMBERS)
        assert [preset["words"] for preset in answer.context["presets"] if preset["is_chosen"]] == ["Last 12 weeks"]
        assert len(answer.context["chosen"].weeks) == 12
        for preset in answer.context["presets"]:
            assert desk.get(f"{NUMBERS}?{preset['range'].query}").context["chosen"] == preset["range"]


def test_no_person_is_named(history: list[Lead], desk: Client, staff: Any) -> None:
    move_lead(lead=history[0], stage="lost", reason="canary", by=staff)
    pages = [look(desk, url, {}) for url in (NUMBERS, *(f"{NUMBERS}{plot}.csv" for plot in PLOTS))]
    for page in pages:
        text = page.content.decode()
        assert not [word for word in (AWKWARD_NAME, "Zoë", "person0@", "canary", "message 0") if word in text]


def test_a_title_that_begins_like_a_formula_is_safe_in_the_file(
    history: list[Lead], desk: Client, slug: str, staff: Any
) -> None:
    article = Article.objects.get(slug=slug)
    shown(article, staff, title="=cmd|'/c calc'!A1")
    assert file_of(desk, "articles")[0][2] == "'=cmd|'/c calc'!A1"
    assert "=cmd|&#x27;/c calc&#x27;!A1" in look(desk, NUMBERS, {}).content.decode()


def test_more_leads_need_no_more_queries(clock: Any, ask: Ask, desk: Client) -> None:
    def queries() -> int:
        look(desk, NUMBERS, {})
        with CaptureQueriesContext(connection) as captured:
            desk.get(NUMBERS, RANGE)
        return len(captured)

    ask_at(clock, MONDAY, ask, 0)
    few = queries()
    for number in range(1, 51):
        ask_at(clock, MONDAY + number * HOUR / 10, ask, number)
    assert queries() == few


def test_the_plots_are_well_formed_without_styles_of_their_own(history: list[Lead], desk: Client, staff: Any) -> None:
    note(history[0], "call", MONDAY + HOUR, staff)
    page = look(desk, NUMBERS, {}).content.decode().partition('id="content-main"')[2].partition("<footer")[0]
    drawings = [part.split("</svg>")[0] for part in page.split("<svg")[1:]]
    assert len(drawings) > 5
    for drawing in drawings:
        svg = ET.fromstring(f"<svg{drawing}</svg>")
        assert not [part for part in svg.iter() if "style" in part.attrib]
        assert svg.get("aria-hidden") == "true" or svg.get("aria-labelledby")


def test_an_empty_clinic_has_numbers_too(clock: Any, desk: Client) -> None:
    assert figures(desk)["sources"][-1] == ["Total", "1", "0"]
    assert look(desk, NUMBERS, {}).content.decode().count("Nothing in this time.") == len(PLOTS)


def test_leads_are_told_by_owner(history: list[Lead], desk: Client, staff: Any) -> None:
    for lead in history[:2]:
        assign_lead(lead=lead, owner=staff, by=staff)
    move_lead(lead=history[0], stage="lost", reason="too far", by=staff)
    note(history[1], "call", MONDAY + HOUR, staff)
    rows = figures(desk)["coordinators"]
    mine, nobody, total = rows
    assert mine == ["Sam Staff", "2", "1", "1", "0", "1"]
    assert (nobody[0], total[:2]) == ("nobody", ["Total", str(2 + int(nobody[1]))])


def lost(count: int, reason: str) -> None:
    plan = {"phone": "1", "next_action": "Call", "next_action_on": MONDAY.date()}
    leads = Lead.objects.bulk_create(Lead(**plan, created_at=MONDAY) for _number in range(count))
    Lead.objects.filter(pk__in=[lead.pk for lead in leads]).update(stage="lost", closed_reason=reason)


def test_reasons_for_losing_people_are_named_from_ten_on_and_never_leave_a_few_alone(clock: Any, desk: Client) -> None:
    lost(12, "Too far")
    lost(11, "asked_to_stop: canary")
    lost(11, "the price")
    lost(9, "canary tumour")
    assert figures(desk)["reasons-lost"] == [
        ["too far", "12", "27.9"],
        ["asked to stop", "11", "25.6"],
        ["other", "20", "46.5"],
        ["Total", "43", "100.0"],
    ]
    lost(1, "Canary two")
    assert figures(desk)["reasons-lost"][2:] == [["the price", "11", "25.0"], ["other", "10", "22.7"], ANY]
