from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from articles.actions.papers import paper_of
from articles.models import Article, ArticleRevision, Topic
from articles.rules import missing, missing_words
from foundation.actors import Actor


@transaction.atomic
def publish(*, revision: ArticleRevision, by: Actor) -> Article:
    """Makes a revision the one that visitors read.

    Raises ValidationError for what is missing, and for a citation that no paper can hold.
    """
    refuse_unfinished(revision.content)
    article = Article.objects.select_for_update().get(pk=revision.article_id)
    article.live_revision = revision
    article.state = Article.State.PUBLISHED
    article.published_at = article.published_at or timezone.now()
    article.paper = paper_of(revision.content["citation"])
    article.changed_by = by.account
    article.save()
    article.topics.set(Topic.objects.filter(slug__in=revision.content["topics"]))
    return article


@transaction.atomic
def withdraw(*, article: Article, by: Actor) -> Article:
    """Takes an article off the site; its revisions stay."""
    found = Article.objects.select_for_update().get(pk=article.pk)
    found.state = Article.State.WITHDRAWN
    found.changed_by = by.account
    found.save(update_fields=["state", "changed_by"])
    return found


def refuse_unfinished(content: dict[str, Any]) -> None:
    lacks = missing(content)
    if lacks:
        raise ValidationError([missing_words(code) for code in lacks])
