"""Whether the clock of a time zone can be that of a country, by the tables that lie beside the zones themselves."""

import re
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from zoneinfo import TZPATH, ZoneInfo, ZoneInfoNotFoundError

# Of the part of an American address that stands where others name their country.
STATE_AND_ZIP = re.compile(r"\b[A-Z]{2},? \d{5}(-\d{4})?$")
OTHER_NAMES = {"United States": "US", "USA": "US", "U.S.A.": "US", "United Kingdom": "GB", "UK": "GB", "England": "GB"}


@lru_cache(maxsize=1)
def countries() -> dict[str, str]:
    """The code of each by its English name; without the tables only those that have several names."""
    return {**{name: code for code, name in rows_of("iso3166.tab")}, **OTHER_NAMES}


@lru_cache(maxsize=1)
def zones() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for code, _place, name, *_comment in rows_of("zone.tab"):
        found.setdefault(code, []).append(name)
    return found


def rows_of(name: str) -> list[list[str]]:
    """Nothing where the machine has no such table: then nobody is warned."""
    table = next((path for folder in TZPATH if (path := Path(folder) / name).is_file()), None)
    lines = table.read_text(encoding="utf-8").splitlines() if table else []
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def country_in(address: str) -> str:
    """The code of the country that the address ends with; empty where it names none that is known."""
    end = address.strip().replace("\n", ",").rpartition(",")[2].strip(" .\r")
    known = {name.casefold(): code for name, code in countries().items()}
    return known.get(end.casefold(), "US" if STATE_AND_ZIP.search(address.strip()) else "")


def fits(zone: ZoneInfo, country: str, year: int) -> bool:
    """By its clock in winter and in summer, since a zone has many names; true of a country whose zones are unknown."""
    known = [clock(ZoneInfo(name), year) for name in zones().get(country, []) if is_here(name)]
    return not known or clock(zone, year) in known


def is_here(name: str) -> bool:
    try:
        return bool(ZoneInfo(name))
    except ZoneInfoNotFoundError:
        return False


def clocks(country: str, moment: datetime) -> set[datetime]:
    """What the clocks of a country say at a moment, as readings of the wall; one where all its zones agree."""
    return {moment.astimezone(zone).replace(tzinfo=None) for zone in zones_of(country)}


def moment_of(country: str, clock: datetime) -> datetime:
    """When the clock of a country that has one says this."""
    return clock.replace(tzinfo=zones_of(country)[0])


def zones_of(country: str) -> list[ZoneInfo]:
    return [ZoneInfo(name) for name in zones().get(country, []) if is_here(name)]


def clock(zone: ZoneInfo, year: int) -> list[object]:
    return [datetime(year, month, 1, tzinfo=UTC).astimezone(zone).utcoffset() for month in (1, 7)]
