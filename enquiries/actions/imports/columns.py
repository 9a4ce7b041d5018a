"""The fields that a column of a list may go into, and how a cell is read for each."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy
from import_export.widgets import Widget

from enquiries.actions.imports import telephones
from enquiries.actions.imports.country_names import country_code
from enquiries.actions.imports.day_signs import in_numbers
from enquiries.actions.imports.faults import RowFault, Unreadable
from enquiries.actions.imports.month_names import in_english
from enquiries.actions.imports.several_days import are_several, has_another
from enquiries.folding import fold
from enquiries.rules import is_far_off
from foundation.addresses import AddressFormField, with_ascii_domain
from foundation.models import ClinicProfile

LABELS: dict[str, Any] = {
    "name": gettext_lazy("Name"),
    "given_name": gettext_lazy("First name"),
    "middle_name": gettext_lazy("Middle name"),
    "family_name": gettext_lazy("Last name"),
    "email": gettext_lazy("E-mail address"),
    "other_email": gettext_lazy("Further e-mail address"),
    "phone": gettext_lazy("Telephone"),
    "country": gettext_lazy("Country"),
    "next_action": gettext_lazy("Next action"),
    "next_action_on": gettext_lazy("Next action on"),
    "owner": gettext_lazy("Owner, by e-mail address or name"),
    "created_at": gettext_lazy("Received on"),
    "note": gettext_lazy("Note"),
    "stopped": gettext_lazy("Asked to stop"),
    "bounced": gettext_lazy("Mail came back"),
    "may_mail": gettext_lazy("May be mailed"),
    "status": gettext_lazy("Status"),
}
REACHES = ("email", "phone")
# Programs write a column for each telephone and each kind of mail. Of all others the first is meant.
SEVERAL = {"phone", "other_email", "country", "note", "stopped", "bounced", "may_mail", "status"}
# What people write where they have nothing to write.
NO_WORDS = "- -- – — ? / . 0 n/a na n.a. none null nil unknown k.a. tbd keine kein unbekannt aucun inconnu ninguno"
NO_WORDS += " desconocido nessuno nvt brak yok"
NOTHING = {"", *NO_WORDS.split()}

LONGEST = {"name": 200, "phone": 40, "next_action": 200}
# A list that names another day than these mistyped it.
EARLIEST, LATEST = date(1990, 1, 1), date(2100, 1, 1)
DAY_FORMATS = [
    *("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%d.%m.%Y", "%d.%m.%y"),
    *("%d %B %Y", "%d %b %Y", "%B %d %Y", "%b %d %Y", "%d %B %y", "%d %b %y"),
]
# 3/4/2026 is two days.
EITHER = ("%d/%m/%Y", "%m/%d/%Y", "%d/%m/%y", "%m/%d/%y")
# With "PM" and "GMT+2" or without.
TIME = re.compile(r"[ T]\s*\d{1,2}:\d\d.*$|T$")
# Python takes any sign between day and hour, and what is behind this one for an hour.
SPAN = re.compile(r"\d{4}-\d\d-\d\d[^T\s]")
NAMED_MONTH = re.compile(r"[-/.,\s]+(?=[^\W\d_])|(?<=[^\W\d_])[-/.,\s]+")
# Made once: it is asked thousands of times in a row.
ADDRESS = AddressFormField(required=False, max_length=254)
NAMED = re.compile(r"[^<>@]*<\s*([^<>\s]+@[^<>\s]+)\s*>")
BETWEEN_ADDRESSES = re.compile(r"(?:[;,\s]|:::)+")


def plain_address(cell: str) -> str:
    """As it is stored; also for what is no address."""
    text = cell.strip(" <>;,").removeprefix("mailto:")
    return with_ascii_domain(text).lower() if "@" in text else text


# No address is longer. A cell may hold ten thousand letters in its place, and the cache below would keep them.
LONGEST_ADDRESS = 300


def address_of(cell: str) -> str:
    """As it is stored; empty for what is no address."""
    cell = cell.strip()
    return stored_address(cell) if len(cell) <= LONGEST_ADDRESS else ""


# The same few are asked for again and again: for the key of a row, for its lock and for its lead.
@lru_cache(maxsize=10_000)
def stored_address(cell: str) -> str:
    try:
        return ADDRESS.clean(plain_address(cell)) or ""
    except ValidationError:
        return ""


def addresses(cell: str) -> list[str]:
    """Each of several in one cell; what is none of these forms stays whole, since half of it is somebody else's."""
    found = [NAMED.fullmatch(part) for part in re.split(r"[;\n]|:::", cell.strip(" ;,\n"))]
    if cell and all(found):
        return [match[1] for match in found if match]
    parts = list(filter(None, BETWEEN_ADDRESSES.split(cell)))
    return parts if all("@" in part for part in parts) else [cell]


def by_field(columns: Iterable[str], cells: Iterable[str]) -> dict[str, str]:
    """The cells of one row that somebody chose a field for; "others" is what the lead has no second field for."""
    found: dict[str, str] = {}
    for name, cell in zip(columns, cells, strict=True):
        if name and cell:
            found[name] = f"{found[name]}\n{cell}" if found.get(name) and name in SEVERAL else found.get(name) or cell
    return with_one_of_each(found)


