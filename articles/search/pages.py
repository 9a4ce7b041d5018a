"""The page of the search: whole, or for htmx what was found alone, as somebody types."""

import re
from typing import Any

from django.core.paginator import Page
from django.db.models import BigIntegerField, DateTimeField, F, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from articles.models import Article, Topic, knowing_of_notices, with_notices
from articles.paging import page_of
from articles.search.excerpts import excerpt, pattern_of
from articles.search.finding import MOST, Narrowed, find
from articles.search.meant import meant, topics_like
from foundation.prepared import Blank, Rows, Several

# Each is looked through for an excerpt.
PER_PAGE = 10
LONGEST = 200
# By what articles.claims.designs calls them.
DESIGNS = {
    "review": _("Reviews of several studies"),
    "randomised": _("Trials with a comparison by chance"),
    "uncontrolled": _("Studies without such a comparison"),
    "animal": _("Studies in animals or the laboratory"),
}


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    typed = request.GET.get("q", "")[:LONGEST]
    narrowed = narrowed_by(request)
    topics = topics_in_use()
    context = {"query": typed.strip(), "narrowed": narrowed, "topics": topics, "designs": DESIGNS}
    if typed.strip():
        context |= answer(request, typed, narrowed, topics)
    else:
        # Of nothing there is no second page.
        page_of(request, [], PER_PAGE)
    whole = not request.headers.get("HX-Request")
    response = render(request, "articles/search.html" if whole else "articles/_search_answer.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def topics_in_use() -> list[Topic]:
    return TOPICS.ask(now=timezone.now())


def with_an_article() -> QuerySet[Topic]:
    """By the first article of each that is found: to gather the topics of all articles takes ten times as long.

    As a value, since of EXISTS Postgres makes just that gathering.
    """
    first = Article.objects.published_at(NOW).filter(topics=OuterRef("pk")).order_by().values("pk")[:1]
    return Topic.objects.alias(first=Subquery(first)).exclude(first=None)


def articles_of_page() -> QuerySet[Article]:
    found = Article.objects.published_at(NOW).filter(pk__in=Several("numbers", BigIntegerField()))
    return knowing_of_notices(found).annotate(text=F("search_entry__text"))


NOW = Blank("now", DateTimeField())
TOPICS, ARTICLES = Rows(with_an_article), Rows(articles_of_page)


def narrowed_by(request: HttpRequest) -> Narrowed:
    """What nobody can choose narrows nothing: an old link still finds."""
    topic, design = request.GET.get("topic", ""), request.GET.get("design", "")
    is_topic = bool(topic) and Topic.objects.filter(slug=topic).exists()
    return Narrowed(topic if is_topic else "", design if design in DESIGNS else "")


def answer(request: HttpRequest, typed: str, narrowed: Narrowed, topics: list[Topic]) -> dict[str, Any]:
    found = find(typed, narrowed)
    page = page_of(request, found.articles, PER_PAGE)
    pattern = pattern_of(found.groups)
    right = meant(typed.strip()) if found.missing or not found.articles else ""
    chosen = {name: value for name, value in narrowed._asdict().items() if value}
    return {
        "page": page,
        "articles": shown(page, pattern),
        "pattern": pattern,
        "missing": found.missing,
        "more_than": MOST if len(found.articles) >= MOST else None,
        "meant": right,
        "meant_query": urlencode({"q": right, **chosen}),
        "all_query": urlencode({"q": typed.strip()}),
        "near": topics_like(found.groups, topics),
        "kept": urlencode({"q": typed.strip(), **chosen}),
    }


def shown(page: Page, pattern: re.Pattern[str] | None) -> list[Article]:
    """In the order found, each with what of its sections speaks of it."""
    found = with_notices(ARTICLES.ask(now=timezone.now(), numbers=list(page.object_list)))
    articles = {article.pk: article for article in found}
    for article in found:
        article.excerpt = excerpt(article.text or "", pattern)  # type: ignore[attr-defined]
    return [articles[number] for number in page.object_list if number in articles]
