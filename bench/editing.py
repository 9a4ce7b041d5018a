"""What an editor waits for on a long article: the claims lint, and the page as readers will see it."""

import time
from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from typing import Any

from django.test import RequestFactory
from django.utils import timezone

from articles.claims.article import of_article
from articles.claims.lint import in_paragraph
from articles.claims_gate import claims_in
from articles.models import Article, ArticleRevision, PreviewLink
from articles.preview_pages import as_read
from foundation.views import private_page

NAMES = ("the claims lint after an edit", "the preview", "both together", "the claims lint of a text never seen")
WORDS = 3000
TODAY = date(2026, 11, 28)
TIMES = 60
MOST_TOGETHER_MS = 150.0
INTRODUCTION = (
    f"## An article of {WORDS:,} words in the editor\n\n"
    "The opening articles' sections, again and again. An edit is a sentence more in every section; nothing of a text "
    f"never seen is known to the process. The 95th percentile of {TIMES} times; both together take at most "
    f"{MOST_TOGETHER_MS:.0f} ms."
)


def long_content() -> dict[str, Any]:
    """As long as asked, to the section."""
    articles = list(Article.objects.published())
    found = deepcopy(articles[0].content)
    bodies = [section for article in articles for section in article.content["sections"]]
    while sum(len(section["body"].split()) for section in found["sections"]) < WORDS:
        found["sections"].append(bodies[len(found["sections"]) % len(bodies)])
    return found


def changed(content: dict[str, Any], number: int) -> dict[str, Any]:
    sections = [{**section, "body": f"{section['body']} Of {number} people."} for section in content["sections"]]
    return {**content, "sections": sections}


def show(article: Article, content: dict[str, Any]) -> None:
    now = timezone.now()
    revision = ArticleRevision(article=article, number=1, content=content, created_at=now)
    link = PreviewLink(revision=revision, expires_at=now)
    request = RequestFactory().get("/preview/x/")
    private_page(request, "articles/preview.html", {"link": link, "article": article, **as_read(content)})


def measure() -> dict[str, list[float]]:
    article, content = Article.objects.published()[0], long_content()
    # A process compiles the rules and templates once, and has linted what is edited.
    of_article(content, TODAY)
    show(article, content)
    times: dict[str, list[float]] = {name: [] for name in NAMES}
    for number in range(1, TIMES + 1):
        words, begun = changed(content, number), time.perf_counter()
        claims_in(words)
        linted = time.perf_counter()
        show(article, words)
        ended = time.perf_counter()
        in_paragraph.cache_clear()
        cold = time.perf_counter()
        claims_in(changed(words, number))
        found = (linted - begun, ended - linted, ended - begun, time.perf_counter() - cold)
        for name, seconds in zip(NAMES, found, strict=True):
            times[name].append(seconds * 1000)
        of_article(content, TODAY)
    return times


def rows(times: dict[str, list[float]]) -> Iterator[dict[str, Any]]:
    for name, found in times.items():
        p95 = sorted(found)[int(len(found) * 0.95) - 1]
        fits = name != "both together" or p95 <= MOST_TOGETHER_MS
        yield {"task": name, "median_ms": round(sorted(found)[len(found) // 2], 1), "p95_ms": round(p95, 1)} | {
            "within_target": fits
        }


def table(found: list[dict[str, Any]]) -> str:
    lines = ["|  | median | 95th percentile |  |", "| --- | ---: | ---: | --- |"]
    for row in found:
        verdict = "ok" if row["within_target"] else "beyond its target"
        lines.append(f"| {row['task']} | {row['median_ms']} ms | {row['p95_ms']} ms | {verdict} |")
    return "\n".join(lines)