def with_one_of_each(cells: dict[str, str]) -> dict[str, str]:
    email, *emails = [*addresses(cells.get("email", "")), *addresses(cells.get("other_email", "")), ""]
    phone, phones = telephones.several(cells.get("phone", ""), LONGEST["phone"])
    country = cells.get("country", "").split("\n")[0]
    others = "\n".join(dict.fromkeys(filter(None, [*emails, *phones])))
    one = {"email": email, "phone": phone, "country": country, "others": others}
    return {name: cell for name, cell in {**cells, **one}.items() if cell}


def whole_name(cells: Mapping[str, str]) -> str:
    parts = (cells.get(name, "") for name in ("given_name", "middle_name", "family_name"))
    return cells.get("name") or " ".join(filter(None, parts))


class TextWidget(Widget):
    """One line of text that fits: what is too long is refused, since nobody would miss the end that was cut off."""

    def __init__(self, longest: int) -> None:
        super().__init__()
        self.longest = longest

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        text = " ".join(value.split())
        if len(text) > self.longest:
            raise Unreadable(RowFault.TOO_LONG, count=self.longest)
        return text


class NameWidget(TextWidget):
    def clean(self, value: Any, row: Mapping[str, str] | None = None, **kwargs: Any) -> str:
        return super().clean(value or whole_name(row or {}))


class AddressWidget(Widget):
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str | None:
        found = address_of(value)
        if value and not found:
            raise Unreadable(RowFault.NO_ADDRESS, value=value[:100])
        return found or None


class PhoneWidget(TextWidget):
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        text = super().clean(telephones.plain(value))
        if telephones.ROUNDED.fullmatch(text):
            raise Unreadable(RowFault.ROUNDED_NUMBER, value=text[:40])
        if text and sum(letter.isdecimal() for letter in text) < 3:
            raise Unreadable(RowFault.NO_NUMBER, value=value[:40])
        return text


class CountryWidget(Widget):
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        code = country_code(value)
        if value and not code:
            raise Unreadable(RowFault.NO_COUNTRY, value=value[:60])
        return code


class DayWidget(Widget):
    """clinic: where a moment that is told in UTC falls on a day. Looked up once for all rows."""

    clinic = ClinicProfile()

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> date | None:
        text = in_numbers(" ".join(value.split()))
        if not text:
            return None
        found = self.moment(text) or days(text)
        if len(found) != 1 or not EARLIEST <= min(found) <= LATEST:
            fault = RowFault.SEVERAL_DAYS if are_several(text) else RowFault.NO_CLEAR_DATE
            raise Unreadable(fault, value=text[:40])
        return found.pop()

    def moment(self, text: str) -> set[date]:
        """Of a time beside the day, as programs write it."""
        if SPAN.match(text):
            return set()
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            return set()
        if found.tzinfo is None:
            return {shown_day(found)}
        return {(found if found.utcoffset() else found.astimezone(self.clinic.zone)).date()}


def shown_day(moment: datetime) -> date:
    """The nearest day. Of one with hours to be read only when these are a midnight in another zone of Europe, or one
    that lost some seconds on its way through a program: three in the afternoon is no tomorrow."""
    is_midnight = moment.minute == 59 or not (moment.minute % 15 or moment.second)
    return (moment + timedelta(hours=3 if is_midnight else 0)).date()


def days(text: str) -> set[date]:
    """Every day that it may mean."""
    time = TIME.search(text)
    if time and has_another(time[0]):
        return set()
    day = " ".join(TIME.sub("", text).replace(",", " ").split())
    return parsed(NAMED_MONTH.sub(" ", in_english(day)), DAY_FORMATS) or parsed(re.sub(r"[-.]", "/", day), EITHER)


def parsed(text: str, formats: Iterable[str]) -> set[date]:
    found = set()
    for form in formats:
        try:
            found.add(datetime.strptime(text, form).date())
        except ValueError:
            continue
    return found


class PlannedDayWidget(DayWidget):
    """Of a next action: nobody is put off for years by a list, nor comes in overdue by years."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> date | None:
        day = super().clean(value)
        if day and is_far_off(day, self.clinic.today()):
            raise Unreadable(RowFault.FAR_OFF, value=" ".join(value.split())[:40])
        return day


class MomentWidget(DayWidget):
    """The beginning of a day that is over or has begun, where the clinic is."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        day = super().clean(value)
        if day and day > self.clinic.today():
            raise Unreadable(RowFault.STILL_TO_COME, value=value[:40])
        return datetime.combine(day, time(), self.clinic.zone) if day else None


class OwnerWidget(Widget):
    """owners: who may own a lead, by address and by name. Looked up once for all rows."""

    owners: Mapping[str, Any] = {}

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        found = self.owners.get(owner_key(value))
        if value and not found:
            raise Unreadable(RowFault.NOBODY_HERE, value=value[:100])
        return found


def owner_key(text: str) -> str:
    return plain_address(text) if "@" in text else " ".join(fold(text).split())


def owners(staff: Iterable[Any]) -> dict[str, Any]:
    """A name that two have is nobody's."""
    found: dict[str, Any] = {}
    for member in staff:
        name = owner_key(str(member))
        found[name] = None if name in found else member
        found[member.email.lower()] = member
    return found
