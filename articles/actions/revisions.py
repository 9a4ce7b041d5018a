from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from articles.models import Article, ArticleRevision
from articles.rules import check_content, content_sha256, kept
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
    if newest and content_sha256(kept(newest.content)) == sha256:
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


def _saved_meanwhile(newest: ArticleRevision) -> str:
    return _(
        "%(who)s saved revision %(number)s on %(when)s, after you opened this page. To keep both, "
        "open the article in another window and bring over there what you changed here."
    ) % {
        "who": newest.created_by or newest.get_source_display(),
        "number": newest.number,
        "when": date_format(timezone.localtime(newest.created_at), "DATETIME_FORMAT"),
    }
