"""What may have been meant where a word is in no article: the one that is most like it, and the topics."""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

from articles.models import Topic
from articles.search.finding import found_of
from articles.search.postgres import told
from articles.search.typed import Group, plain, same_as

# As much as one slip in a word of five letters leaves alike; below it, another word would be guessed at.
ALIKE = 0.8
SHORTEST = 4
# With the most groups of three letters in common; which one is most like it is told letter by letter.
LOOKED_AT = 20
# Each of them may cost some statements, and who types whole sentences is helped by the topics.
MOST_WORDS = 6
TRIED = 3
WORD = re.compile(r"[^\W\d_]+")
# Behind the last letter that there is, so that an index gives all that begins so.
LAST = "\U0010ffff"


def meant(typed: str) -> str:
    """The same with each word put right that no article has; empty if there is none, or nothing like it."""
    first = WORD.findall(typed)[:MOST_WORDS]
    unknown = set(without_any({folded(word) for word in first if len(folded(word)) >= SHORTEST}))
    put = {word: put_right(folded(word)) or word for word in first if folded(word) in unknown}
    right = WORD.sub(lambda found: put.get(found[0], found[0]), typed, count=MOST_WORDS)
    return "" if right == typed else right


def folded(word: str) -> str:
    return plain(word).lower()


def put_right(word: str) -> str:
    likes = [(SequenceMatcher(None, word, other).ratio(), other) for other in like(word)]
    close = [other for ratio, other in sorted(likes, reverse=True) if ratio >= ALIKE][:TRIED]
    # Words of what was withdrawn are still known, and lead nowhere.
    nowhere = set(without_any(close)) if close else set()
    return next((other for other in close if other not in nowhere), "")


def without_any(words: Iterable[str]) -> list[str]:
    """Those with which nothing that we know begins, which no synonym is, and which no article has."""
    synonyms = same_as()
    unknown = beginning_nothing([word for word in words if (word,) not in synonyms])
    there = found_of([Group(word, ((word,),), word).query() for word in unknown]) if unknown else []
    return [word for word, is_there in zip(unknown, there, strict=True) if not is_there]


def beginning_nothing(words: list[str]) -> list[str]:
    return told(
        "SELECT typed.word FROM unnest(%s::text[]) AS typed (word) WHERE NOT EXISTS"
        " (SELECT FROM articles_searchword AS known WHERE known.word >= typed.word AND known.word < typed.word || %s)",
        [words, LAST],
    )


def like(word: str) -> list[str]:
    return told(
        "SELECT word FROM articles_searchword WHERE word %% %s ORDER BY similarity(word, %s) DESC, word LIMIT %s",
        [word, word, LOOKED_AT],
    )


def topics_like(groups: list[Group], topics: Iterable[Topic]) -> list[Topic]:
    """Those of them in whose name something of it stands."""
    named = set(named_like(groups, [topic.pk for topic in topics])) if groups else set()
    return [topic for topic in topics if topic.pk in named]


def named_like(groups: list[Group], numbers: list[int]) -> list[int]:
    return told(
        "SELECT id FROM articles_topic WHERE id = ANY (%s)"
        " AND to_tsvector('articles', plain_words(name)) @@ to_tsquery('articles', %s)",
        [numbers, " | ".join(group.query() for group in groups)],
    )
