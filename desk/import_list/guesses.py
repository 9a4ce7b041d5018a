"""Which field each column of a list goes into: guesses, which somebody looks at before they count."""

from desk.import_list.headings import meaning
from enquiries.actions.imports.columns import SEVERAL
from enquiries.actions.imports.stops import is_stop
from foundation.addresses import PLAIN

# Rows in which a column without a heading must show an address. Further down one stands in any column of notes.
LOOKED_AT = 3


def guess(headings: list[str], columns: list[list[str]]) -> list[str]:
    """For each column a field; only those that may be several more than once. columns: the values of each."""
    found: list[str] = []
    for heading, values in zip(headings, columns, strict=True):
        field = meaning(heading) or ("status" if any(map(is_stop, set(values))) else "")
        field = "other_email" if field == "email" and "email" in found else field
        found.append("" if field in found and field not in SEVERAL else field)
    return found if "email" in found else with_addresses(found, columns)


def with_addresses(found: list[str], columns: list[list[str]]) -> list[str]:
    """No heading says where the addresses are, so their look does."""
    for place, values in enumerate(columns):
        if not found[place] and any(PLAIN.fullmatch(value) for value in values[:LOOKED_AT]):
            return [*found[:place], "email", *found[place + 1 :]]
    return found
