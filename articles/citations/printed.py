"""A citation as PubMed prints it, `J. 2020;77(14):2771-2794. doi:…`, or as publishers do, `J 15, 1431-1441 (2021).`"""

import re
from typing import Any

from articles.citations import identifiers
from articles.citations.names import (
    ET_AL,
    ET_AL_ALONE,
    GROUP,
    LOWER,
    UPPER,
    initials_of,
    is_printed_name,
    may_be_family,
    printed_name,
)

NAMES = (
    "authors", "authors_truncated", "title", "journal", "year", "volume", "issue", "pages", "doi", "pmid", "pmcid",
)  # fmt: skip
SPACES = re.compile(r"[\s\u00a0\u2000-\u200b\u202f\u205f\u2060\u3000\ufeff]+")
DASH = "-\u2010-\u2015\u2212"
LABEL = re.compile(r"^\s*(?:(?:source|citation|reference|cite(?: as)?)s?\s*:|\[?[0-9]{1,3}[\].)])\s+", re.IGNORECASE)
PAGES = rf"[A-Za-z]*[0-9][0-9A-Za-z.]*(?:\s?[{DASH}]\s?[A-Za-z]*[0-9][0-9A-Za-z.]*)?"
# Digits, or Roman ones: else the last word of a journal without a volume would be one.
VOLUME = rf"(?:(?=[A-Za-z]*[0-9])|(?=[IVXLC]+\b))[0-9A-Za-z]+(?:[{DASH}/][0-9A-Za-z]+)?(?:\sSuppl(?:\s[0-9A-Z]+)?)?"
MONTHS = (
    rf"(?:\s+(?:[A-Z][a-z]{{2,8}}\.?)(?:[{DASH}/][A-Z][a-z]{{2,8}})?(?:\s+[0-9]{{1,2}}(?:[{DASH}][0-9]{{1,2}})?)?)?"
)
YEAR = "(?P<year>(?:18|19|20)[0-9]{2})"
# As APA prints it, whose titles and journals nothing parts.
YEAR_IN_FRONT = re.compile(rf"\({YEAR}[a-z]?(?:,[^()]*)?\)[.,:]?\s")
# Where in its journal the paper stands, each way at the end of what precedes the identifiers.
LOCATORS = [
    re.compile(
        rf"[.,]?\s+{YEAR}{MONTHS}\s*;\s*(?P<volume>{VOLUME})?\s*(?:\((?P<issue>[^()]+)\))?"
        rf"(?:\s*:\s*(?P<pages>{PAGES}(?:,\s?{PAGES})*))?\s*\.?$"
    ),
    re.compile(
        rf",?\s+(?P<volume>{VOLUME})\s*(?:\((?P<issue>[^()]+)\))?\s*(?:[,:]\s*(?P<pages>{PAGES}))?\s*\({YEAR}\)\s*\.?$"
    ),
    re.compile(rf"[.,]?\s+\({YEAR}\)\s*\.?$"),
    re.compile(rf"\.\s+{YEAR}{MONTHS}\s*\.?$"),
]
TRAILERS = re.compile(
    r"(?<=[.;])\s+\(?(?:Epub|Published (?:online |electronically )?(?=[0-9])|Published online|Available (?:from|at):?"
    r"|Accessed|eCollection|Online ahead of print|https?://).*$",
    re.IGNORECASE,
)
INVERTED = re.compile(
    rf"(?P<family>[^,.&;]{{1,60}}?),\s?(?P<given>(?:[{UPPER}]{{1,4}}[{LOWER}]?\.[ -]?)+)"
    r"(?:,\s(?P<suffix>Jr|Sr|II|III)\.?,?\s?)?"
)
BETWEEN = re.compile(r"\s*,\s*(?:&|and\s)?\s*|\s*(?:&|and\s)\s*")
# A full stop behind these ends no title: they are words of the journal's abbreviated name.
ABBREVIATIONS = """
acad acta adv allergy am ann annu appl arch arthritis assoc autoimmun behav biochem biol biomed br brain bull cell chem
clin commun crit curr cytol dev dis drug endocrinol engl eur exp front gastroenterol gene genet hematol hepatol hum
immunol inflamm int invest j leukoc life lond med mech microbiol mol mult n nat natl neurobiol neurol neurosci nucleic
open orthop pathol pharmacol pharm physiol proc prog psychiatry q rand regen rep res rev rheumatol scand sci scler stem
surg ther top tissue toxicol transl transplant trends trop
"""
JOURNAL_WORDS = set(ABBREVIATIONS.split())


def read_printed(text: str) -> dict[str, Any]:
    """What a printed citation says, by the names above; None for what it does not. Never raises, never guesses."""
    text = LABEL.sub("", SPACES.sub(" ", text).strip())
    citation: dict[str, Any] = dict.fromkeys(NAMES)
    ends = [len(text)]
    for name in ("doi", "pmid", "pmcid"):
        citation[name], begins = identifiers.find(name, text)
        ends.append(begins)
    head = TRAILERS.sub("", text[: min(ends)].strip(" .;,[(")).strip()
    authors, truncated, rest = split_authors(head)
    return {**citation, "authors": authors or None, "authors_truncated": truncated, **_where_and_what(rest)}


