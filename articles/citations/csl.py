"""CSL-JSON, which Zotero, Pandoc and Crossref speak."""

import json
from typing import Any

from articles.citations.fields import BY_NAME
from articles.citations.names import from_family_given, parted
from articles.citations.notices import CSL_RETRACTED, sentences, taken_out
from articles.citations.records import ET_AL, Reading, Unread, collected, plain, text_of, tidied

PARTICLES = ("dropping-particle", "non-dropping-particle")


def read_csl(data: bytes | str) -> Reading:
    reading = Reading()
    try:
        found = json.loads(text_of(data))
    except (ValueError, RecursionError):
        return Reading(unread=[Unread(1, "not_json")])
    items = found if isinstance(found, list) else [found]
    for number, item in enumerate(items, start=1):
        reading.began += 1
        if isinstance(item, dict):
            _add(item, reading)
        else:
            reading.unread.append(Unread(number, "no_record"))
    return reading


def _add(item: dict[str, Any], reading: Reading) -> None:
    values = {key: [text] for key, value in item.items() if (text := _text(value))}
    said = taken_out(values, ["note"])
    people = item.get("author")
    authors = [_author(person) for person in people if isinstance(person, dict)] if isinstance(people, list) else []
    citation = tidied({**collected(values, "csl"), "authors": authors, "year": _year(item.get("issued"))})
    reading.add(citation, said, retracted=item.get("status") == CSL_RETRACTED)


def _text(value: Any) -> str | None:
    """Crossref gives a title as a list of one."""
    return plain(value[0] if isinstance(value, list) and value else value)


def _author(person: dict[str, Any]) -> str:
    literal = plain(person.get("literal"))
    if literal:
        return literal
    family = [plain(person.get(name)) for name in (*PARTICLES, "family")]
    name = " ".join(part for part in family if part)
    return from_family_given(name, plain(person.get("given")) or "", plain(person.get("suffix")) or "")


def _year(issued: Any) -> str | None:
    if not isinstance(issued, dict):
        return plain(issued)
    parts = issued.get("date-parts")
    while isinstance(parts, list) and parts:
        parts = parts[0]
    return plain(parts) or plain(issued.get("raw")) or plain(issued.get("literal"))


def csl_item(citation: dict[str, Any]) -> dict[str, Any]:
    names = [name for name in BY_NAME if name not in ("authors", "authors_truncated", "year", "nct")]
    item: dict[str, Any] = {"id": citation.get("doi") or citation.get("pmid") or "paper", "type": "article-journal"}
    item |= {BY_NAME[name].csl[0]: citation[name] for name in names if citation.get(name)}
    if citation.get("journal"):
        item["container-title"] = citation["journal"]
    if citation.get("year"):
        item["issued"] = {"date-parts": [[citation["year"]]]}
    if note := [*sentences(citation), *([f"Trial registration: {citation['nct']}"] if citation.get("nct") else [])]:
        item["note"] = "\n".join(note)
    if citation.get("retracted"):
        item["status"] = CSL_RETRACTED
    item["author"] = [*map(_person, citation.get("authors") or [])]
    if citation.get("authors_truncated"):
        item["author"].append({"literal": ET_AL})
    return item


def _person(author: str) -> dict[str, str]:
    name = parted(author)
    if not name.initials:
        return {"literal": author}
    given = " ".join(f"{letter}." for letter in name.initials)
    return {"family": name.family, "given": given, **({"suffix": name.suffix} if name.suffix else {})}


def write_csl(citation: dict[str, Any]) -> str:
    return write_csl_list([citation])


def write_csl_list(citations: list[dict[str, Any]]) -> str:
    return json.dumps([*map(csl_item, citations)], ensure_ascii=False, indent=2) + "\n"
