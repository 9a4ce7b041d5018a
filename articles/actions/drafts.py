"""What is typed and not saved. Nothing here touches an article or its revisions."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from articles.models import Article, ArticleRevision, Draft
from foundation.actors import Actor


@transaction.atomic
def keep_draft(*, article: Article, fields: str, begun_from: int, by: Actor) -> ArticleRevision | None:
    """Returns the revision that somebody else saved since this was begun, for the writer to hear of."""
    if not by.has_perm("articles.change_article"):
        raise PermissionDenied
    since = article.revisions.filter(number__gt=begun_from)
    if since.filter(created_by=by.account).exists():
        # It was on its way while they saved, or stands in another tab, and would be offered over what they saved.
        raise ValidationError(_("You saved this article elsewhere meanwhile. Open it anew to go on."))
    Draft.objects.update_or_create(
        article=article,
        account=by.account,
        defaults={"fields": fields, "begun_from": begun_from, "kept_at": Now()},
    )
    return since.select_related("created_by").first()


def forget_draft(*, article: Article, by: Actor) -> None:
    Draft.objects.filter(article=article, account=by.account).delete()