def _where_and_what(text: str) -> dict[str, Any]:
    for locator in LOCATORS:
        found = locator.search(text)
        if found:
            title, journal = split_journal(text[: found.start()].strip())
            return {"title": title, "journal": journal, **_located(found.groupdict())}
    of_apa = YEAR_IN_FRONT.search(text)
    if of_apa:
        return {"title": None, "year": int(of_apa["year"])}
    # Without a place in a journal nobody can tell a title from a journal.
    title = _plain_title(text) if text and not re.fullmatch(r"[\s.]*", text) else None
    return {"title": title}


def _located(found: dict[str, str | None]) -> dict[str, Any]:
    pages = found.get("pages")
    if pages:
        pages = re.sub(rf"\s?[{DASH}]\s?", "-", pages).rstrip(".")
    return {
        "year": int(found["year"] or 0),
        "volume": found.get("volume"),
        "issue": found.get("issue"),
        "pages": pages,
    }


def split_journal(text: str) -> tuple[str | None, str | None]:
    """A title and the journal behind it."""
    text = text.rstrip(". ")
    ends = [found.end() for found in re.finditer(r"[.?!][\"'”’»)\]]*\s+", text)]
    while len(ends) > 1 and _is_journal_word(text[ends[-2] : ends[-1]]):
        ends.pop()
    if not ends:
        return _plain_title(text), None
    return _plain_title(text[: ends[-1]]), text[ends[-1] :].strip(" .,") or None


def _is_journal_word(text: str) -> bool:
    text = text.strip()
    return text.endswith(".") and text[:1].isupper() and text.rstrip(".").lower() in JOURNAL_WORDS


def _plain_title(text: str) -> str | None:
    text = text.strip()
    text = re.sub(r"(?<![.])\.([\"”’»]?)$", r"\1", text).strip()
    wrapped = re.fullmatch(r"[\"“«„]([^\"“”«»„]+)[\"”»“]", text)
    text = (wrapped[1] if wrapped else text).strip().removesuffix(".")
    opened = sum(map(text.count, "“«„"))
    if text[-1:] in "”»" and opened == 0:
        # A closing quotation mark that closes nothing.
        text = text[:-1].rstrip(" .")
    return text or None


def split_authors(text: str) -> tuple[list[str], bool, str]:
    """Authors as they are stored, whether there are more, and what follows them."""
    return _family_comma_initials(text) or _family_initials(text) or ([], False, text)


def _family_comma_initials(text: str) -> tuple[list[str], bool, str] | None:
    """`Shi, M., Li, YY. & Xu, R.-N. et al. Title`"""
    authors, place = [], 0
    while found := INVERTED.match(text, place):
        family = found["family"].strip()
        if not all(map(may_be_family, family.split())) or is_printed_name(family):
            break
        suffix = f" {found['suffix']}" if found["suffix"] else ""
        authors.append(f"{family} {_squeezed(found['given'])}{suffix}")
        place = found.end()
        between = BETWEEN.match(text, place)
        more = re.compile(r",?\s*et\.?\s+al\.?,?\s*", re.IGNORECASE).match(text, place)
        if more:
            return authors, True, text[more.end() :].lstrip(" :")
        if not between:
            break
        place = between.end()
    return (authors, False, text[place:].lstrip(" :")) if authors else None


def _squeezed(given: str) -> str:
    letters = re.sub(r"[.\s-]", "", given)
    return letters if letters.isupper() else initials_of(given) if " " in given.strip() else letters


def _family_initials(text: str) -> tuple[list[str], bool, str] | None:
    """`López Quiceno L, Stark J. W., et al. Title`: up to the last full stop before which stand only names."""
    best = None
    for found in re.finditer(r"[.:]\s+|\bet\.?\s+al\.?,?\s+(?=\S)", text):
        ends_in_et_al = found[0].lower().startswith("et")
        names = ET_AL.sub("", text[: found.start()]).rstrip(", ")
        entries = [part for part in re.split(r"\s*[,;]\s*(?:(?:and|&)\s+)?|\s+(?:and|&)\s+", names) if part]
        # A group may stand behind the people: "Panés J, et al; Example Study Group."
        parts = [part for part in entries if not ET_AL_ALONE.fullmatch(part)]
        if not parts or not all(map(_is_author, parts)):
            if best:
                break
            continue
        truncated = ends_in_et_al or len(parts) < len(entries) or ET_AL.search(text[: found.start()]) is not None
        best = (list(map(_stored, parts)), truncated, text[found.end() :].lstrip(" :"))
    return best


def _is_author(part: str) -> bool:
    return is_printed_name(part) or _is_group(part)


def _is_group(part: str) -> bool:
    return part[:1].isupper() and ". " not in part and len(part.split()) <= 12 and bool(GROUP.search(part))


def _stored(part: str) -> str:
    return printed_name(part) if is_printed_name(part) else part
