"""Where the text of an article meets a word of the glossary first: done as a page is made, never in what is stored."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from django.utils.html import escape

from articles.models import GlossaryTerm

# What nh3 has made: well-formed, with quoted attributes.
PARTS = re.compile(r'<(/?)(\w+)(?:[^>"]|"[^"]*")*>|[^<]+')
# Somebody else's words, what is a button of its own, and what the contents lead to.
LEFT_ALONE = {"a", "blockquote", "h2", "h3", "h4"}
SPACE = r"(?:\s|&nbsp;)+"


class Entry(NamedTuple):
    words: tuple[str, ...]
    address: str
    meaning: str


class Lexicon(NamedTuple):
    """entries: of each group of the pattern, which is one way to say it."""

    pattern: re.Pattern[str]
    entries: list[Entry]


def explained(bodies: Iterable[str]) -> list[str]:
    """The sections as they were rendered, each with the first use of every word of the glossary led to its meaning."""
    terms = GlossaryTerm.objects.known()
    if not terms:
        return list(bodies)
    entries = entries_of(terms)
    return [marked(body, entries) for body in bodies]


def entries_of(terms: Iterable[GlossaryTerm]) -> tuple[Entry, ...]:
    # Asked once: each of thirty words would look it up anew.
    page = GlossaryTerm.page()
    return tuple(Entry(tuple(term.words()), f"{page}#{term.slug}", term.meaning) for term in terms)


def occurring(text: str) -> list[Entry]:
    """The words of the glossary that a plain text says, in its order."""
    entries = entries_of(GlossaryTerm.objects.known())
    met = _met(text, entries) if entries else frozenset()
    return [entry for entry in entries if entry in met]


# Today asks whether the packet says them still, each time that somebody opens it.
@lru_cache(maxsize=2)
def _met(text: str, entries: tuple[Entry, ...]) -> frozenset[Entry]:
    lexicon = lexicon_of(entries)
    found = lexicon.pattern.finditer(escape_text(text))
    return frozenset(lexicon.entries[(each.lastindex or 1) - 1] for each in found)


@lru_cache(maxsize=2)
def lexicon_of(entries: tuple[Entry, ...]) -> Lexicon:
    said = [(word, entry) for entry in entries for word in entry.words]
    # A pattern takes the first that fits: "placebo effect" must come before "placebo".
    said.sort(key=lambda each: len(each[0]), reverse=True)
    pattern = "|".join(f"({spelled(word)})" for word, _entry in said)
    return Lexicon(re.compile(rf"(?<![\w&-])(?:{pattern})(?![\w-])"), [entry for _word, entry in said])


def spelled(text: str) -> str:
    """With its plurals. Letters such as ALS are no "als"."""
    stem, last = (text[:-1], "(?:y|ies)") if text.endswith("y") else (text, "(?:e?s)?")
    written = SPACE.join(re.escape(part) for part in escape_text(stem).split()).replace("'", "['’]") + last
    return written if sum(letter.isupper() for letter in text) > 1 else f"(?i:{written})"


def escape_text(text: str) -> str:
    """As a text stands between tags: quotation marks as they are."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


# Whoever types changes one section of ten. Some 3 MB.
@lru_cache(maxsize=500)
def marked(body: str, entries: tuple[Entry, ...]) -> str:
    lexicon, made, met, alone = lexicon_of(entries), [], set[Entry](), 0
    for part in PARTS.finditer(body):
        closes, tag = part.groups()
        if tag in LEFT_ALONE:
            alone += -1 if closes else 1
        made.append(part.group() if tag or alone else marked_text(part.group(), lexicon, met))
    return "".join(made)


def marked_text(text: str, lexicon: Lexicon, met: set[Entry]) -> str:
    def lead(found: re.Match[str]) -> str:
        entry = lexicon.entries[(found.lastindex or 1) - 1]
        if entry in met:
            return found.group()
        met.add(entry)
        return f'<a class="term" href="{entry.address}" data-meaning="{escape(entry.meaning)}">{found.group()}</a>'

    return lexicon.pattern.sub(lead, text)
