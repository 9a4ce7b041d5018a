"""Which articles have what was typed, the best first. What that costs hardly grows with the articles that there are."""

from collections.abc import Iterable
from typing import NamedTuple

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db import connection
from django.db.models import F, Value

from articles.claims.designs import kind_of
from articles.models import SearchEntry
from articles.models.search import SearchEntryQuerySet
from articles.search.typed import Group, groups_of, identifier

# Of what nearly all articles have, only the newest so many are weighed, and the newest with it in title or topics.
MOST = 200
# D, C, B, A, as index_article gives them: a title says what the whole is about, a section much in passing.
WEIGHTS = [0.05, 0.2, 0.5, 1.0]
# By the logarithm of its length, so that a long text is not found for all that it mentions.
BY_LENGTH = 1


class Narrowed(NamedTuple):
    """topic: a slug. design: a kind of articles.claims.designs. Empty: all."""

    topic: str = ""
    design: str = ""


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
    found = entries(narrowed).filter(identifiers__contains=[number]).order_by("-shown_from")
    places = {pk: identifiers.index(number) for pk, identifiers in found.values_list("pk", "identifiers")[:MOST]}
    return sorted(places, key=lambda pk: places[pk])


def entries(narrowed: Narrowed) -> SearchEntryQuerySet:
    found = SearchEntry.objects.shown()
    if narrowed.topic:
        found = found.filter(article__topics__slug=narrowed.topic)
    return found.filter(design__in=designs_of(narrowed.design)) if narrowed.design else found


def designs_of(kind: str) -> list[str]:
    designs = SearchEntry.objects.order_by("design").values_list("design", flat=True).distinct()
    return [design for design in designs if kind_of(design) == kind]


def with_meaning(groups: list[Group]) -> list[Group]:
    """Without "the", "what" and the like, which no article is looked for by."""
    sql = (
        "SELECT numnode(to_tsquery('articles', term)) FROM unnest(%s::text[]) WITH ORDINALITY AS typed (term, place)"
        " ORDER BY place"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [[" <-> ".join(group.terms[0]) for group in groups]])
        sizes = [size for (size,) in cursor.fetchall()]
    return [group for group, size in zip(groups, sizes, strict=True) if size]


def asked(groups: Iterable[Group], join: str = " & ") -> SearchQuery:
    return SearchQuery(join.join(group.query() for group in groups), config="articles", search_type="raw")


def ranked(groups: list[Group], narrowed: Narrowed) -> list[int]:
    if not groups:
        return []
    query = asked(groups)
    of_heading = SearchRank(F("heading"), query)
    rank = SearchRank(F("whole"), query, weights=WEIGHTS, normalization=Value(BY_LENGTH)) + of_heading
    found = SearchEntry.objects.filter(pk__in=candidates(query, narrowed))
    return list(found.order_by(rank.desc(), "-shown_from", "pk").values_list("pk", flat=True))


def candidates(query: SearchQuery, narrowed: Narrowed) -> set[int]:
    newest = entries(narrowed).order_by("-shown_from").values_list("pk", flat=True)
    in_heading, anywhere = newest.filter(heading=query)[:MOST], newest.filter(whole=query)[:MOST]
    return {*in_heading, *anywhere}


def going_together(groups: list[Group], narrowed: Narrowed) -> list[Group]:
    """As many as some article has together: first what a title names, then the rarest, since that tells most."""
    kept: list[Group] = []
    for group in sorted(groups, key=lambda group: how_common(group, narrowed)):
        if entries(narrowed).filter(whole=asked([*kept, group])).exists():
            kept.append(group)
    return [group for group in groups if group in kept]


def how_common(group: Group, narrowed: Narrowed) -> tuple[bool, int]:
    there = entries(narrowed)
    is_in_title = there.filter(heading=asked([group])).exists()
    return not is_in_title, there.filter(whole=asked([group]))[: 5 * MOST].count()
