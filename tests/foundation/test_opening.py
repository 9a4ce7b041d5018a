from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.utils import timezone, translation

from clinic import pages
from foundation import opening
from foundation.models import ClinicProfile, Holiday, OpeningHours
from tests.clinic.test_pages_in_memory import get, statements

ARTICLE = "/research/neural-progenitors-progressive-ms/"
NEW_YORK = ZoneInfo("America/New_York")
SHOWN_ON = ["/", ARTICLE, "/information-packet/", "/costs/", "/newsletter/"]


@pytest.fixture(autouse=True)
def _content(first_content: None) -> None: ...


def at(wall: str) -> datetime:
    return datetime.fromisoformat(wall).replace(tzinfo=NEW_YORK)


def profile() -> ClinicProfile:
    return ClinicProfile.objects.current()


def open_on(*spans: tuple[int, time, time]) -> None:
    OpeningHours.objects.all().delete()
    OpeningHours.objects.bulk_create(
        OpeningHours(profile_id=1, weekday=day, opens=opens, closes=closes) for day, opens, closes in spans
    )


@pytest.mark.parametrize(
    ("wall", "words"),
    [
        # A Friday.
        ("2026-11-27T16:59", "Open until 5 p.m. (time in New York)"),
        ("2026-11-27T17:00", "Closed now, opens Monday at 9 a.m. (time in New York)"),
        ("2026-11-30T08:59:59", "Closed now, opens at 9 a.m. (time in New York)"),
        ("2026-11-30T09:00", "Open until 5 p.m. (time in New York)"),
        # On the eve of summer time.
        ("2026-03-07T12:00", "Closed now, opens Monday at 9 a.m. (time in New York)"),
    ],
)
def test_the_state_is_right_to_the_minute(wall: str, words: str) -> None:
    assert opening.in_words(profile(), at(wall)) == words


def test_on_a_holiday_the_clinic_is_closed_until_the_next_open_day() -> None:
    Holiday.objects.create(profile_id=1, day=date(2026, 11, 30))
    assert opening.in_words(profile(), at("2026-11-30T10:00")).startswith("Closed now, opens Tuesday at 9 a.m.")


def test_a_day_further_than_a_week_is_named_by_its_date() -> None:
    Holiday.objects.bulk_create(Holiday(profile_id=1, day=date(2026, 12, day)) for day in range(1, 12))
    assert "opens on Dec. 14, 2026 at 9 a.m." in opening.in_words(profile(), at("2026-12-01T10:00"))


def test_a_clinic_that_is_open_past_midnight_does_not_close_then() -> None:
    open_on((0, time(20), time(0)), (1, time(0), time(6)))
    assert opening.in_words(profile(), at("2026-11-30T23:00")).startswith("Open until 6 a.m.")


def test_one_that_never_closes_says_no_time() -> None:
    open_on(*((day, time(0), time(0)) for day in range(7)))
    assert opening.in_words(profile(), at("2026-11-30T23:00")) == "Open day and night"
    assert opening.printed(profile()) == "Monday to Sunday, day and night"


def test_where_nobody_said_the_hours_nothing_is_said_of_them() -> None:
    OpeningHours.objects.all().delete()
    assert opening.in_words(profile()) == opening.printed(profile()) == ""
    assert opening.changed_by_time(timezone.now()) == (None, None)


def test_the_printed_line_is_made_of_the_rows_with_the_note_behind_it() -> None:
    assert opening.printed(profile()) == "Monday to Friday, 9 a.m. to 5 p.m."
    open_on((0, time(9), time(12)), (0, time(13), time(17, 30)), (1, time(9), time(12)), (5, time(10), time(12)))
    ClinicProfile.objects.update(hours="by appointment")
    assert opening.printed(profile()) == (
        "Monday, 9 a.m. to noon and 1 p.m. to 5:30 p.m.; Tuesday, 9 a.m. to noon; Saturday, 10 a.m. to noon "
        "(by appointment)"
    )


def test_the_printed_line_is_in_the_readers_language() -> None:
    with translation.override("de"):
        assert "Montag" in opening.printed(profile())
        assert "09:00" in opening.printed(profile())


def test_the_zone_is_named_by_its_city_or_else_as_its_clock_is_called() -> None:
    for name, words in (("America/New_York", "time in New York"), ("UTC", "UTC"), ("Etc/GMT+5", "-05")):
        ClinicProfile.objects.update(time_zone=name)
        assert words in opening.in_words(profile(), at("2026-11-30T10:00"))


# Long after what the first content was published.
@pytest.mark.parametrize("path", SHOWN_ON)
def test_the_state_stands_by_the_telephone_and_turns_on_time_though_pages_are_held(path: str, client: Client) -> None:
    with time_machine.travel(at("2033-11-25T16:58"), tick=False):
        pages.forget()
        assert "Open until 5 p.m. (time in New York)" in get(path).body.decode()
    with time_machine.travel(at("2033-11-25T16:59:59"), tick=False):
        assert statements(lambda: get(path)) == []
    with time_machine.travel(at("2033-11-25T17:00"), tick=False):
        closed = get(path).body.decode()
        assert "Open until" not in closed
        assert closed.count("Closed now, opens Monday at 9 a.m.") == closed.count('class="opening')
    # Past midnight, Monday is today.
    with time_machine.travel(at("2033-11-28T08:00"), tick=False):
        assert "Closed now, opens at 9 a.m." in get(path).body.decode()


def test_who_has_the_page_of_before_is_not_told_that_it_is_still_true() -> None:
    with time_machine.travel(at("2033-11-25T16:58"), tick=False):
        pages.forget()
        before = get("/costs/").headers["Last-Modified"]
    with time_machine.travel(at("2033-11-25T17:00:05"), tick=False):
        assert get("/costs/", if_modified_since=before).status == 200


@pytest.mark.parametrize("path", SHOWN_ON)
def test_each_telephone_number_is_a_link(path: str, client: Client) -> None:
    shown = client.get(path).content.decode().partition("<body>")[2]
    phone = profile().phone
    assert phone in shown
    assert shown.count(f">{phone}</a>") == shown.count(phone) - shown.count(f"at {phone}.")


def test_the_reader_elsewhere_is_told_the_moment_by_the_clock_of_the_clinic(client: Client) -> None:
    with time_machine.travel(at("2033-11-25T16:58"), tick=False):
        pages.forget()
        assert 'data-changes-at="2033-11-25T17:00:00-05:00"' in client.get("/costs/").content.decode()


def test_mails_print_the_hours_of_now(ask: Any, deliver: Any, mailoutbox: list[Any]) -> None:
    ask()
    deliver()
    ClinicProfile.objects.get().opening_hours.filter(weekday=0).update(opens=time(7, 35))
    ask(email="other@example.org")
    deliver()
    assert ["7:35" in mail.body for mail in mailoutbox] == [False, True]
