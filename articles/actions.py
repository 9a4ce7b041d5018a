"""How articles change: every path, the loader's and the editors', goes through these."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from articles.models import Article, ArticleRevision, Paper, Topic
from articles.rules import check_content, content_sha256
from foundation.actors import Actor


@transaction.atomic
def save_revision(
    *,
    article: Article,
    content: dict[str, Any],
    by: Actor,
    source: str = ArticleRevision.Source.EDITOR,
    begun_from: int | None = None,
) -> ArticleRevision:
    """Adds a revision; content equal to the newest one gives that one. Raises ValidationError for wrong content.

    begun_from: the number of the revision that was edited (0: none); it is refused when there is a newer one by now.
    """
    check_content(content)
    Article.objects.select_for_update().get(pk=article.pk)
    newest = article.revisions.first()
    sha256 = content_sha256(content)
    if newest and newest.content_sha256 == sha256:
        return newest
    if newest and begun_from not in (None, newest.number):
        raise ValidationError(_saved_meanwhile(newest))
    return ArticleRevision.objects.create(
        article=article,
        number=newest.number + 1 if newest else 1,
        content=content,
        content_sha256=sha256,
        source=source,
        created_by=by.account,
    )


@transaction.atomic
def publish(*, revision: ArticleRevision, by: Actor) -> Article:
    """Makes a revision the one that visitors read. Raises ValidationError for a citation that no paper can hold."""
    article = Article.objects.select_for_update().get(pk=revision.article_id)
    article.live_revision = revision
    article.state = Article.State.PUBLISHED
    article.published_at = article.published_at or timezone.now()
    article.paper = _paper(revision.content["citation"])
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


def _saved_meanwhile(newest: ArticleRevision) -> str:
    return _(
        "%(who)s saved revision %(number)s on %(when)s, after you opened this page. To keep both, "
        "open the article in another window and bring over there what you changed here."
    ) % {
        "who": newest.created_by or newest.get_source_display(),
        "number": newest.number,
        "when": date_format(timezone.localtime(newest.created_at), "DATETIME_FORMAT"),
    }


def _paper(citation: dict[str, Any]) -> Paper | None:
    """The one row of this DOI; a paper without a DOI stands in the citation alone."""
    if "doi" not in citation:
        return None
    fields = ("pmid", "pmcid", "title", "journal", "year")
    facts = {field: citation[field] for field in fields if field in citation}
    doi = citation["doi"].lower()
    Paper(doi=doi, **facts).clean_fields()
    return Paper.objects.update_or_create(doi=doi, defaults=facts)[0]
