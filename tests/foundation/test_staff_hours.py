from datetime import date, datetime, time, timedelta
from time import process_time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from foundation.models import ClinicProfile, Holiday, OpeningHours
from tests.browser_posts import untouched

URL = "/admin/foundation/clinicprofile/1/change/"
NEW_YORK = ZoneInfo("America/New_York")


def form_of(desk: Client) -> dict[str, Any]:
    return untouched(desk.get(URL), "clinicprofile_form")


def test_the_printed_hours_are_the_first_content(first_content: None) -> None:
    hours = ClinicProfile.objects.current().business_hours()
    friday = datetime(2026, 3, 6, 16, tzinfo=NEW_YORK)
    assert hours.after(friday, timedelta(hours=4)) == datetime(2026, 3, 9, 12, tzinfo=NEW_YORK)


def test_staff_change_hours_holidays_and_the_promise_on_one_page(desk: Client) -> None:
    fields = {"opening_hours-5-weekday": 5, "opening_hours-5-opens": "09:00", "opening_hours-5-closes": "00:00"}
    fields |= {"opening_hours-0-DELETE": "on", "holidays-0-day": "2026-12-25", "holidays-0-name": "Christmas"}
    answer = desk.post(URL, {**form_of(desk), **fields, "first_answer_hours": 2})
    assert answer.status_code == 302
    assert ClinicProfile.objects.get().first_answer_hours == 2
    hours = ClinicProfile.objects.current().business_hours()
    assert sorted(hours.week) == [1, 2, 3, 4, 5]
    assert hours.week[5] == [(timedelta(hours=9), timedelta(hours=24))]
    assert hours.holidays == {date(2026, 12, 25)}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (
            {"opening_hours-5-weekday": 5, "opening_hours-5-opens": "22:00", "opening_hours-5-closes": "06:00"},
            "Write a night as two rows",
        ),
        ({"first_answer_hours": 0}, "greater than or equal to 1"),
        ({"first_answer_hours": 32767}, "less than or equal to 200"),
        ({"time_zone": "localtime"}, "Write a time zone such as"),
        ({"time_zone": "EST5EDT,M3.2.0,M11.1.0"}, "Write a time zone such as"),
        ({"time_zone": "CET"}, "Write a time zone such as"),
        (
            {
                "holidays-TOTAL_FORMS": 2,
                "holidays-0-day": "2026-12-25",
                "holidays-1-day": "2026-12-25",
                "holidays-1-profile": 1,
            },
            "correct the duplicate",
        ),
    ],
)
def test_hours_that_cannot_be_are_refused_in_words(desk: Client, fields: dict[str, Any], words: str) -> None:
    page = desk.post(URL, {**form_of(desk), **fields})
    assert page.status_code == 200
    assert words in page.text
    assert OpeningHours.objects.count() == 5
    assert not Holiday.objects.exists()


def test_without_opening_hours_the_clock_runs_day_and_night(first_content: None) -> None:
    OpeningHours.objects.all().delete()
    saturday = datetime(2026, 3, 7, 20, tzinfo=NEW_YORK)
    hours = ClinicProfile.objects.current().business_hours()
    assert hours.after(saturday, timedelta(hours=4)) == datetime(2026, 3, 8, tzinfo=NEW_YORK)


def test_spans_of_one_day_may_be_several(first_content: None) -> None:
    OpeningHours.objects.filter(weekday=0).update(closes=time(12))
    OpeningHours.objects.create(profile_id=1, weekday=0, opens=time(13), closes=time(14))
    hours = ClinicProfile.objects.current().business_hours()
    assert hours.on(date(2026, 3, 2)) == [
        (timedelta(hours=9), timedelta(hours=12)),
        (timedelta(hours=13), timedelta(hours=14)),
    ]


def test_a_clinic_that_hardly_opens_still_takes_enquiries(ask: Any) -> None:
    OpeningHours.objects.all().delete()
    OpeningHours.objects.create(profile_id=1, weekday=0, opens=time(13), closes=time(13, 0, 1))
    ClinicProfile.objects.update(first_answer_hours=32767)
    began = process_time()
    assert ask().status_code == 303
    assert process_time() - began < 2
