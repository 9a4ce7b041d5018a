"""The one table of what a citation has: schema, form, readers, writers and pages go by it."""

from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from articles.citations import identifiers


class Field(NamedTuple):
    """Of each format the names it has there: the first is written, and the first that is there is read."""

    name: str
    label: Any
    # What good looks like, for who types it.
    help: Any
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
    # To some readers of schemas a line break may follow what `$` ends.
    return {"type": "string", "pattern": rf"^{shape}$(?!\n)"}


FIELDS = [
    Field(
        "authors", _("Authors"), _("One a line, family name and initials as printed: Smith JA"), NAMES, required=True,
        ris=("AU", "A1"), bibtex=("author",), csl=("author",), nbib=("AU", "FAU", "CN"),
    ),
    Field(
        "authors_truncated", _("There are more authors (print “et al.”)"),
        _("Tick it when only the first ones stand above."), FLAG,
    ),
    Field(
        "title", _("Title of the paper"), _("As printed, without a full stop at its end."), LINE, required=True,
        ris=("TI", "T1"), bibtex=("title",), csl=("title",), nbib=("TI",),
    ),
    Field(
        "journal", _("Journal"), _("The usual short form, such as Stem Cells Transl Med."), LINE, required=True,
        # Abbreviated before in full: that is how both styles print it.
        ris=("JO", "JA", "J2", "J1", "JF", "T2"), bibtex=("journal", "journaltitle", "shortjournal"),
        csl=("container-title-short", "container-title"), nbib=("TA", "JT"),
    ),
    Field(
        "year", _("Year"), _("Of the issue; of an article online first, the year it came online."), YEAR, required=True,
        ris=("PY", "Y1", "DA"), bibtex=("year", "date"), csl=("issued",), nbib=("DP",),
    ),
    Field(
        "volume", _("Volume"), _("The number alone, such as 15."), LINE,
        ris=("VL",), bibtex=("volume",), csl=("volume",), nbib=("VI",),
    ),
    Field(
        "issue", _("Issue"), _("The number alone; empty if there is none."), LINE,
        ris=("IS",), bibtex=("number", "issue"), csl=("issue",), nbib=("IP",),
    ),
    Field(
        "pages", _("Pages or article number"), _("Such as 1431-1441; an article without pages has a number."), PAGES,
        ris=("SP", "EP"), bibtex=("pages", "eid"), csl=("page",), nbib=("PG",),
    ),
    Field(
        "doi", "DOI", _("Begins with 10., without https://doi.org/ before it."), {"$ref": "#/$defs/doi"}, shape="doi",
        ris=("DO", "UR"), bibtex=("doi", "url"), csl=("DOI", "URL"), nbib=("LID", "AID"),
    ),
    Field(
        "pmid", "PMID", _("The number that PubMed has below the abstract."), number(identifiers.PMID), shape="pmid",
        ris=("AN",), bibtex=("pmid", "note"), csl=("PMID", "note"), nbib=("PMID",),
    ),
    Field(
        "pmcid", "PMCID", _("Begins with PMC; only papers that are free to read have one."),
        number(identifiers.PMCID), shape="pmcid",
        ris=("C2", "N1"), bibtex=("pmcid", "pmc", "note"), csl=("PMCID", "note"), nbib=("PMC",),
    ),
    Field(
        "nct", _("Trial registration"), _("The number in the register, such as NCT01234567."),
        {"$ref": "#/$defs/registration"}, shape="nct",
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
