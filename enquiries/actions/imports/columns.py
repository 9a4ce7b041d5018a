"""The fields that a column of a list may go into, and how a cell is read for each."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy
from django_countries import countries
from import_export.widgets import Widget

from enquiries import rules
from enquiries.actions.imports.faults import RowFault, Unreadable
from foundation.addresses import AddressFormField, with_ascii_domain
from foundation.models import ClinicProfile

LABELS: dict[str, Any] = {
    "name": gettext_lazy("Name"),
    "given_name": gettext_lazy("First name"),
    "family_name": gettext_lazy("Last name"),
    "email": gettext_lazy("E-mail address"),
    "phone": gettext_lazy("Telephone"),
    "country": gettext_lazy("Country"),
    "next_action": gettext_lazy("Next action"),
    "next_action_on": gettext_lazy("Next action on"),
    "owner": gettext_lazy("Owner, by e-mail address"),
    "created_at": gettext_lazy("Received on"),
    "note": gettext_lazy("Note"),
}
REACHES = ("email", "phone")

LONGEST = {"name": 200, "phone": 40, "next_action": 200, "note": 5000}
# A list that names another day than these mistyped it.
EARLIEST, LATEST = date(1990, 1, 1), date(2100, 1, 1)
DAY_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%d.%m.%y", "%d %B %Y", "%d %b %Y", "%B %d, %Y", "%b %d, %Y")
SLASHED = ("%d/%m/%Y", "%m/%d/%Y")
# Made once: it is asked thousands of times in a row.
ADDRESS = AddressFormField(required=False, max_length=254)
# What people write and no list of countries has.
SPOKEN = {"USA": "US", "U.S.A.": "US", "AMERICA": "US", "UK": "GB", "U.K.": "GB", "ENGLAND": "GB", "HOLLAND": "NL"}


def plain_address(cell: str) -> str:
    """As it is stored; also for what is no address."""
    text = cell.strip(" <>;,").removeprefix("mailto:")
    return with_ascii_domain(text).lower() if "@" in text else text


class TextWidget(Widget):
    """One line of text that fits: what is too long is refused, since nobody would miss the end that was cut off."""

    def __init__(self, longest: int, *, several_lines: bool = False) -> None:
        super().__init__()
        self.longest, self.several_lines = longest, several_lines

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        text = value if self.several_lines else " ".join(value.split())
        if len(text) > self.longest:
            raise Unreadable(RowFault.TOO_LONG, count=self.longest)
        return text


class NameWidget(TextWidget):
    def clean(self, value: Any, row: Mapping[str, str] | None = None, **kwargs: Any) -> str:
        parts = row or {}
        return super().clean(value or f"{parts.get('given_name', '')} {parts.get('family_name', '')}")


class AddressWidget(Widget):
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str | None:
        try:
            return ADDRESS.clean(plain_address(value)) or None
        except ValidationError as error:
            raise Unreadable(RowFault.NO_ADDRESS, value=value[:100]) from error


class PhoneWidget(TextWidget):
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        text = super().clean(value)
        if text and sum(letter.isdecimal() for letter in text) < 3:
            raise Unreadable(RowFault.NO_NUMBER, value=value[:40])
        return text


class CountryWidget(Widget):
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        text = " ".join(value.split())
        code = SPOKEN.get(text.upper()) or rules.country_code(text) or countries.alpha2(text.upper())
        if text and not code:
            raise Unreadable(RowFault.NO_COUNTRY, value=text[:60])
        return code


class DayWidget(Widget):
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> date | None:
        text = " ".join(value.split())
        if not text:
            return None
        # A spreadsheet gives a time with every day.
        found = days(text, DAY_FORMATS) or days(text.split(" ")[0].split("T")[0], (*DAY_FORMATS[:3], *SLASHED))
        if len(found) != 1 or not EARLIEST <= min(found) <= LATEST:
            raise Unreadable(RowFault.NO_CLEAR_DATE, value=text[:40])
        return found.pop()


def days(text: str, formats: tuple[str, ...]) -> set[date]:
    """Every day that it may mean: 3/4/2026 means two."""
    found = set()
    for form in formats:
        try:
            found.add(datetime.strptime(text, form).date())
        except ValueError:
            continue
    return found


class MomentWidget(DayWidget):
    """The beginning of a day that is over or has begun, where the clinic is. Looked up once for all rows."""

    clinic = ClinicProfile()

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        day = super().clean(value)
        if day and day > self.clinic.today():
            raise Unreadable(RowFault.STILL_TO_COME, value=value[:40])
        return datetime.combine(day, time(), self.clinic.zone) if day else None


class OwnerWidget(Widget):
    """owners: who works here, by address. Looked up once for all rows."""

    owners: Mapping[str, Any] = {}

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        address = plain_address(value)
        if address and address not in self.owners:
            raise Unreadable(RowFault.NOBODY_HERE, value=value[:100])
        return self.owners.get(address)
