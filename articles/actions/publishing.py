from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.actions.claims import unfinished
from articles.actions.images import absent_images
from articles.actions.papers import note_papers, paper_of
from articles.actions.reviews import note_review_dates
from articles.models import Article, ArticleRevision, Rendering, Topic, is_cleared
from articles.sections import rendered
from foundation.actors import Actor


@transaction.atomic
def publish(*, revision: ArticleRevision, by: Actor, at: datetime | None = None) -> Article:
    """Makes a revision the one that visitors read, at: from when on, for an article that they do not read yet.

    Raises ValidationError for what is missing, and for a citation that no paper can hold.
    """
    article = Article.objects.select_for_update().get(pk=revision.article_id)
    refuse_what_is_not_ready(revision)
    _render(revision)
    article.live_revision = revision
    _set_day(article, at)
    _stay_as_long_as_was_said(article)
    article.state = Article.State.PUBLISHED
    article.paper = paper_of(revision.content["citation"])
    article.changed_by = by.account
    article.save()
    article.topics.set(Topic.objects.filter(slug__in=revision.content["topics"]))
    note_papers(article, revision.content)
    note_review_dates(article)
    return article


def _render(revision: ArticleRevision) -> None:
    """What was rendered before stays as it was read, and so is never served as what the text gives by now."""
    sections = rendered(revision.content)
    rendering, _created = Rendering.objects.get_or_create(revision=revision, defaults={"sections": sections})
    if rendering.sections != sections:
        raise ValidationError(
            _(
                "What was kept of this revision for visitors is not what its text gives. "
                "Change it and save that as a new one."
            )
        )


def _set_day(article: Article, at: datetime | None) -> None:
    """Whatever was read keeps its day, unless it is gone and another is set: until that its address says why."""
    since, now = article.read_since(), timezone.now()
    day = since if since and (at is None or not article.is_unread()) else at or now
    if since and day > now:
        article.gone_reason = article.gone_reason if article.is_waiting() else article.withdrawal_reason
        article.first_shown_at = since
    else:
        article.gone_reason, article.first_shown_at = "", None
    article.published_at = day


def _stay_as_long_as_was_said(article: Article) -> None:
    """A day to go that is still to come holds for what is published now; else publishing brings the article back."""
    leaves = article.withdraws_at if article.is_leaving() else None
    if not leaves or leaves <= timezone.now():
        article.withdraws_at, article.withdrawal_reason = None, ""
    elif article.published_at and leaves <= article.published_at:
        raise ValidationError(_("It is set to be withdrawn before that. Take that back first."))


def refuse_what_is_not_ready(revision: ArticleRevision) -> None:
    lacks = not_ready(revision)
    if lacks:
        raise ValidationError(lacks)


def not_ready(revision: ArticleRevision) -> list[Any]:
    """A sentence for each thing that stands between this revision and its publishing."""
    lacks: list[Any] = [*unfinished(revision)]
    lacks += absent_images(revision.content)
    if not is_cleared(revision):
        lacks.append(_("It needs the approval of a medical reviewer, or a release without one."))
    return lacks
