"""Turns of phrase in a sentence that say a cause, a link or neither, and in which mood."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path

from articles.claims.tagging import Token

FRAMES = Path(__file__).parent / "causal_frames.toml"
ITEM = re.compile(r"([^?*+{]+)([?*+]|\{\d*,?\d*\})?")
# Within one phrase: whatever is no preposition, verb or sign.
ONE_PHRASE = r"[^ /]+/(?!(?:comma|stop|open|close|in|for|with|to|on|by|from|be|have|and|but|that|time|after)\b)[^ ]+"
# How far back a word still says how a cause is meant, in words.
REACH = {"hedged": 12, "to": 7, "denied": 8}
SENTENCE = 25
ASKS = {*("whether", "if", "how", "investigate", "evaluate", "assess", "examine", "determine", "warrant")} | {
    *("aim", "aimed", "further", "future", "hypothesized", "hypothesis")
}
ADVISES = {"recommended", "recommend", "advised", "necessary", "need", "needed"}
ASKS_AFTER = {*("unclear", "unknown", "merits", "deserves", "attention", "future", "should", "discussed")} | {
    *("evaluated", "studied")
}
# What counts where several stand before one cause.
MOODS = ("asked", "advised", "hedged", "linked", "to", "denied", "plain")
TURNS = {"but", "although", "though", "while", "whereas", "however"}
# Their question comes behind them: "The effect of X on Y should be studied."
ASKED_LATER = {"effectof", "effecton", "nouny", "efficacyof", "efficacy"}


@dataclass(frozen=True)
class Frame:
    name: str
    patterns: tuple[re.Pattern[str], ...]
    causes: bool
    yields_to: tuple[str, ...]


@dataclass(frozen=True)
class Hit:
    frame: Frame
    at: int
    mood: str


@cache
def frames() -> dict[str, Frame]:
    data = tomllib.loads(FRAMES.read_text(encoding="utf-8"))
    causes = set(data["causes"]["frames"].split())
    return {
        name: Frame(
            name,
            tuple(pattern(line, data["names"]) for line in text.strip().splitlines()),
            name in causes,
            tuple(data["yields"].get(name, "").split()),
        )
        for name, text in data["frames"].items()
    }


def pattern(line: str, names: dict[str, str]) -> re.Pattern[str]:
    """Over words with their tags, as "pain/measure "."""
    found = [ITEM.fullmatch(item) for item in line.split()]
    items = [(match[1].split("|"), match[2] or "") for match in found if match]
    parts = (f"(?:(?:{'|'.join(one(each, names) for each in any_of)}) ){often}" for any_of, often in items)
    return re.compile("(?<![^ ])" + "".join(parts))


def one(alternative: str, names: dict[str, str]) -> str:
    if alternative in {"_", "~"}:
        return ONE_PHRASE if alternative == "~" else "[^ ]+"
    if alternative.startswith("<"):
        name = alternative[1:-1]
        return f"[^ /]+/(?:{names.get(name, name)})"
    return f"{re.escape(alternative)}/[^ ]+"


def hits(tokens: Sequence[Token]) -> Iterator[Hit]:
    parts = [f"{token.word}/{token.tag} " for token in tokens]
    starts = {start: at for at, start in enumerate(accumulate(map(len, parts), initial=0))}
    text = "".join(parts)
    for frame in frames().values():
        if not any(found(frames()[other], text) for other in frame.yields_to):
            for match in (match for each in frame.patterns for match in each.finditer(text)):
                at = max(1, starts[match.start()])
                yield Hit(frame, at, mood(frame, tokens, at))


def found(frame: Frame, text: str) -> bool:
    return any(each.search(text) for each in frame.patterns)


def mood(frame: Frame, tokens: Sequence[Token], at: int) -> str:
    there = set(moods_before(tokens, at))
    first = next((each for each in MOODS if each in there), "plain")
    later = frame.name in ASKED_LATER and first == "plain" and asked_later(tokens[at : at + 22])
    return "asked" if later else first


def moods_before(tokens: Sequence[Token], at: int) -> Iterator[str]:
    for distance in range(1, min(at, SENTENCE) + 1):
        token = tokens[at - distance]
        if token.tag == "stop" or token.word in TURNS:
            return
        if distance == 1 and token.word == "further":
            continue
        said = mood_of(token)
        if distance <= REACH.get(said, SENTENCE):
            yield said


def mood_of(token: Token) -> str:
    if token.tag in {"may", "could", "seem", "possible", "would"}:
        return "hedged"
    if token.word in ASKS:
        return "asked"
    if token.tag == "should" or token.word in ADVISES:
        return "advised"
    if token.word == "to":
        return "to"
    return {"not": "denied", "associated": "linked"}.get(token.tag, "plain")


def asked_later(tokens: Sequence[Token]) -> bool:
    return any(each.tag in {"warrant", "investigate"} or each.word in ASKS_AFTER for each in tokens)
