"""Which articles have what was typed, the best first. What that costs hardly grows with the articles that there are.

Functions of Postgres look (articles/sql): one trip finds and weighs, and the plan is one for just these words.
"""

from typing import Any, NamedTuple

from django.utils import timezone

from articles.claims.designs import kind_of
from articles.models import SearchEntry
from articles.search.postgres import told
from articles.search.typed import Group, groups_of, identifier

# Of what nearly all articles have, only the newest so many are weighed, and the newest with it in title or topics.
MOST = 200
# Beyond it a word is as common as any.
COUNTED = 1000


class Narrowed(NamedTuple):
    """topic: a slug. design: a kind of articles.claims.designs. Empty: all."""

    topic: str = ""
    design: str = ""

    def arguments(self) -> list[Any]:
        """As the functions of Postgres take them, and the moment for which they are asked."""
        return [self.topic, designs_of(self.design) if self.design else None, timezone.now()]


class Found(NamedTuple):
    """articles: their numbers. groups: what they have. missing: what none of them has together with it, as typed."""

    articles: list[int]
    groups: list[Group]
    missing: list[str]


def find(typed: str, narrowed: Narrowed) -> Found:
    if number := identifier(typed):
        return Found(with_identifier(number, narrowed), [], [])
    groups = with_meaning(groups_of(typed))
    found = ranked(groups, narrowed)
    if found or len(groups) < 2:
        return Found(found, groups, [])
    kept = going_together(groups, narrowed)
    return Found(ranked(kept, narrowed), kept, [group.typed for group in groups if group not in kept])


def with_identifier(number: str, narrowed: Narrowed) -> list[int]:
    """First whoever has it as the number of its own paper."""
    return told(
        "SELECT article_id FROM shown_entries(%s, %s, %s) WHERE identifiers @> ARRAY[%s]"
        " ORDER BY array_position(identifiers, %s), shown_from DESC LIMIT %s",
        [*narrowed.arguments(), number, number, MOST],
    )


def designs_of(kind: str) -> list[str]:
    designs = SearchEntry.objects.order_by("design").values_list("design", flat=True).distinct()
    return [design for design in designs if kind_of(design) == kind]


def with_meaning(groups: list[Group]) -> list[Group]:
    """Without "the", "what" and the like, which no article is looked for by."""
    sizes = told(
        "SELECT numnode(to_tsquery('articles', term)) FROM unnest(%s::text[]) WITH ORDINALITY AS typed (term, place)"
        " ORDER BY place",
        [[" <-> ".join(group.terms[0]) for group in groups]],
    )
    return [group for group, size in zip(groups, sizes, strict=True) if size]


def ranked(groups: list[Group], narrowed: Narrowed) -> list[int]:
    if not groups:
        return []
    exactly, loosely = (" & ".join(group.query(beside) for group in groups) for beside in (" <-> ", " & "))
    sql = "SELECT * FROM ranked_entries(%s, %s, %s, %s, %s, %s)"
    return told(sql, [exactly, loosely, *narrowed.arguments(), MOST])


def going_together(groups: list[Group], narrowed: Narrowed) -> list[Group]:
    """As many as some article has together, as they were typed."""
    queries = [group.query() for group in groups]
    # Not as rows, by unnest: to guess how many there will be, Postgres would run it once more.
    [places] = told("SELECT going_together(%s, %s, %s, %s, %s)", [queries, *narrowed.arguments(), COUNTED])
    return [group for place, group in enumerate(groups, start=1) if place in places]


def found_of(queries: list[str]) -> list[bool]:
    """Of each whether some article has it."""
    sql = "SELECT number > 0 FROM how_common(%s, %s, %s, %s, %s) ORDER BY place"
    return told(sql, [queries, *Narrowed().arguments(), 1])
