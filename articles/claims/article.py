"""What is wrong with an article as a whole, beside what single sentences claim."""

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from articles import icons
from articles.claims.grade import STOPS_BEYOND, grade, hardest
from articles.claims.lint import Finding, findings
from articles.claims.sentences import sentences
from articles.raised import lost_powers

# Years after which a search for studies is called old: see rules/old-search.toml.
OLD_AFTER_YEARS = 5
# Better known by their letters than by their words; and Roman numerals.
KNOWN = {
    *("AIDS", "CE", "COVID", "DIY", "DNA", "DOI", "EU", "FAQ", "FDA", "GP", "HIV", "ID", "NHS", "OK", "PDF", "RNA"),
    *("TV", "UK", "US", "USA", "WHO", "II", "III", "IV", "VI", "VII", "VIII", "IX", "XI", "XII"),
}
LETTERS = re.compile(r"\b(?=(?:[\w-]*[A-Z]){2})[A-Za-z][A-Z0-9a-z]*[A-Z](?:-?\d{1,3})?s?\b(?!')")
EXPLAINED_BEFORE = re.compile(r"(?:\(|\bcalled |\bknown as |\bcalled \w+ and )$")
EXPLAINED_AFTER = re.compile(r"""[*"”]*(?: \(| for short| stands for)|\d{3}""")
REVIEWS = re.compile(r"systematic|meta-analy|cochrane|umbrella", re.IGNORECASE)
SEARCH = re.compile(r"\b(?:search\w*|looked for|up to|until|included|counted|from (?:19|20)\d\d to)\b", re.IGNORECASE)
YEAR = re.compile(r"\b((?:19|20)\d\d)\b")
# A limit is something that was small, short, missing, not known or might have swayed the result.
LIMIT = re.compile(
    r"\b(?:only|small\w*|short\w*|few\w*|no|not|nobody|without|never|chance|bias\w*|sway|unknown|unclear|missing|differ\w*"
    r"|left|lost|one (?:hospital|centre|country)|mice|rats|animals|own\w*|paid|funded|open-label|knew|chosen)\b",
    re.IGNORECASE,
)
SAYS_THERE_ARE_NONE = re.compile(r"\b(?:no|not any) (?:\w+ )?limit|not applicable|\bnone\b", re.IGNORECASE)
SHORTEST_LIMITS = 8


def of_article(content: dict[str, Any], today: date) -> list[Finding]:
    """Of content as article.schema.json describes it; whatever is not there yet is empty."""
    design = content.get("study", {}).get("design", "")
    sections = content.get("sections", [])
    texts = [content.get("summary", ""), *(section.get("body", "") for section in sections)]
    text = "\n\n".join(texts)
    limits = " ".join(each.get("body", "") for each in sections if each.get("kind") == "limits")
    claims = findings("\n\n".join([*beside_the_text(content), text]), design)
    hard = [found for each in texts for found in too_hard(each)]
    claims += [found for each in (*beside_the_text(content), *texts) for found in lost(each)]
    return [*claims, *unexplained(*texts), *missing_limits(limits), *old_search(text, design, today), *hard]


def beside_the_text(content: dict[str, Any]) -> list[str]:
    """What stands on the page, too: a promise in a heading is one."""
    sections = content.get("sections", [])
    heads = [content.get("title", ""), *(section.get("heading", "") for section in sections)]
    images = [section["image"] for section in sections if "image" in section]
    pictures = [image.get(words, "") for image in images for words in ("alt", "credit")]
    dots = [f"{icons.told(array)}." for section in sections for array in section.get("icons", [])]
    glance = [value for value in content.get("study", {}).values() if isinstance(value, str)]
    return [
        text
        for text in (*heads, *pictures, *dots, *glance, *(newer["text"] for newer in content.get("newer_evidence", [])))
        if text
    ]


def unexplained(*texts: str) -> Iterator[Finding]:
    """Letters whose first use explains nothing: no brackets, no "called", no "for short"."""
    met: set[str] = set()
    for text, use in ((each, use) for each in texts for use in uses_of_letters(each)):
        if use.letters not in met and not use.is_explained:
            yield Finding("abbreviation", use.written, around(text, use.at))
        met.add(use.letters)


class Use(NamedTuple):
    letters: str
    written: str
    at: int
    is_explained: bool


# Whoever types changes one section of ten.
@lru_cache(maxsize=500)
def uses_of_letters(text: str) -> tuple[Use, ...]:
    """Of one text, the first of each."""
    found: dict[str, Use] = {}
    for match in LETTERS.finditer(text):
        letters = match.group().removesuffix("s")
        if letters in found or letters.split("-")[0] in KNOWN:
            continue
        before, after = text[max(0, match.start() - 20) : match.start()], text[match.end() : match.end() + 20]
        explained = bool(EXPLAINED_BEFORE.search(before) or EXPLAINED_AFTER.match(after))
        found[letters] = Use(letters, match.group(), match.start(), explained)
    return tuple(found.values())


def around(text: str, at: int) -> str:
    """The sentence there."""
    end = 0
    for sentence in sentences(text):
        end = text.index(sentence, end) + len(sentence)
        if at < end:
            return sentence
    return ""


def lost(text: str) -> Iterator[Finding]:
    for words, at in lost_powers(text):
        yield Finding("lost-power", words, around(text, at))


def missing_limits(limits: str) -> Iterator[Finding]:
    too_short = len(limits.split()) < SHORTEST_LIMITS
    if too_short or not LIMIT.search(limits) or SAYS_THERE_ARE_NONE.search(limits):
        yield Finding("missing-limits", limits, limits)


def too_hard(text: str) -> Iterator[Finding]:
    """Of the summary or a section."""
    found = grade(text)
    if found is not None and found > STOPS_BEYOND:
        yield Finding("reading-grade", f"{found:.1f}", hardest(text))


def old_search(text: str, design: str, today: date) -> Iterator[Finding]:
    """Of reviews that count all studies; one that says no year is called old as well."""
    if not REVIEWS.search(design):
        return
    searches = [sentence for sentence in sentences(text) if SEARCH.search(sentence) and YEAR.search(sentence)]
    newest = max((int(year) for sentence in searches for year in searched_in(sentence)), default=0)
    if newest < today.year - OLD_AFTER_YEARS:
        yield Finding("old-search", str(newest or ""), searches[-1] if searches else "")


def searched_in(sentence: str) -> list[str]:
    """Its years, without that of publishing."""
    return YEAR.findall(re.sub(r"publish\w+ in \d{4}", "", sentence))
