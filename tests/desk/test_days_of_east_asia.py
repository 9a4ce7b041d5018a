"""Days as workbooks and people of East Asia write them."""

from datetime import date
from typing import Any

import openpyxl
import pytest

from desk.import_list.reading import read
from enquiries.actions.imports.columns import DayWidget
from enquiries.actions.imports.faults import Unreadable
from tests.lead_lists import rewritten, saved

pytestmark = pytest.mark.pure

# The last day of May 2026, by the number that Excel holds.
MAY_31 = 46173
# Formats that stand in no workbook: each Excel knows them by their number, and shows them as its country does.
BY_NUMBER = [*range(27, 37), *range(50, 59), 71, 72, 73, 74, 77, 81]


def book_with(number: int, held: Any) -> bytes:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for row in (["Name", "Email", "Received on"], ["Zoë", "zoe@example.org", held]):
        sheet.append(row)
    sheet["C2"].number_format = "0.00"
    old, new = b'numFmtId="2"', b'numFmtId="%d"' % number
    return rewritten(saved(book), lambda part: part.replace(old, new))


def cell(data: bytes) -> str:
    return read(data).rows[0][1][2]


@pytest.mark.parametrize("number", BY_NUMBER)
def test_a_day_in_a_format_that_only_excel_knows_is_that_day(number: int) -> None:
    assert cell(book_with(number, MAY_31)) == "2026-05-31"


def test_of_one_with_a_time_the_time_is_kept_and_a_time_alone_is_no_day() -> None:
    assert cell(book_with(27, MAY_31 + 0.625)) == "2026-05-31 15:00:00"
    assert cell(book_with(32, 0.625)) == "15:00:00"


def test_what_is_too_large_for_a_day_stays_the_number_that_it_is() -> None:
    assert cell(book_with(31, 491701234567)) == "491701234567"
    assert cell(book_with(31, -5)) == "-5"


@pytest.mark.parametrize(
    "number_format", ['yyyy"年"m"月"d"日"', '[$-411]ggge"年"m"月"d"日"', "[$-404]e/m/d", 'd"th" mmm yyyy']
)
def test_a_format_with_words_in_it_shows_no_hours(number_format: str) -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    # A midnight of Tokyo that went through a program in UTC.
    for row in (["Name", "Email", "Received on"], ["Zoë", "zoe@example.org", MAY_31 - 9 / 24]):
        sheet.append(row)
    sheet["C2"].number_format = number_format
    assert cell(saved(book)) == "2026-05-31"


DAYS = ["2026年5月31日", "2026年05月31日 15:04", "2026 年 5 月 31 日", "2026년 5월 31일", "2026. 5. 31.", "2026.5.31."]
DAYS += [
    "２０２６年５月３１日",
    "２０２６／５／３１",
    "令和8年5月31日",
    "令和８年５月３１日",
    "民國115年5月31日",
    "民国115年5月31日",
    "R8.5.31",
]
DAYS += ["2026年5月31日（日）", "2026年5月31日 星期日", "2026年5月31日上午9:30", "2026년 5월 31일 오후 3:04"]


@pytest.mark.parametrize("text", DAYS)
def test_a_day_is_read_as_it_is_written_there(text: str) -> None:
    assert DayWidget().clean(text) == date(2026, 5, 31)


def test_the_first_year_of_an_era_and_the_era_before() -> None:
    assert DayWidget().clean("令和元年5月1日") == date(2019, 5, 1)
    assert DayWidget().clean("平成31年4月30日") == date(2019, 4, 30)


NONE = ["5月31日", "2026年5月", "2026年13月1日", "115/5/31", "46173", "昭和"]
# Of a year in two figures nobody knows the reign, and of two days nobody knows which.
NONE += [
    "15年3月10日",
    "12년 12월 12일",
    "26年5月31日",
    "26년 5월 31일",
]
SEVERAL = ["2026年5月31日〜6月3日", "2026年5月31日か6月1日", "2026年5月31日-6/3"]


@pytest.mark.parametrize(
    ("text", "fault"), [*((text, "no_clear_date") for text in NONE), *((text, "several_days") for text in SEVERAL)]
)
def test_what_names_no_whole_day_is_none(text: str, fault: str) -> None:
    with pytest.raises(Unreadable, match=fault):
        DayWidget().clean(text)
