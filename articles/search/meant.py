"""What may have been meant where a word is in no article: the one that is most like it, and the topics."""

import re
from difflib import SequenceMatcher

from django.contrib.postgres.search import SearchVector
from django.db import connection
from django.db.models import F, Func, QuerySet, TextField

from articles.models import SearchEntry, Topic
from articles.search.finding import asked
from articles.search.typed import Group, groups_of, plain

# As much as one slip in a word of five letters leaves alike; below it, another word would be guessed at.
ALIKE = 0.8
SHORTEST = 4
# With the most groups of three letters in common; which one is most like it is told letter by letter.
LOOKED_AT = 20
# Each of them costs some statements, and who types whole sentences is helped by the topics.
MOST_WORDS = 6
TRIED = 3
WORD = re.compile(r"[^\W\d_]+")


def meant(typed: str) -> str:
    """The same with each word put right that no article has; empty if there is none, or nothing like it."""
    right = WORD.sub(lambda found: put_right(found[0]), typed, count=MOST_WORDS)
    return "" if right == typed else right


def put_right(word: str) -> str:
    folded = plain(word).lower()
    if len(folded) < SHORTEST or is_found(folded):
        return word
    likes = [(SequenceMatcher(None, folded, other).ratio(), other) for other in like(folded)]
    close = sorted((pair for pair in likes if pair[0] >= ALIKE), reverse=True)
    # Words of what was withdrawn are still known, and lead nowhere.
    return next((other for _ratio, other in close[:TRIED] if is_found(other)), word)


def is_found(word: str) -> bool:
    groups = groups_of(word)
    return len(groups[0].terms) > 1 or SearchEntry.objects.shown().filter(whole=asked(groups)).exists()


def like(word: str) -> list[str]:
    sql = "SELECT word FROM articles_searchword WHERE word %% %s ORDER BY similarity(word, %s) DESC, word LIMIT %s"
    with connection.cursor() as cursor:
        cursor.execute(sql, [word, word, LOOKED_AT])
        return [found for (found,) in cursor.fetchall()]


def topics_like(groups: list[Group]) -> "QuerySet[Topic]":
    """Those in whose name something of it stands."""
    if not groups:
        return Topic.objects.none()
    named = SearchVector(Func(F("name"), function="plain_words", output_field=TextField()), config="articles")
    return Topic.objects.annotate(named=named).filter(named=asked(groups, " | "))
