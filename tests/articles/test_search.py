from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import Article, SearchEntry, Synonym, Topic
from articles.search.excerpts import excerpt, marked, pattern_of
from articles.search.typed import Group
from clinic import pages
from tests.articles.shown import saved, shown
from tests.browser_posts import untouched

MS, LIVER = "neural-progenitors-progressive-ms", "cord-cells-advanced-liver-cirrhosis"
SEARCH = "/research/search/"


@pytest.fixture(autouse=True)
def _content(first_content: None) -> None: ...


def found(client: Client, q: str, **more: str) -> list[str]:
    page = client.get(SEARCH, {"q": q, **more}).text.partition('id="found"')[2]
    return [part.partition("/")[0] for part in page.split('<h3><a href="/research/')[1:]]


def test_a_word_is_no_part_of_another(client: Client, article: Article, staff: Any) -> None:
    shown(article, staff, title="Cirrhosis and its symptoms", summary="Nothing of that other condition stands in this.")
    assert LIVER not in found(client, "MS")


def test_what_is_withdrawn_or_waits_is_not_found_and_what_comes_back_is(client: Client) -> None:
    live = Article.objects.filter(slug=LIVER)
    assert LIVER in found(client, "cirrhosis")
    live.update(state="withdrawn")
    assert found(client, "cirrhosis") == []
    assert not SearchEntry.objects.filter(article__slug=LIVER).exists()
    live.update(state="published", published_at=timezone.now() + timedelta(days=1))
    assert found(client, "cirrhosis") == found(client, "10.1007/s12072-021-10199-2") == []
    live.update(published_at=timezone.now() - timedelta(days=1))
    assert LIVER in found(client, "cirrhosis")


def test_only_what_visitors_read_is_found(client: Client, article: Article, staff: Any) -> None:
    saved(article, staff, title="Zebrafish and cirrhosis")
    saved(Article.objects.create(slug="only-a-draft"), staff, **article.content | {"title": "Zebrafish"})
    assert found(client, "zebrafish") == []
    assert "zebrafish" not in client.get(SEARCH, {"q": "zebrafihs"}).text
    shown(article, staff, title="Zebrafish and cirrhosis")
    assert found(client, "zebrafish") == [LIVER]


def test_a_topic_of_another_name_is_found_by_that(client: Client) -> None:
    topic = Topic.objects.get(slug="cirrhosis")
    topic.name = "Shrunken organ"
    topic.save()
    assert found(client, "shrunken organ") == [LIVER]
    Article.objects.get(slug=LIVER).topics.remove(topic)
    assert found(client, "shrunken organ") == []


def test_a_search_for_a_topic_offers_it(client: Client) -> None:
    assert (
        'href="/research/topics/multiple-sclerosis/"' in client.get(SEARCH, {"q": "MS"}).text.partition('id="found"')[2]
    )


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("multple sclerosis", "multiple sclerosis"),
        ("cirhosis", "cirrhosis"),
        ("rheumatoid artritis", "rheumatoid arthritis"),
    ],
)
def test_a_near_miss_is_asked_about(client: Client, typed: str, right: str) -> None:
    page = client.get(SEARCH, {"q": typed}).text
    assert f">{right}</a>" in page.partition("Did you mean")[2]
    assert found(client, right)


def test_whoever_finds_nothing_is_shown_the_topics_and_blamed_for_nothing(client: Client) -> None:
    page = client.get(SEARCH, {"q": "xyzzyqu"}).text
    assert "Nothing found" in page
    assert "Did you mean" not in page
    assert "spelled" not in page
    assert 'href="/research/topics/multiple-sclerosis/"' in page


def test_words_that_no_summary_has_together_are_named(client: Client) -> None:
    page = client.get(SEARCH, {"q": "cirrhosis husband"}).text
    assert found(client, "cirrhosis husband")[0] == LIVER
    assert "without “husband”" in page


@pytest.mark.parametrize(
    ("narrowed", "slugs"),
    [
        ({"topic": "cirrhosis"}, [LIVER]),
        ({"design": "uncontrolled"}, [MS]),
        ({"topic": "cirrhosis", "design": "uncontrolled"}, []),
        ({"topic": "no-such-topic", "design": "no such kind", "q": "cirrhosis"}, [LIVER]),
    ],
)
def test_a_search_is_narrowed_by_topic_and_kind_of_study(
    client: Client, narrowed: dict[str, str], slugs: list[str]
) -> None:
    assert found(client, **{"q": "stem cells", **narrowed})[: len(slugs) or 1] == slugs


def test_the_page_keeps_what_was_chosen(client: Client) -> None:
    chosen = {"q": "stem cells", "topic": "cirrhosis", "design": "randomised"}
    assert untouched(client.get(SEARCH, chosen), SEARCH) == chosen


def test_forty_words_of_nonsense_cost_no_more_than_sixteen(client: Client) -> None:
    def statements(words: int) -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(SEARCH, {"q": " ".join(f"qz{chr(97 + number % 26)}k" for number in range(words))})
        return len(asked)

    client.get("/about/")
    assert statements(40) <= statements(16) + 1


