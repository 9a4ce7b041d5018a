"""What in a passage claims more than its study can bear."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from articles.claims.designs import kind_of
from articles.claims.rules import Find, Rule, guard, possible, rules
from articles.claims.sentences import sentences

PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "\u00a0": " ", "‑": "-"})
MARKUP = re.compile(r"\*\*|__|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)|!?\[([^\]]*)\]\([^)]*\)")


@dataclass(frozen=True)
class Finding:
    rule: str
    words: str
    sentence: str


@dataclass(frozen=True)
class Passage:
    """A paragraph and its sentences; what stands near may make a claim honest."""

    text: str
    sentences: tuple[str, ...]
    kind: str


def read_passage(text: str, design: str) -> Passage:
    plain = MARKUP.sub(lambda mark: mark.group(1) or "", text.translate(PLAIN))
    found = tuple(" ".join(sentence.split()) for sentence in sentences(plain))
    return Passage(" ".join(found), found, kind_of(design))


def findings(text: str, design: str = "") -> list[Finding]:
    """One for each rule and sentence, in the order of the text. `design` is how the study is described, in words."""
    return [found for part in re.split(r"\n\s*\n", text) for found in in_paragraph(part, design)]


# Whoever saves has changed one or two paragraphs of fifty. Some 2 MB.
@lru_cache(maxsize=2000)
def in_paragraph(text: str, design: str) -> tuple[Finding, ...]:
    return tuple(in_passage(read_passage(text, design)))


def in_passage(passage: Passage) -> Iterator[Finding]:
    found: set[tuple[str, int]] = set()
    for rule in rules().values():
        finds = likely(rule, passage.kind, passage.text)
        for number, sentence in enumerate(passage.sentences if finds else ()):
            match = claimed(rule, passage, sentence)
            if not match or any((other, number) in found for other in rule.yields_to):
                continue
            if not excused(rule, passage, number):
                found.add((rule.id, number))
                yield Finding(rule.id, match.group(), sentence)


def likely(rule: Rule, kind: str, *where: str) -> list[Find]:
    """where: a passage, or a sentence and its passage."""
    return [find for find in possible(*where).get(rule.id, ()) if not find.designs or kind in find.designs]


def claimed(rule: Rule, passage: Passage, sentence: str) -> re.Match[str] | None:
    there = likely(rule, passage.kind, sentence, passage.text)
    return next((match for find in there for match in said_by(find, passage, sentence)), None)


def excused(rule: Rule, passage: Passage, number: int) -> bool:
    """Asked after a match only: most sentences have none, and an article may not take 100 ms."""
    if rule.innocent and rule.innocent.search(passage.sentences[number]):
        return True
    if rule.unless_near and all(near.search(passage.text) for near in rule.unless_near):
        return True
    return refuted(rule, passage, number)


def said_by(find: Find, passage: Passage, sentence: str) -> Iterator[re.Match[str]]:
    if find.designs and passage.kind not in find.designs:
        return
    if sentence.endswith("?") and not find.asks:
        return
    for match in find.pattern.finditer(sentence):
        if counts(find, sentence, match) and (not find.needs_near or find.needs_near.search(passage.text)):
            yield match


def counts(find: Find, sentence: str, match: re.Match[str]) -> bool:
    if find.needs and not find.needs.search(sentence):
        return False
    if find.innocent and find.innocent.search(sentence):
        return False
    return not (find.denied and denied(sentence[: match.start()]))


def denied(before: str) -> bool:
    """Whether the clause that leads up to a claim takes it back."""
    clause = guards("clause").split(guards("denies_nothing").sub(" ", before))[-1]
    return bool(guards("denied").search(clause))


def refuted(rule: Rule, passage: Passage, number: int) -> bool:
    here, after = passage.sentences[number], "".join(passage.sentences[number + 1 : number + 2])
    if guards("outsiders").search(here):
        return True
    near = f"{here} {after}" if rule.refuted_by_no_evidence else after
    return bool(guards("refuted").search(near))


@cache
def guards(name: str) -> re.Pattern[str]:
    return guard(name)
