"""What in a sentence hints at a cause: its cue words, what stands around them, and how its verbs are used."""

import itertools
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

WORDS = Path(__file__).parent / "causal_words.toml"
TOKEN = re.compile(r"[a-z]+(?:-[a-z]+)*|\d+(?:\.\d+)?|[,;:()]")
# Forms of a verb: base, third person, past, -ing.
VERB = re.compile(r"(change|make|affect)([BSDG])")
PREPOSITIONS = {*("of", "in", "for", "with", "to", "on", "by", "at", "from", "and", "that", "than", "time", "$", ",")}
DETERMINERS = {"article", "of", "in", "for", "with", "by", "on", "^", "and", ",", "from", "at", "than", "to"}
PLAIN = {"word", ",", "number"}
SKIPPED = {*PLAIN, *("ly", "ing", "ed", "article", "of", "in", "and")}
CUES = {"effect", "effective", "efficacy", "good", "shift", "reason", "role"}
FIRST = {
    *("associated", "correlated", "related", "predicts", "risk", "need", "effective", "effect", "different", "more")
}
BEFORE = (
    *("may", "could", "can", "would", "will", "should", "seem", "possible", "to", "not", "need", "suggests", "shows"),
    *("treatment", "of", "have", "goal"),
)
NAMES_OF_DRUGS = re.compile(r"(?:mab|statin|ide|ine|ate|ib|il|one|ol|in|cept|vir)$")


@cache
def tags() -> dict[str, str]:
    """Of each known word, its tag; of each verb form, its class and form."""
    data = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    found: dict[str, str] = {}
    for kind, verbs in data["verbs"].items():
        for verb in verbs.split():
            for form, word in forms(verb, data["past"].get(verb, "")):
                found.setdefault(word, kind + form)
    return found | {word: tag for tag, words in data["tags"].items() for word in words.split()}


def forms(verb: str, past: str) -> Iterator[tuple[str, str]]:
    stem = verb[:-1] if verb.endswith("e") else verb
    ends_in_y = verb.endswith("y") and verb[-2] not in "aeiou"
    yield "B", verb
    yield "S", f"{verb[:-1]}ies" if ends_in_y else verb + ("es" if re.search(r"(?:s|sh|ch|x|z)$", verb) else "s")
    yield "G", verb + verb[-1] + "ing" if verb in {"stop", "cut", "let"} else stem + "ing"
    for word in past.split() or [f"{verb[:-1]}ied" if ends_in_y else f"{stem}ed"]:
        yield "D", word


def tag(token: str) -> str:
    if known := tags().get(token):
        return known
    if token[0].isdigit():
        return "number"
    if not token[0].isalpha():
        return ","
    return next((ending for ending in ("ly", "ing", "ed") if token.endswith(ending)), "word")


def use(tagged: list[str], at: int) -> str:
    """How the verb there is used: whether it acts on something, is hedged, denied, or is no verb at all."""
    form = tagged[at][-1]
    before = next((each for each in reversed(tagged[:at]) if each not in {"ly", "also"}), "^")
    after = next((each for each in tagged[at + 1 :] if each != "ly"), "$")
    closed = after in PREPOSITIONS
    if form == "B":
        return base_use(before, after, closed)
    if form == "S":
        return "noun" if after in {"in", "of"} or before in {"article", "of", "with"} else acts(closed)
    if form == "D":
        return past_use(tagged, at, before, closed)
    return f"-ing after {before}" if before in DETERMINERS | {"be"} else "-ing"


def acts(closed: bool) -> str:
    return "alone" if closed else "acts"


def base_use(before: str, after: str, closed: bool) -> str:
    if before in {"to", "may", "could", "can", "will", "would", "should", "not"}:
        return f"after {before}"
    if before in {"article", "of", "with"} or after in {"in", "of"}:
        return "noun"
    return f"plural {acts(closed)}"


def past_use(tagged: list[str], at: int, before: str, closed: bool) -> str:
    if before == "be":
        return "passive by" if "by" in tagged[at : at + 6] else "passive"
    if tagged[at - 1 : at] == ["have"] or before == "have":
        return acts(closed) if closed else "adjective"
    if at == 0 or tagged[at - 1] in DETERMINERS:
        return "participle" if closed else "adjective"
    return acts(closed)


def signs(sentence: str) -> set[str]:
    tokens = TOKEN.findall(sentence.lower())
    tagged = [tag(token) for token in tokens]
    found = {f"word {token}" for token in tokens if token in tags()}
    found |= {f"has {each}" for each in tagged if each not in PLAIN}
    found |= set(neighbours(tagged)) | set(around(tagged)) | set(verbs(tokens, tagged)) | set(overall(tagged))
    return found


def neighbours(tagged: list[str]) -> Iterator[str]:
    ends = ["^", *tagged, "$"]
    yield from (f"pair {one} {two}" for one, two in itertools.pairwise(ends) if (one, two) != ("word", "word"))
    bare = ["^", *(each for each in tagged if each not in SKIPPED), "$"]
    yield from (f"row {one} {two}" for one, two in itertools.pairwise(bare))


def around(tagged: list[str]) -> Iterator[str]:
    ends = ["^", *tagged, "$"]
    for at, each in enumerate(tagged):
        if not (VERB.fullmatch(each) or each in CUES):
            continue
        yield f"between {ends[at]} {each} {ends[at + 2]}"
        yield from (f"{hint} before {each}" for hint in BEFORE if hint in tagged[max(0, at - 6) : at])
        after = next((other for other in tagged[at + 1 : at + 4] if other != "word"), "-")
        yield f"{each} then {after}"


def verbs(tokens: list[str], tagged: list[str]) -> Iterator[str]:
    for at, each in enumerate(tagged):
        if not VERB.fullmatch(each):
            continue
        used, kind = use(tagged, at), each[:-1]
        yield f"{kind} {used}"
        yield f"verb {used}"
        yield f"{subject(tokens[:at], tagged[:at])} {used}"
        after = next((other for other in tagged[at + 1 : at + 5] if other not in {"article", "word", "ly", "of"}), "-")
        yield f"verb {used} then {after}"
        yield from (f"{hint} before {used}" for hint in BEFORE if hint in tagged[max(0, at - 8) : at])


def subject(tokens: list[str], tagged: list[str]) -> str:
    drugs = (each == "word" and NAMES_OF_DRUGS.search(token) for token, each in zip(tokens, tagged, strict=True))
    if {"treatment", "placebo"} & set(tagged) or any(drugs):
        return "treatment"
    return "people" if "people" in tagged else "something"


def overall(tagged: list[str]) -> Iterator[str]:
    used = {use(tagged, at) for at, each in enumerate(tagged) if VERB.fullmatch(each)}
    main = bool(used & {"acts", "passive by", "after not", "plural acts"})
    yield f"main {main}"
    yield from (f"{each} with main {main}" for each in set(tagged) if each not in PLAIN and not VERB.fullmatch(each))
    yield f"first {next((each for each in tagged if VERB.fullmatch(each) or each in FIRST), '-')}"
    yield f"length {min(4, len(tagged) // 10)}"
