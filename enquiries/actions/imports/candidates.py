"""What becomes of each row, asked of what is stored already."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from django.db.models import F, Func, QuerySet, TextField, Value

from enquiries.actions.imports.columns import LABELS, plain_address
from enquiries.actions.imports.faults import Fault, sentence
from enquiries.models import Lead
from mailings.rules import why_not_mailed

# Number in the file, and its cells by field.
Row = tuple[int, Mapping[str, str]]


class Kind(StrEnum):
    NEW = "new"
    KNOWN = "known"
    TWICE = "twice"
    REFUSED = "refused"


class Difference(NamedTuple):
    field: str
    stored: Any
    listed: Any


@dataclass
class Outcome:
    number: int
    kind: Kind
    # What the row would be as a lead; for a known one the lead that is stored.
    lead: Lead
    faults: list[Fault] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)

    @property
    def words(self) -> str:
        return in_words(self.faults)


def in_words(faults: Sequence[Any] | str) -> str:
    """As they are held in JSON; what the version before held are words already."""
    return faults if isinstance(faults, str) else " ".join(said(Fault(*fault)) for fault in faults)


def said(fault: Fault) -> str:
    words = sentence(fault)
    return f"{LABELS[fault.column]}: {words}" if fault.column else words


def key(cells: Mapping[str, str]) -> str:
    """By which two rows are one person: the address, or without one name and number together."""
    address = plain_address(cells.get("email", ""))
    return address if "@" in address else by_phone(cells.get("phone", ""), whole_name(cells))


def whole_name(cells: Mapping[str, str]) -> str:
    return cells.get("name") or f"{cells.get('given_name', '')} {cells.get('family_name', '')}"


def by_phone(phone: str, name: str) -> str:
    digits = "".join(letter for letter in phone if letter.isdecimal())
    return f"{digits} {' '.join(name.casefold().split())}" if digits else ""


def first_rows(rows: Iterable[Row]) -> dict[str, int]:
    """The number of the first row of each person."""
    found: dict[str, int] = {}
    for number, cells in rows:
        found.setdefault(key(cells), number)
    return found


class Stored:
    """What the site holds about the people of some rows, asked in three queries for all of them."""

    def __init__(self, rows: list[Row]) -> None:
        addresses = {plain_address(cells.get("email", "")) for _number, cells in rows} - {""}
        phones = {cells.get("phone", "") for _number, cells in rows if "@" not in cells.get("email", "")} - {""}
        leads = Lead.objects.select_related("merged_into").defer("search")
        numbered = leads.filter(pk__in=with_one_of(phones)) if phones else []
        self.leads = {by_phone(lead.phone, lead.name): lead for lead in numbered}
        self.leads |= {lead.email or "": lead for lead in leads.filter(email__in=addresses)}
        self.forbidden = why_not_mailed(addresses)


def with_one_of(phones: Iterable[str]) -> QuerySet[Any]:
    """By the index of how a number ends: one is written in many ways, and without an index all leads are read."""
    ends = [phone_end(Value(phone)) for phone in phones]
    return Lead.objects.exclude(phone="").alias(end=phone_end(F("phone"))).filter(end__in=ends).order_by().values("pk")


def phone_end(phone: Any) -> Func:
    return Func(phone, function="lead_phone_end", output_field=TextField())


def differences(stored: Lead, listed: Lead) -> list[Difference]:
    """What the list says otherwise. It stays as it is stored: staff correct it on its page, if the list is right."""
    pairs = ((name, getattr(stored, name), getattr(listed, name)) for name in ("name", "phone", "country"))
    return [Difference(*pair) for pair in pairs if pair[2] and pair[1] != pair[2]]
