"""What is typed and not saved. Nothing here touches an article or its revisions."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models.functions import Now

from articles.models import Article, ArticleRevision, Draft
from foundation.actors import Actor


@transaction.atomic
def keep_draft(*, article: Article, fields: str, begun_from: int, by: Actor) -> ArticleRevision | None:
    """Returns the revision that somebody else saved since this was begun, for the writer to hear of."""
    if not by.has_perm("articles.change_article"):
        raise PermissionDenied
    since = article.revisions.filter(number__gt=begun_from)
    if since.filter(created_by=by.account).exists():
        # It was on its way while they saved; kept now, it would be offered as something that is not saved.
        return None
    Draft.objects.update_or_create(
        article=article,
        account=by.account,
        defaults={"fields": fields, "begun_from": begun_from, "kept_at": Now()},
    )
    return since.select_related("created_by").first()


def forget_draft(*, article: Article, by: Actor) -> None:
    Draft.objects.filter(article=article, account=by.account).delete()
