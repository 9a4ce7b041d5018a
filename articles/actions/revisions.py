from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from articles.compare import is_typo_fix
from articles.models import Article, ArticleRevision
from articles.rules import check_content, content_sha256, kept
from foundation.actors import Actor

Change = ArticleRevision.Change


@transaction.atomic
def save_revision(
    *,
    article: Article,
    content: dict[str, Any],
    by: Actor,
    source: str = ArticleRevision.Source.EDITOR,
    begun_from: int | None = None,
    reason: str = "",
    change: str = Change.WORDS,
) -> ArticleRevision:
    """Adds a revision; content equal to the newest one gives that one. Raises ValidationError for wrong content.

    begun_from: the number of the revision that was edited (0: none); it is refused when there is a newer one by now.
    """
    check_content(content)
    newest = _newest_under_lock(article)
    if newest and content_sha256(kept(newest.content)) == content_sha256(content):
        return newest
    _refuse_if_saved_meanwhile(newest, begun_from, by)
    if change == Change.TYPO:
        _refuse_if_more_than_a_typo(newest, content)
    return _add(article, newest, content, by=by, source=source, reason=reason, change=change)


@transaction.atomic
def restore(*, revision: ArticleRevision, by: Actor, begun_from: int | None = None) -> ArticleRevision:
    """The content of an older revision, byte for byte, as the newest one. It is published by nothing but publishing."""
    newest = _newest_under_lock(revision.article)
    _refuse_if_saved_meanwhile(newest, begun_from, by)
    if newest and newest.content_sha256 == revision.content_sha256:
        return newest
    return _add(revision.article, newest, revision.content, by=by, restored_from=revision)


def _newest_under_lock(article: Article) -> ArticleRevision | None:
    Article.objects.select_for_update().get(pk=article.pk)
    return article.revisions.first()


def _add(
    article: Article, newest: ArticleRevision | None, content: dict[str, Any], *, by: Actor, **more: Any
) -> ArticleRevision:
    return ArticleRevision.objects.create(
        article=article,
        number=newest.number + 1 if newest else 1,
        content=content,
        content_sha256=content_sha256(content),
        created_by=by.account,
        **more,
    )


def _refuse_if_saved_meanwhile(newest: ArticleRevision | None, begun_from: int | None, by: Actor) -> None:
    if newest and begun_from not in (None, newest.number):
        raise ValidationError(saved_meanwhile(newest, by))


def _refuse_if_more_than_a_typo(newest: ArticleRevision | None, content: dict[str, Any]) -> None:
    if newest is None or not is_typo_fix(newest.content, content):
        raise ValidationError(
            _(
                "This is more than a typo fix: that puts up to ten words of the text right, each by a letter or two, "
                "and changes no number, nor one word into another. Save it without that mark."
            )
        )


def saved_meanwhile(newest: ArticleRevision, by: Actor) -> str:
    """by: who is told; of their own tabs nobody remembers all."""
    facts = {"number": newest.number, "when": date_format(timezone.localtime(newest.created_at), "DATETIME_FORMAT")}
    if by.account and newest.created_by == by.account:
        return _(
            "You saved revision %(number)s in another tab or window on %(when)s, after you opened this page. To keep "
            "both, open the article in another window and bring over there what you changed here."
        ) % (facts)
    return _(
        "%(who)s saved revision %(number)s on %(when)s, after you opened this page. To keep both, "
        "open the article in another window and bring over there what you changed here."
    ) % {"who": newest.created_by or newest.get_source_display(), **facts}
