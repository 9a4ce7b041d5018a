"""What becomes of each row, asked of what is stored already."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from django.db.models import F, Func, QuerySet, TextField

from enquiries.actions.imports import telephones
from enquiries.actions.imports.columns import LABELS, address_of, whole_name
from enquiries.actions.imports.faults import Fault, sentence
from enquiries.actions.imports.stops import stop_of
from enquiries.folding import fold
from enquiries.models import Lead
from mailings.models import Why
from mailings.models.why import SAID_BY_THE_PERSON
from mailings.rules import reasons_against

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
    # What of the row could not be read; the person comes in without it.
    remarks: list[Fault] = field(default_factory=list)
    # For the timeline, also of whom we know.
    note: str = ""
    # That the list itself says of them that they want no mail, or get none.
    stop: Fault | None = None
    erased_on: date | None = None
    # Why nothing may go to one of their addresses.
    forbidden: Why | None = None

    @property
    def words(self) -> str:
        return in_words(self.faults)

    @property
    def remarks_in_words(self) -> str:
        return in_words(self.remarks)


def in_words(faults: Sequence[Any] | str) -> str:
    """As they are held in JSON; what the version before held are words already."""
    return faults if isinstance(faults, str) else " ".join(said(Fault(*fault)) for fault in faults)


def said(fault: Fault) -> str:
    words = sentence(fault)
    return f"{LABELS[fault.column]}: {words}" if fault.column else words


def key(cells: Mapping[str, str]) -> str:
    """By which two rows are one person: the address, or without one name and number together."""
    return address_of(cells.get("email", "")) or by_phone(cells.get("phone", ""), whole_name(cells))


def addresses_of(cells: Mapping[str, str]) -> set[str]:
    """All that a row names."""
    return set(map(address_of, [cells.get("email", ""), *cells.get("others", "").split("\n")])) - {""}


def known_by(cells: Mapping[str, str]) -> list[str]:
    """All by which the site may know the person of a row, what stands for them first."""
    more = [by_phone(cells.get("phone", ""), whole_name(cells))]
    return list(dict.fromkeys(filter(None, [key(cells), *sorted(addresses_of(cells)), *more])))


def by_phone(phone: str, name: str) -> str:
    digits = telephones.same(phone)
    return f"{digits} {same_name(name)}" if digits else ""


def same_name(name: str) -> str:
    """Equal for "Müller, Zoë" and "Zoe Mueller"."""
    words = ("".join(filter(str.isalnum, word)) for word in fold(name).split())
    return " ".join(sorted(re.sub("(?<=[aou])e", "", word) for word in words if word))


class Listed:
    """What the whole list says of its people, wherever in it one of their rows stands. headings: by field."""

    def __init__(self, rows: Iterable[Row], headings: Mapping[str, str]) -> None:
        self.headings = headings
        # The number of the first row of each person.
        self.first: dict[str, int] = {}
        self.stops: dict[str, Fault] = {}
        for number, cells in rows:
            person = key(cells)
            self.first.setdefault(person, number)
            if stop := stop_of(cells):
                self.stops |= dict.fromkeys({person, *addresses_of(cells)} - {"", *self.stops}, stop)

    def stop(self, cells: Mapping[str, str]) -> Fault | None:
        found = (self.stops.get(name) for name in [key(cells), *sorted(addresses_of(cells))])
        return next(filter(None, found), None)


class Stored:
    """What the site holds about the people of some rows, asked in three queries for all of them."""

    def __init__(self, rows: list[Row]) -> None:
        addresses = set().union(*(addresses_of(cells) for _number, cells in rows))
        phones = {cells.get("phone", "") for _number, cells in rows if not address_of(cells.get("email", ""))} - {""}
        leads = Lead.objects.select_related("merged_into").defer("search")
        numbered = leads.filter(pk__in=with_one_of(phones)) if phones else []
        self.leads = {by_phone(lead.phone, lead.name): lead for lead in numbered}
        self.leads |= {lead.email or "": lead for lead in leads.filter(email__in=addresses)}
        self.reasons = reasons_against(addresses)

    def lead(self, cells: Mapping[str, str]) -> Lead | None:
        """By a further address, too; who has one does not become another's lead by a number that both have."""
        found = (self.leads.get(name) for name in [key(cells), *sorted(addresses_of(cells))] if name)
        return next(filter(None, found), None)

    def forbidden(self, cells: Mapping[str, str]) -> Why | None:
        """Of a further address, what its person said: that it is dead says nothing of the first."""
        first = address_of(cells.get("email", ""))
        further = [why for name in sorted(addresses_of(cells)) for why in self.reasons.get(name, [])]
        said = [why for why in further if why in SAID_BY_THE_PERSON]
        return next(iter([*self.reasons.get(first, []), *said]), None)


def with_one_of(phones: Iterable[str]) -> QuerySet[Any]:
    """By the index of how a number ends: one is written in many ways, and without an index all leads are read."""
    ends = set().union(*map(telephones.ends, phones))
    return Lead.objects.exclude(phone="").alias(end=phone_end(F("phone"))).filter(end__in=ends).order_by().values("pk")


def phone_end(phone: Any) -> Func:
    return Func(phone, function="lead_phone_end", output_field=TextField())


def differences(stored: Lead, listed: Lead) -> list[Difference]:
    """What the list says otherwise. It stays as it is stored: staff correct it on its page, if the list is right."""
    pairs = ((name, getattr(stored, name), getattr(listed, name)) for name in ("name", "phone", "country"))
    return [Difference(*pair) for pair in pairs if pair[2] and pair[1] != pair[2]]
