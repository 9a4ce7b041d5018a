"""What an editor waits for on a long article: the lint, the page as readers will see it, and both while typing."""

import time
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client, RequestFactory
from django.utils import timezone

from articles.actions import save_revision
from articles.claims.article import of_article, uses_of_letters
from articles.claims.grade import grade
from articles.claims.lint import in_paragraph
from articles.claims.rules import possible
from articles.claims_gate import claims_in
from articles.models import Article, ArticleRevision, PreviewLink
from articles.preview_pages import as_read
from foundation.actors import JOB
from foundation.views import private_page
from tests.browser_posts import untouched

LINT, SHOW, BOTH = "the claims lint after an edit", "the preview", "both together"
TYPED, COLD = "lint and preview of what is typed, the whole request", "the claims lint of a text never seen"
WORDS = 3000
TODAY = date(2026, 11, 28)
TIMES = 60
MOST_TOGETHER_MS = 150.0
HELD_TO_IT = (BOTH, TYPED)
INTRODUCTION = (
    f"## An article of {WORDS:,} words in the editor\n\n"
    "The opening articles' sections, again and again. An edit is a sentence more in every section, and while somebody "
    f"types in one; nothing of a text never seen is known to the process. {TIMES} times; both together take at most "
    f"{MOST_TOGETHER_MS:.0f} ms at the 95th percentile. *Processor* is what the process itself took, whatever else the "
    "machine did."
)

# By task, the milliseconds by the clock and of the processor.
Measured = dict[str, list[tuple[float, float]]]


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
    private_page(request, "articles/preview.html", {"link": link, "article": article, **as_read(content, article)})


def timed(work: Callable[[], Any]) -> tuple[float, float]:
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return (time.perf_counter() - clock) * 1000, (time.process_time() - processor) * 1000


class Typing:
    """Somebody at the editor of such an article, with the page as readers will see it beside the fields."""

    def __init__(self, content: dict[str, Any]) -> None:
        article = Article.objects.create(slug="a-long-article")
        save_revision(article=article, content=content, by=JOB)
        users: Any = get_user_model()._default_manager
        self.client = Client(headers={"host": settings.SITE_HOST})
        self.client.force_login(users.create_superuser("editor@clinic.example", name="Ed Itor"))
        page = f"/admin/articles/article/{article.pk}/"
        self.fields, self.preview = untouched(self.client.get(f"{page}change/"), "article_form"), f"{page}preview/"

    def type(self, number: int) -> None:
        """Each time in another section."""
        bodies = [name for name in self.fields if name.endswith("-body") and self.fields[name]]
        self.fields[bodies[number % len(bodies)]] += f" Of {number} people."
        # As static/live-preview.js sends it.
        body = urlencode(self.fields, doseq=True)
        if self.client.post(self.preview, body, "application/x-www-form-urlencoded").status_code != 200:
            raise RuntimeError(f"{self.preview} answered no page")


def measure() -> Measured:
    article, content = Article.objects.published()[0], long_content()
    typing = Typing(content)
    # A process compiles the rules and templates once, and has linted what is edited.
    of_article(content, TODAY)
    show(article, content)
    times: Measured = {name: [] for name in (LINT, SHOW, BOTH, TYPED, COLD)}
    for number in range(1, TIMES + 1):
        words = changed(content, number)
        linted, shown = timed(partial(claims_in, words)), timed(partial(show, article, words))
        times[LINT].append(linted)
        times[SHOW].append(shown)
        times[BOTH].append((linted[0] + shown[0], linted[1] + shown[1]))
        forget()
        times[COLD].append(timed(partial(of_article, words, TODAY)))
        of_article(content, TODAY)
    typing.type(0)
    times[TYPED] = [timed(partial(typing.type, number)) for number in range(1, TIMES + 1)]
    return times


def forget() -> None:
    for kept in (in_paragraph, possible, grade, uses_of_letters):
        kept.cache_clear()


def rows(times: Measured) -> Iterator[dict[str, Any]]:
    for name, found in times.items():
        clock, processor = (sorted(each) for each in zip(*found, strict=True))
        p95 = at(clock, 0.95)
        yield {
            "task": name,
            "median_ms": at(clock, 0.5),
            "p95_ms": p95,
            "processor_median_ms": at(processor, 0.5),
            "processor_p95_ms": at(processor, 0.95),
            "within_target": name not in HELD_TO_IT or p95 <= MOST_TOGETHER_MS,
        }


def at(found: list[float], share: float) -> float:
    return round(found[max(0, int(len(found) * share) - 1)], 1)


def table(found: list[dict[str, Any]]) -> str:
    lines = [
        "|  | median | 95th percentile | processor, median | processor, 95th percentile |  |",
        "| --- | ---: | ---: | ---: | ---: | --- |",
    ]
    for row in found:
        verdict = "ok" if row["within_target"] else "beyond its target"
        numbers = (f"{row[name]} ms" for name in row if name.endswith("_ms"))
        lines.append(f"| {row['task']} | {' | '.join(numbers)} | {verdict} |")
    return "\n".join(lines)
