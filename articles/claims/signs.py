"""What in a sentence hints at a cause: its words, its turns of phrase, their mood, and what acts in them."""

import itertools
from collections.abc import Iterator, Sequence

from articles.claims.frames import Hit, hits
from articles.claims.tagging import Token, read, subject, tags

# What a sentence is taken to claim where its causes differ.
FIRST = ("plain", "denied", "to", "hedged", "advised", "linked", "asked")
# Told of in most sentences, whatever they claim: what stands on either side of them may belong together.
SKIPPED = {*("word", "comma", "number", "noun", "ed", "ing", "ly", "open", "close", "article", "of", "in", "and")} | {
    *("disease", "measure", "treatment", "drug", "gene")
}
ADVICE = {"should", "recommended", "recommend", "advised", "necessary", "advocate"}


def signs(sentence: str) -> set[str]:
    tokens = [Token("^", "^"), *read(sentence), Token("$", "$")]
    there = list(hits(tokens))
    found = {f"has {token.tag}" for token in tokens} | {
        f"word {token.word}" for token in tokens if token.word in tags()
    }
    return found | set(neighbours(tokens)) | set(of_hits(there, tokens)) | set(overall(there, tokens))


def neighbours(tokens: Sequence[Token]) -> Iterator[str]:
    every = [token.tag for token in tokens]
    telling = [tag for tag in every if tag not in SKIPPED]
    yield from (f"pair {one} {two}" for one, two in itertools.pairwise(every) if (one, two) != ("word", "word"))
    yield from (f"row {one} {two}" for one, two in itertools.pairwise(telling))


def of_hits(there: Sequence[Hit], tokens: Sequence[Token]) -> Iterator[str]:
    for hit in there:
        yield hit.frame.name
        yield f"{hit.frame.name} {hit.mood}"
        if hit.frame.causes:
            acting = subject(tokens, hit.at)
            yield f"{hit.frame.name} of {acting}"
            yield f"cause {hit.mood}"
            yield f"cause of {acting}"
            if hit.mood == "plain":
                yield f"plain cause of {acting}"


def overall(there: Sequence[Hit], tokens: Sequence[Token]) -> Iterator[str]:
    moods = {hit.mood for hit in there if hit.frame.causes}
    yield f"causes {next((each for each in FIRST if each in moods), 'none')}"
    yield f"length {min(4, len(tokens) // 10)}"
    if any(token.word in ADVICE or token.tag == "warrant" for token in tokens):
        yield "advice"
