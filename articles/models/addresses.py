"""Where an article stood before: an address that visitors could once read leads on, and is never another article's."""

from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from articles.models.articles import Article


class SlugRedirect(models.Model):
    """An address that an article had while it was read. A trigger keeps it, by whatever path the slug is changed, and
    takes it away when the article has it again."""

    slug = models.SlugField(_("old address"), max_length=100, unique=True)
    article = models.ForeignKey(Article, models.PROTECT, related_name="old_addresses", verbose_name=_("article"))
    since = models.DateTimeField(_("since"), db_default=Now(), editable=False)
    # The trigger does not know who it was; the action does.
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, verbose_name=_("changed by")
    )

    class Meta:
        verbose_name = _("old address")
        verbose_name_plural = _("old addresses")
        ordering = ["-since", "-pk"]

    def __str__(self) -> str:
        return self.slug


def present(slugs: Iterable[str]) -> dict[str, str]:
    """Of each the slug by which its article is found now: itself, but for one that an article had before."""
    asked = {slug for slug in slugs if slug}
    moved = SlugRedirect.objects.filter(slug__in=asked).values_list("slug", "article__slug") if asked else ()
    return {**{slug: slug for slug in asked}, **dict(moved)}


def same(slug: str, among: Iterable[str]) -> str:
    """Which of these is of the article at that slug, whichever of the two it had before; empty for none."""
    known = list(among)
    if not slug or slug in known:
        return slug
    now = present([slug, *known])
    return next((other for other in known if now[other] == now[slug]), "")
