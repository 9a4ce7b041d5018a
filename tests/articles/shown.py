"""Articles past the gate, for tests that are about something else."""

from typing import Any

from articles.actions import publish, release, save_revision
from articles.models import Article, ArticleRevision


def saved(article: Article, by: Any, **changes: Any) -> ArticleRevision:
    newest = article.revisions.first()
    return save_revision(article=article, content={**(newest.content if newest else {}), **changes}, by=by)


def shown(article: Article, by: Any, **changes: Any) -> ArticleRevision:
    """What visitors read now, by somebody who may do everything."""
    revision = saved(article, by, **changes)
    release(revision=revision, by=by, reason="A test of something else")
    publish(revision=revision, by=by)
    return revision
