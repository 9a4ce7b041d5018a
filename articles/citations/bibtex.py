"""BibTeX, read with its accents and written in UTF-8."""

import re
from collections.abc import Iterator
from typing import Any

from articles.citations.fields import BY_NAME
from articles.citations.latex import escaped, unescaped
from articles.citations.names import PARTICLES, SUFFIXES, from_family_given, from_inverted, parted
from articles.citations.notices import sentences, taken_out
from articles.citations.records import Reading, Unread, collected, text_of, tidied

ENTRY = re.compile(r"@\s*([A-Za-z]+)\s*[{(]")
NAME = re.compile(r"\s*([A-Za-z][\w:.+-]*)\s*=\s*")
WRITTEN = ("title", "journal", "year", "volume", "issue", "pages", "doi", "pmid", "pmcid")


def read_bibtex(data: bytes | str) -> Reading:
    text, reading = text_of(data), Reading()
    strings: dict[str, str] = {}
    place = 0
    while found := ENTRY.search(text, place):
        kind = found[1].lower()
        end = _closing(text, found.end() - 1)
        body, place = text[found.end() : end], max(end, found.end())
        if kind == "string":
            strings |= dict(_fields(body, strings))
        elif kind not in ("comment", "preamble"):
            reading.began += 1
            line = text.count("\n", 0, found.start()) + 1
            _add(body, strings, line, complete=end < len(text), reading=reading)
    return reading


def _add(body: str, strings: dict[str, str], line: int, *, complete: bool, reading: Reading) -> None:
    values: dict[str, list[str]] = {}
    for name, value in _fields(body.partition(",")[2], strings):
        values.setdefault(name, []).append(value)
    if not complete:
        reading.unread.append(Unread(line, "no_end"))
    if not values:
        reading.unread.append(Unread(line, "no_record"))
        return
    authors = [_author(name) for name in _apart(" ".join(values.get("author", [])))]
    plain_values = {name: [unescaped(value) for value in found] for name, found in values.items()}
    said = taken_out(plain_values, ["note"])
    reading.add(tidied({**collected(plain_values, "bibtex"), "authors": authors}), said)


def _closing(text: str, start: int) -> int:
    """Where the bracket closes that opens at `start`; the end of the text if it does not."""
    depth, place, outer = 0, start, text[start]
    while place < len(text):
        letter = text[place]
        if letter == "\\":
            place += 1
        elif letter == "{" or (letter == "(" and place == start):
            depth += 1
        elif letter == "}" or (letter == ")" and outer == "(" and depth == 1):
            depth -= 1
            if depth == 0:
                return place
        place += 1
    return len(text)


def _fields(body: str, strings: dict[str, str]) -> Iterator[tuple[str, str]]:
    place = 0
    while found := NAME.match(body, place):
        value, place = _value(body, found.end(), strings)
        yield found[1].lower(), value
        comma = body.find(",", place)
        if comma < 0:
            return
        place = comma + 1


def _value(body: str, place: int, strings: dict[str, str]) -> tuple[str, int]:
    """A value from here on: braces, quotation marks, a number or a name, joined by #."""
    parts = []
    while True:
        part, place = _piece(body, place, strings)
        parts.append(part)
        joined = re.compile(r"\s*#\s*").match(body, place)
        if not joined:
            return "".join(parts), place
        place = joined.end()


def _piece(body: str, place: int, strings: dict[str, str]) -> tuple[str, int]:
    if body[place : place + 1] == "{":
        end = _closing(body, place)
        return body[place + 1 : end], end + 1
    if body[place : place + 1] == '"':
        end = _closing_mark(body, place + 1)
        return body[place + 1 : end], end + 1
    word = re.compile(r"[^\s,#}]*").match(body, place)
    name = word[0] if word else ""
    return strings.get(name.lower(), name), place + len(name)


def _closing_mark(body: str, place: int) -> int:
    depth = 0
    while place < len(body):
        letter = body[place]
        if letter == "\\":
            place += 1
        elif letter in "{}":
            depth += 1 if letter == "{" else -1
        elif letter == '"' and depth == 0:
            return place
        place += 1
    return len(body)


def _apart(text: str) -> list[str]:
    """Authors, parted by "and" outside of braces."""
    parts, depth, begun = [], 0, 0
    for found in re.finditer(r"\\.|[{}]|\s+and\s+", text):
        if found[0] in "{}":
            depth += 1 if found[0] == "{" else -1
        elif depth == 0 and found[0][0] != "\\":
            parts.append(text[begun : found.start()])
            begun = found.end()
    return [part.strip() for part in [*parts, text[begun:]] if part.strip()]


def _author(text: str) -> str:
    if text.startswith("{") and _closing(text, 0) == len(text) - 1:
        return unescaped(text)
    name = unescaped(text)
    return _suffixed(name) if "," in name else _in_order(name)


def _suffixed(name: str) -> str:
    """ "von Last, Jr, First" has its suffix in the middle, unlike other formats."""
    parts = [part.strip() for part in name.split(",")]
    if len(parts) == 3:
        return from_family_given(parts[0], parts[2], parts[1])
    return from_inverted(name)


def _in_order(name: str) -> str:
    """ "Jan van der Berg": what stands before the first small particle, else before the last word, is given."""
    words = name.split()
    if len(words) < 2:
        return name
    suffix = words.pop() if words[-1].rstrip(".").lower() in SUFFIXES and len(words) > 2 else ""
    small = next((place for place, word in enumerate(words) if place and word in PARTICLES), len(words) - 1)
    return from_family_given(" ".join(words[small:]), " ".join(words[:small]), suffix)


def write_bibtex_list(citations: list[dict[str, Any]]) -> str:
    """Each under a key of its own: of two alike a program would take the first for both."""
    keys: list[str] = []
    for citation in citations:
        key = key_of(citation)
        numbered = (f"{key}-{number}" for number in range(2, len(citations) + 2))
        keys.append(next(tried for tried in (key, *numbered) if tried not in keys))
    return "\n".join(write_bibtex(citation, key) for citation, key in zip(citations, keys, strict=True))


def write_bibtex(citation: dict[str, Any], key: str = "") -> str:
    pairs = [("author", _authors(citation)), *_values(citation)]
    lines = [f"  {name} = {{{value}}}," for name, value in pairs if value]
    return "\n".join([f"@article{{{key or key_of(citation)},", *lines, "}", ""])


def _values(citation: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name in WRITTEN:
        value = escaped(str(citation.get(name) or ""))
        # A second pair of braces keeps a style from changing the capitals of a title.
        protected = f"{{{value}}}" if name == "title" and value else value
        yield BY_NAME[name].bibtex[0], protected.replace("-", "--", 1) if name == "pages" else protected
    registered = [f"Trial registration: {citation['nct']}"] if citation.get("nct") else []
    yield "note", " | ".join([*map(escaped, sentences(citation)), *registered])


def _authors(citation: dict[str, Any]) -> str:
    people = [_person(author) for author in citation.get("authors") or []]
    return " and ".join([*people, *(["others"] if citation.get("authors_truncated") else [])])


def _person(author: str) -> str:
    name = parted(author)
    if not name.initials:
        return f"{{{escaped(author)}}}"
    given = " ".join(f"{letter}." for letter in name.initials)
    return ", ".join(escaped(part) for part in (name.family, name.suffix, given) if part)


def key_of(citation: dict[str, Any]) -> str:
    """ "Harris2020", in ASCII: some programs know no more."""
    authors = citation.get("authors") or [""]
    family = re.sub(r"[^A-Za-z]", "", parted(authors[0]).family) or "paper"
    return f"{family}{citation.get('year') or ''}"
