"""Two revisions word by word: what an editor is shown of a change, and whether it is no more than a typo fix."""

import re
import tomllib
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from articles.citations.fields import BY_NAME
from articles.evidence import EVIDENCE
from articles.icons import told

# With the spaces behind them, so that the pieces make the text again.
WORD = re.compile(r"\S+\s*|\s+")
MOST_WORDS = 10
LABELS: dict[str, Any] = {row.name: row.label for row in EVIDENCE} | {
    name: field.label for name, field in BY_NAME.items()
}
PLACES = {name: place for place, name in enumerate(LABELS)}
OPENING = Path(__file__).parent / "content" / "articles"
# A letter more or less in these turns a sentence round.
WEIGHTY = frozenset(
    {"no", "not", "none", "nor", "never", "without", "can", "cannot", "could", "may", "might", "most", "more", "less"}
    | {"safe", "died", "dead", "lived", "alive", "harm", "harms", "better", "worse"}
)


class Piece(NamedTuple):
    """A run of words: "same", "gone" or "new"."""

    kind: str
    text: str


class Part(NamedTuple):
    """One place of the article. name: a field, or the heading of a section; kind: what it tells, of a section."""

    name: str
    kind: str
    pieces: list[Piece]

    @property
    def is_changed(self) -> bool:
        return any(piece.kind != "same" for piece in self.pieces)


def compared(old: str, new: str) -> list[Piece]:
    """What both say and what one of them does. No match of a long text begins at a common word: seven times faster."""
    before, after = WORD.findall(old), WORD.findall(new)
    pieces = []
    for kind, i, j, k, m in SequenceMatcher(None, before, after).get_opcodes():
        if kind == "equal":
            pieces.append(Piece("same", "".join(before[i:j])))
            continue
        pieces += [Piece(name, "".join(words)) for name, words in (("gone", before[i:j]), ("new", after[k:m])) if words]
    return pieces


def compared_articles(old: dict[str, Any], new: dict[str, Any]) -> list[Part]:
    """Part by part in the order of the newer one; what is gone altogether comes last."""
    before, after = places(old), places(new)
    names = [*after, *(name for name in before if name not in after)]
    parts = [Part(name[2], name[1], compared(before.get(name, ""), after.get(name, ""))) for name in names]
    return [*parts, *moved(old, new)]


def moved(old: dict[str, Any], new: dict[str, Any]) -> list[Part]:
    """Another order of the sections that both have: what stands first is read first."""
    before, after = in_order(old), in_order(new)
    orders = [[name for name in names if name in others] for names, others in ((before, after), (after, before))]
    if orders[0] == orders[1]:
        return []
    headings = [
        "".join(f"{names[name]}\n" for name in order) for names, order in zip((before, after), orders, strict=True)
    ]
    return [Part("order", "", compared(*headings))]


def in_order(content: dict[str, Any]) -> dict[tuple[str, int], str]:
    sections = numbered(content.get("sections", []))
    return {(kind, number): section.get("heading") or kind for kind, number, section in sections}


def places(content: dict[str, Any]) -> dict[tuple[str, str, str], str]:
    found = {("field", "", name): content.get(name, "") for name in ("title", "summary")}
    for name in ("topics", "study", "citation", "further_papers", "newer_evidence"):
        found["field", "", name] = "\n".join(lines(content.get(name, [])))
    for kind, number, section in numbered(content.get("sections", [])):
        shown = [*lines(section.get("image", {})), *map(told, section.get("icons", []))]
        found["section", kind, str(number)] = "\n\n".join([section.get("heading", ""), section["body"], *shown])
    return found


def numbered(sections: list[dict[str, Any]]) -> Iterator[tuple[str, int, dict[str, Any]]]:
    """By kind and which of that kind, so that a section that moved is compared with itself."""
    seen: dict[str, int] = {}
    for section in sections:
        kind = section["kind"]
        seen[kind] = seen.get(kind, 0) + 1
        yield kind, seen[kind], section


def label(name: str) -> str:
    return str(LABELS.get(name) or name.replace("_", " ").capitalize())


