"""What helps somebody through an article and on: how long it takes, what stands in it, and what to read then."""

from math import ceil
from typing import Any, NamedTuple

from django.contrib.postgres.fields import ArrayField
from django.db.models import F, JSONField
from django.db.models.expressions import RawSQL
from django.db.models.functions import JSONObject

from articles.models import Article, Topic, without_taken_back
from articles.models.articles import ArticleQuerySet

# A minute, of a text about one's own illness; of lighter things people read 240.
WORDS_A_MINUTE = 180
MOST = 3
# Of these the best are chosen; one article may be there for each topic that the two share.
LOOKED_AT = 20


def minutes(content: dict[str, Any]) -> int:
    """Of a draft, too, which may lack any of it."""
    texts = [content.get("summary", ""), *(section["body"] for section in content.get("sections", []))]
    return max(1, ceil(sum(len(text.split()) for text in texts) / WORDS_A_MINUTE))


def with_next(articles: ArticleQuerySet, slug: Any, now: Any) -> ArticleQuerySet:
    """In the same statement, since each trip to Postgres is a reader's wait. slug: of the one article that is read."""
    others = Article.objects.published_at(now).filter(topics__articles__slug=slug).exclude(slug=slug)
    told = JSONObject(slug=F("slug"), title=F("live_revision__content__title"), topic=F("topics__slug"))
    near = without_taken_back(others).order_by("-published_at").values_list(told)[:LOOKED_AT]
    sql, params = near.query.sql_with_params()
    return articles.annotate(near=RawSQL(f"ARRAY({sql})", params, ArrayField(JSONField())))  # noqa: S611 - Django's own


class Next(NamedTuple):
    """topic: the reason."""

    slug: str
    title: str
    topic: Topic


def next_reading(near: list[dict[str, str]], topics: list[Topic]) -> list[Next]:
    """Those on what the article is most about first, each once. topics: of the article, in its order."""
    places = {topic.slug: place for place, topic in enumerate(topics)}
    found: dict[str, Next] = {}
    for other in sorted(
        (other for other in near if other["topic"] in places), key=lambda other: places[other["topic"]]
    ):
        found.setdefault(other["slug"], Next(other["slug"], other["title"], topics[places[other["topic"]]]))
    return list(found.values())[:MOST]
