"""The one table of what a citation has: schema, form, readers, writers and pages go by it."""

from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from articles.citations import identifiers


class Field(NamedTuple):
    """Of each format the names it has there: the first is written, and the first that is there is read."""

    name: str
    label: Any
    json: dict[str, Any]
    # Without it nothing is published.
    required: bool = False
    # By which of the identifiers it is checked and found.
    shape: str | None = None
    ris: tuple[str, ...] = ()
    bibtex: tuple[str, ...] = ()
    csl: tuple[str, ...] = ()
    nbib: tuple[str, ...] = ()


LINE = {"$ref": "#/$defs/line"}
NAMES = {"type": "array", "minItems": 1, "items": LINE, "description": "Family name and initials, in their order."}
FLAG = {"type": "boolean", "description": "More authors than are listed: print et al."}
YEAR = {"type": "integer", "minimum": 1900, "maximum": 2100}
PAGES = {"description": "A page range, or the article number.", **LINE}


def number(shape: str) -> dict[str, Any]:
    return {"type": "string", "pattern": f"^{shape}$"}


FIELDS = [
    Field(
        "authors", _("Authors"), NAMES, required=True,
        ris=("AU", "A1"), bibtex=("author",), csl=("author",), nbib=("AU", "FAU", "CN"),
    ),
    Field("authors_truncated", _("There are more authors (print “et al.”)"), FLAG),
    Field(
        "title", _("Title of the paper"), LINE, required=True,
        ris=("TI", "T1"), bibtex=("title",), csl=("title",), nbib=("TI",),
    ),
    Field(
        "journal", _("Journal"), LINE, required=True,
        # Abbreviated before in full: that is how both styles print it.
        ris=("JO", "JA", "J2", "J1", "JF", "T2"), bibtex=("journal", "journaltitle", "shortjournal"),
        csl=("container-title-short", "container-title"), nbib=("TA", "JT"),
    ),
    Field(
        "year", _("Year"), YEAR, required=True,
        ris=("PY", "Y1", "DA"), bibtex=("year", "date"), csl=("issued",), nbib=("DP",),
    ),
    Field("volume", _("Volume"), LINE, ris=("VL",), bibtex=("volume",), csl=("volume",), nbib=("VI",)),
    Field("issue", _("Issue"), LINE, ris=("IS",), bibtex=("number", "issue"), csl=("issue",), nbib=("IP",)),
    Field(
        "pages", _("Pages or article number"), PAGES,
        ris=("SP", "EP"), bibtex=("pages", "eid"), csl=("page",), nbib=("PG",),
    ),
    Field(
        "doi", "DOI", {"$ref": "#/$defs/doi"}, shape="doi",
        ris=("DO", "UR"), bibtex=("doi", "url"), csl=("DOI", "URL"), nbib=("LID", "AID"),
    ),
    Field(
        "pmid", "PMID", number(identifiers.PMID), shape="pmid",
        ris=("AN",), bibtex=("pmid", "note"), csl=("PMID", "note"), nbib=("PMID",),
    ),
    Field(
        "pmcid", "PMCID", number(identifiers.PMCID), shape="pmcid",
        ris=("C2", "N1"), bibtex=("pmcid", "pmc", "note"), csl=("PMCID", "note"), nbib=("PMC",),
    ),
    Field(
        "nct", _("Trial registration"), {"$ref": "#/$defs/registration"}, shape="nct",
        ris=("N1",), bibtex=("note",), csl=("note",), nbib=("SI",),
    ),
]  # fmt: skip
BY_NAME = {field.name: field for field in FIELDS}


def schema() -> dict[str, Any]:
    """Of the citation in an article's content."""
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {field.name: field.json for field in FIELDS},
    }


def tags_of(form: str) -> set[str]:
    """Every name that a format gives one of our fields."""
    return {tag for field in FIELDS for tag in getattr(field, form)}
