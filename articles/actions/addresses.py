"""An article gets another address. Postgres keeps the old one where it was read, whoever changes the slug."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from articles.models import Article, SlugRedirect
from articles.rules import TAKEN, refuse_address
from foundation.actors import Actor


@transaction.atomic
def change_address(*, article: Article, slug: str, by: Actor) -> SlugRedirect | None:
    """Returns the old address as it was kept; none where nobody could read the article at it."""
    found, slug = Article.objects.select_for_update().get(pk=article.pk), slug.lower()
    if found.slug == slug:
        raise ValidationError(_("It has this address already."))
    refuse_address(slug, found)
    old, found.slug = found.slug, slug
    _save(found)
    kept = SlugRedirect.objects.filter(article=found, slug=old)
    kept.update(changed_by=by.account)
    return kept.first()


def _save(article: Article) -> None:
    """Somebody may have taken it since it was asked for."""
    try:
        with transaction.atomic():
            article.save(update_fields=["slug"])
    except IntegrityError as error:
        raise ValidationError(TAKEN) from error
