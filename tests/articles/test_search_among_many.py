from collections.abc import Callable, Iterable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import Article, SearchEntry
from articles.search.finding import MOST, Narrowed, find

Calls = Callable[[str], int]
# More than are looked at by the index of words.
MANY = 3100
FILL = """
INSERT INTO articles_searchentry (article_id, shown_from, design, heading, whole, identifiers, text)
SELECT id, %s - interval '1 hour' * place, '', to_tsvector('articles', title),
    setweight(to_tsvector('articles', title), 'A') || to_tsvector('articles', body), '{}', body
FROM unnest(%s::bigint[], %s::text[], %s::text[]) WITH ORDINALITY AS given (id, title, body, place)
"""


def told(sql: str, *params: object) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchone()[0]


def scans(index: str) -> int:
    return told("SELECT pg_stat_get_xact_numscans(%s::regclass)", index)


def knows(number: int) -> None:
    """So many entries there are for all that Postgres has counted; -1: it never did."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pg_class SET reltuples = %s WHERE oid = 'articles_searchentry'::regclass", [number])


@pytest.fixture
def calls(db: None) -> Calls:
    """Since the test began: Postgres may not have put down yet what the one before it called."""
    told("SELECT set_config('track_functions', 'all', true)")

    def so_far(function: str) -> int:
        return told("SELECT COALESCE((SELECT calls FROM pg_stat_xact_user_functions WHERE funcname = %s), 0)", function)

    before = {name: so_far(name) for name in ("going_together", "how_common")}
    return lambda function: so_far(function) - before[function]


def written(texts: Iterable[tuple[str, str]]) -> list[int]:
    """Numbers of articles with these titles and texts, the newest first."""
    titles, bodies = zip(*texts, strict=True)
    made = Article.objects.bulk_create([Article(slug=f"of-many-{number}") for number in range(len(titles))])
    numbers = [article.pk for article in made]
    with connection.cursor() as cursor:
        cursor.execute(FILL, [timezone.now() - timedelta(hours=1), numbers, list(titles), list(bodies)])
    return numbers


def test_what_few_have_is_looked_for_once(client: Client, first_content: None) -> None:
    client.get("/research/search/", {"q": "cirrhosis"})
    before = scans("searchentry_whole"), scans("searchentry_heading")
    assert "cord-cells" in client.get("/research/search/", {"q": "cirrhosis"}).text
    assert (scans("searchentry_whole"), scans("searchentry_heading")) == (before[0] + 1, before[1])


def test_words_that_none_has_together_are_counted_once(client: Client, first_content: None, calls: Calls) -> None:
    assert "without “husband”" in client.get("/research/search/", {"q": "cirrhosis husband"}).text
    assert calls("going_together") == 1


def test_what_titles_name_together_is_not_counted(first_content: None, calls: Calls) -> None:
    written([("Zebras with stripes", "In herds")])
    assert find("striped zebras husband", Narrowed()).missing == ["husband"]
    assert (calls("going_together"), calls("how_common")) == (1, 0)


def test_of_what_titles_name_apart_the_rarest_is_kept_and_what_goes_with_it(first_content: None) -> None:
    [rare, *_common] = written([("Zebras", "In herds"), ("Okapis", "In woods"), ("Okapis", "In woods and herds")])
    found = find("okapis zebras woods herds", Narrowed())
    assert (found.articles, found.missing) == ([rare], ["okapis", "woods"])


def test_synonyms_are_read_once_for_a_page(client: Client, first_content: None) -> None:
    with CaptureQueriesContext(connection) as asked:
        client.get("/research/search/", {"q": "cirrhosis husband"})
    assert len([query["sql"] for query in asked if '"articles_synonym"' in query["sql"]]) == 1


def test_of_papers_that_no_list_names_nothing_more_is_asked(client: Client, first_content: None) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert "cord-cells" in client.get("/research/search/", {"q": "cirrhosis"}).text
    assert [query["sql"] for query in asked if query["sql"].startswith('SELECT "articles_papernotice"')] == []


@pytest.mark.parametrize("counted", [-1, MANY])
@pytest.mark.parametrize("titles", [5, MOST // 2, MOST + 50])
def test_of_what_thousands_have_the_newest_come_and_the_newest_in_whose_title_it_stands(
    db: None, titles: int, counted: int
) -> None:
    knows(counted)
    said = "Ordinary cells were counted."
    plain = written([("A study", said)] * (MANY - titles) + [("Ordinary cells", said)] * titles)
    named, unnamed = plain[MANY - titles :], plain[: MANY - titles]
    for typed in ("ordinary", "the ordinary cells"):
        assert find(typed, Narrowed()).articles == named[:MOST] + unnamed[:MOST]


def test_of_what_many_have_only_the_newest_are_looked_at(db: None) -> None:
    written([("Ordinary cells", "Ordinary cells were counted.")] * MANY)
    knows(MANY)
    before = scans("searchentry_whole"), scans("searchentry_heading")
    assert len(find("ordinary cells", Narrowed()).articles) == MOST
    assert (scans("searchentry_whole"), scans("searchentry_heading")) == before


def test_of_what_the_newest_have_and_few_others_all_are_found(db: None) -> None:
    plain = written(
        [("Zebras", "In herds")] * 60 + [("Okapis", "In woods")] * (MANY - 63) + [("Zebras", "In herds")] * 3
    )
    knows(MANY)
    assert find("zebras herds", Narrowed()).articles == plain[:60] + plain[-3:]


def test_words_of_a_synonym_stand_beside_each_other_however_many_have_them_apart(first_content: None) -> None:
    apart = written([("A study", "Sclerosis, in multiple people")] * MANY + [("A study", "Multiple sclerosis")] * 3)
    beside = apart[MANY:]
    assert set(find("MS", Narrowed()).articles) & set(apart) == set(beside)
    SearchEntry.objects.filter(pk__in=apart[10:MANY]).delete()
    assert set(find("MS", Narrowed()).articles) & set(apart) == set(beside)


def test_words_apart_are_no_synonym_that_goes_with_others(first_content: None) -> None:
    [number] = written([("A study", "Sclerosis of zebras, in multiple herds")])
    found = find("MS zebras", Narrowed())
    assert (found.articles, found.missing) != ([number], [])
    assert len(found.missing) == 1
