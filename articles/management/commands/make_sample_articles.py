import time
from random import Random
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from django.utils import timezone

from articles.management.sample_articles import content_of
from articles.models import Article, ArticleRevision, Release, Rendering, Topic
from articles.rules import content_sha256

BATCH = 250
BAR = 30
SLUG = "sample-"


class Command(BaseCommand):
    help = "Fills a development or test site with published articles about studies that never were."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", type=int, help="how many articles")
        parser.add_argument("--seed", type=int, default=1, help="the same number and seed give the same articles")

    def handle(self, *args: Any, number: int, seed: int, **options: Any) -> None:
        if settings.SITE_URL.startswith("https://"):
            raise CommandError("This site has an https address, so it may be real; it gets no studies that never were.")
        topics = list(Topic.objects.all())
        if not topics:
            raise CommandError("There are no topics yet; run load_first_content before this.")
        started, random = time.monotonic(), Random(seed)  # noqa: S311 - not for secrets
        first = 1 + Article.objects.filter(slug__startswith=SLUG).count()
        for done in range(0, number, BATCH):
            numbers = range(first + done, first + min(done + BATCH, number))
            add(numbers, random, topics)
            self.show(done + len(numbers), number, started)
        tidy()
        self.stdout.write(f"{number:,} sample articles in {time.monotonic() - started:.0f} s.")

    def show(self, done: int, number: int, started: float) -> None:
        if not self.stdout.isatty():
            return
        filled, left = BAR * done // number, (time.monotonic() - started) * (number - done) / done
        bar = f"[{'#' * filled}{'.' * (BAR - filled)}]"
        self.stdout.write(f"\r{bar} {done:,} of {number:,}, {left:.0f} s left ", ending="\n" if done == number else "")
        self.stdout.flush()


@transaction.atomic
def add(numbers: range, random: Random, topics: list[Topic]) -> None:
    """Past the same gate as all others, only many at a time."""
    chosen = [random.choice(topics) for _number in numbers]
    contents = [content_of(number, random, topic.slug) for number, topic in zip(numbers, chosen, strict=True)]
    articles = Article.objects.bulk_create(Article(slug=f"{SLUG}{number}") for number in numbers)
    through = Article.topics.through
    through.objects.bulk_create(
        through(article=article, topic=topic) for article, topic in zip(articles, chosen, strict=True)
    )
    for article, revision in zip(articles, cleared(articles, contents), strict=True):
        article.live_revision, article.state, article.published_at = revision, Article.State.PUBLISHED, timezone.now()
    Article.objects.bulk_update(articles, ["live_revision", "state", "published_at"])


def cleared(articles: list[Article], contents: list[dict[str, Any]]) -> list[ArticleRevision]:
    revisions = ArticleRevision.objects.bulk_create(
        ArticleRevision(
            article=article,
            number=1,
            content=content,
            content_sha256=content_sha256(content),
            source=ArticleRevision.Source.FIRST_CONTENT,
        )
        for article, content in zip(articles, contents, strict=True)
    )
    cause = Release.Cause.FIRST_CONTENT
    Release.objects.bulk_create(
        Release(revision=found, content_sha256=found.content_sha256, cause=cause) for found in revisions
    )
    Rendering.objects.bulk_create(Rendering(revision=found, sections=paragraphs(found.content)) for found in revisions)
    return revisions


def paragraphs(content: dict[str, Any]) -> list[str]:
    """As articles.sections makes them of plain text, a hundred times as fast."""
    return [f"<p>{section['body']}</p>\n" for section in content["sections"]]


def tidy() -> None:
    """What autovacuum would do within minutes: count the rows, by which Postgres chooses its way."""
    with connection.cursor() as cursor:
        for table in ("articles_article", "articles_article_topics", "articles_searchentry", "articles_searchword"):
            cursor.execute(f"ANALYZE {table}")