def test_more_words_ask_no_more_of_postgres(client: Client) -> None:
    def statements(typed: str) -> int:
        client.get(SEARCH, {"q": typed})
        with CaptureQueriesContext(connection) as asked:
            assert "without “husband”" in client.get(SEARCH, {"q": typed}).text
        return len(asked)

    assert statements("cirrhosis stem cells liver husband") == statements("cirrhosis husband")


def test_editors_say_what_means_the_same(client: Client, desk: Client) -> None:
    assert found(client, "fluffy liver") == found(client, "liver")
    assert "without “fluffy”" in client.get(SEARCH, {"q": "fluffy liver"}).text
    add = "/admin/articles/synonym/add/"
    response = desk.post(add, {**untouched(desk.get(add), "synonym_form"), "words": "fluffy liver ,cirrhosis,"})
    assert response.status_code == 302
    assert Synonym.objects.filter(words="fluffy liver, cirrhosis").exists()
    assert found(client, "Fluffy-liver")[0] == LIVER
    assert "without “fluffy”" not in client.get(SEARCH, {"q": "fluffy liver"}).text
    one = desk.post(add, {**untouched(desk.get(add), "synonym_form"), "words": "alone,"})
    assert "Name two or more" in one.text


def test_what_an_editor_takes_out_is_not_brought_back_by_an_upgrade() -> None:
    from articles.first_content import load_synonyms

    Synonym.objects.filter(words__startswith="MS,").delete()
    load_synonyms()
    assert not Synonym.objects.filter(words__startswith="MS,").exists()


def test_what_is_found_is_marked_and_escaped_first(client: Client, article: Article, staff: Any) -> None:
    shown(article, staff, title="<b>Cirrhosis</b> & Zoë O'Brien & Sons")
    page = client.get(SEARCH, {"q": "cirrhosis <script>"}).text
    assert "&lt;b&gt;<mark>Cirrhosis</mark>&lt;/b&gt; &amp; Zoë" in page
    assert "<script>" not in page.partition('id="found"')[2]


def test_an_excerpt_shows_where_the_words_stand_together() -> None:
    pattern = pattern_of([Group("therapy", (("therapy",),)), Group("ms", (("ms",),))])
    text = f"One therapy. {'Nothing of it here. ' * 40}These therapies for MS <em>, not for MSC. {'And more. ' * 40}"
    shown_text = excerpt(text, pattern)
    assert "<mark>therapies</mark> for <mark>MS</mark> &lt;em&gt;, not for MSC." in shown_text
    assert shown_text.startswith("… ")
    assert excerpt("Nothing of it", pattern) == ""
    assert marked("Thérapy & ms", pattern) == "<mark>Thérapy</mark> &amp; <mark>ms</mark>"


def test_an_excerpt_leaves_out_neither_the_no_nor_the_but_of_a_sentence() -> None:
    pattern = pattern_of([Group("cure", (("cure",),))])
    no = f"None of the trials {'with few people and no control group ' * 4}could show that cells cure anybody."
    but = f"Cells cure mice, {'as one of the laboratories has told us ' * 7}but not people."
    for sentence in (no, but):
        shown_text = excerpt(f"Before. {sentence} {'And more. ' * 60}", pattern)
        assert sentence in shown_text.replace("<mark>", "").replace("</mark>", "")
    assert len(excerpt("cure " * 1000, pattern)) < 5000


def test_as_somebody_types_only_what_is_found_comes(client: Client) -> None:
    response = client.get(SEARCH, {"q": "cirrh"}, headers={"HX-Request": "true"})
    assert LIVER in response.text
    assert "<html" not in response.text
    assert "HX-Request" in response["Vary"]
    assert 'id="found-count"' in response.text


def test_searches_are_not_held_in_memory(client: Client) -> None:
    client.get(SEARCH)
    before = pages.bytes_held()
    for number in range(5):
        client.get(SEARCH, {"q": f"cirrhosis {number}"})
        client.get(SEARCH, headers={"HX-Request": "true"})
    assert pages.bytes_held() == before


@pytest.mark.parametrize(
    "typed", ["'", "a & | ! :* <-> (", "\\", "  ", "the", "10.", "%", "-", "ſ", "名", "a" * 500, "x " * 90]
)
def test_no_question_is_an_error(client: Client, typed: str) -> None:
    assert client.get(SEARCH, {"q": typed}).status_code == 200


def test_the_pages_of_a_search_keep_it(client: Client, article: Article, staff: Any) -> None:
    for number in range(11):
        shown(Article.objects.create(slug=f"copy-{number}"), staff, **article.content)
    page = client.get(SEARCH, {"q": "cirrhosis", "topic": "cirrhosis"}).text
    assert "?q=cirrhosis&amp;topic=cirrhosis&amp;page=2" in page
    assert len(found(client, "cirrhosis", page="2")) == 2
    assert client.get(SEARCH, {"q": "cirrhosis", "page": "9"}).status_code == 404
