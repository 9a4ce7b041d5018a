from datetime import date

import pytest

from enquiries.actions.imports.columns import DayWidget
from enquiries.actions.imports.faults import Unreadable

pytestmark = pytest.mark.pure

SEVERAL = [
    *("3.-5. May 2026", "3.–5. Mai 2026", "3 - 5 May 2026", "3. bis 5. Mai 2026", "May 3-5, 2026"),
    "du 3 au 5 mai 2026",
    *("30 May - 2 June 2026", "30 May 2026 to 2 June 2026", "May 30 – June 2, 2026"),
    *("3.-5.5.2026", "03.05.2026 – 05.05.2026", "3.5.-5.5.2026", "5/3/2026-5/5/2026", "3-5/5/2026"),
    *("2026-05-03/2026-05-05", "2026-05-03/05", "2026-05-03-05", "2026-05-03–05"),
    *("2026-05-03 - 2026-05-05", "2026-05-03 and 2026-05-05"),
    *("2026-05-03 10:00 - 2026-05-05 12:00", "3 May 2026 10:00 – 5 May 2026 12:00", "03.05.2026 10:00 - 05.05.2026"),
]
ONE = [
    *("3 May 2026", "2026-05-03", "2026-05-03 10:00 - 11:30", "2026-05-03T10:00:00.123-05:00"),
    *("03.05.2026 10:00:00", "2026-05-03 10:00:00 GMT+0200", "May 3, 2026, 10:00 a.m."),
]
NEITHER = ["3.-5. May", "soon", "3/4/2026", "46173", "2026-13-01", "3-5-2026", "+49 170 123 45 67", "May 2026"]


@pytest.mark.parametrize("text", SEVERAL)
def test_of_several_days_it_is_said_to_write_one(text: str) -> None:
    with pytest.raises(Unreadable, match="several_days"):
        DayWidget().clean(text)


@pytest.mark.parametrize("text", ONE)
def test_one_day_with_a_time_is_that_day(text: str) -> None:
    assert DayWidget().clean(text) == date(2026, 5, 3)


@pytest.mark.parametrize("text", NEITHER)
def test_what_is_no_day_is_not_called_several(text: str) -> None:
    with pytest.raises(Unreadable, match="no_clear_date"):
        DayWidget().clean(text)