def lines(value: Any) -> Iterator[str]:
    """What stands in a list or table of the content, a fact a line."""
    if isinstance(value, dict):
        # Postgres keeps the names of a table in an order of its own, a form in that of its fields.
        for name in sorted(value, key=lambda name: (PLACES.get(name, len(PLACES)), name)):
            yield from (f"{label(name)}: {line}" for line in lines(value[name]))
    elif isinstance(value, list):
        for entry in value:
            yield from lines(entry)
    else:
        yield str(value)


def is_typo_fix(old: dict[str, Any], new: dict[str, Any]) -> bool:
    """A few words spelled otherwise: no number, no word that turns a sentence round, and nothing of the evidence."""
    if facts(old) != facts(new) or shape(old) != shape(new):
        return False
    parts = compared_articles(old, new)
    pairs = [pair for part in parts for pair in replaced(part.pieces)]
    count = sum(piece.kind == "new" for part in parts for piece in part.pieces)
    # What both say is spelled as it should be, as far as anybody can tell.
    known = known_words() | (words(old) & words(new))
    return len(pairs) <= MOST_WORDS and all(is_spelling(*pair, known) for pair in pairs) and count <= MOST_WORDS


def with_pictures_of(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """What the library says of a picture by now is more than a typo fix, which so keeps what was read and approved."""
    known = {image["sha256"]: image for section in old.get("sections", []) if (image := section.get("image"))}
    sections = [
        {**section, "image": known.get(image["sha256"], image)} if (image := section.get("image")) else section
        for section in new["sections"]
    ]
    return {**new, "sections": sections}


def facts(content: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value for name, value in content.items() if name not in ("title", "summary", "sections", "review_state")
    }


def shape(content: dict[str, Any]) -> list[Any]:
    """All of the sections but their words."""
    words = ("heading", "body")
    sections = content.get("sections", [])
    return [{name: value for name, value in section.items() if name not in words} for section in sections]


def replaced(pieces: list[Piece]) -> Iterator[tuple[str, str]]:
    """Each word with the one in its place; a word for two, or for none, has nothing in its place."""
    for index, piece in enumerate(pieces):
        if piece.kind == "gone":
            after = pieces[index + 1].text if index + 1 < len(pieces) and pieces[index + 1].kind == "new" else ""
            before, behind = piece.text.split(), after.split()
            behind += [""] * (len(before) - len(behind))
            yield from zip(before + [""] * (len(behind) - len(before)), behind, strict=True)
        elif piece.kind == "new" and (index == 0 or pieces[index - 1].kind != "gone"):
            yield from (("", word) for word in piece.text.split())


def is_spelling(old: str, new: str, known: frozenset[str]) -> bool:
    """When unsure it is none: of "died" and "dried" each is a word, and only the other is meant."""
    before, after = plain(old), plain(new)
    if not before or not after or re.search(r"\d", old + new):
        return False
    if before == after:
        return True
    is_slip = before not in known and after in known and not {before, after} & WEIGHTY
    # A prefix more or less, as in "unsafe", turns the word round.
    return is_slip and before[0] == after[0] and (is_swap(before, after) or is_one_letter(before, after))


def is_swap(old: str, new: str) -> bool:
    """Two neighbours changed places."""
    return any(old[:at] + old[at + 1] + old[at] + old[at + 2 :] == new for at in range(len(old) - 1))


def is_one_letter(old: str, new: str) -> bool:
    """One more, less or other."""
    longer, shorter = sorted((old, new), key=len, reverse=True)
    if len(longer) == len(shorter):
        return sum(one != two for one, two in zip(old, new, strict=True)) == 1
    return any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer)))


def plain(word: str) -> str:
    return re.sub(r"[\W\d_]", "", word.casefold())


def words(content: dict[str, Any]) -> frozenset[str]:
    return frozenset(plain(word) for text in places(content).values() for word in text.split())


@cache
def known_words() -> frozenset[str]:
    """Of the opening articles, which are checked more than once."""
    contents = (tomllib.loads(path.read_text(encoding="utf-8")) for path in OPENING.glob("*.toml"))
    return frozenset().union(*map(words, contents))
