"""Articles that leave the site: at once, or on a day that was set for it. Their revisions stay."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import Article
from foundation.actors import Actor


@transaction.atomic
def withdraw(*, article: Article, by: Actor, reason: str, at: datetime | None = None) -> Article:
    """reason: what its address says from then on. at: from when on; empty for at once."""
    if not reason.strip():
        raise ValidationError(_("Say why it is withdrawn: whoever comes to its address reads it."))
    found = Article.objects.select_for_update().get(pk=article.pk)
    if at is None:
        # Of what nobody has read its address says nothing.
        found.state, found.published_at = Article.State.WITHDRAWN, found.read_since()
    else:
        _refuse_day(found, at)
    found.withdraws_at, found.withdrawal_reason, found.changed_by = at, reason.strip(), by.account
    found.save(update_fields=["state", "published_at", "withdraws_at", "withdrawal_reason", "changed_by"])
    return found


def _refuse_day(article: Article, at: datetime) -> None:
    if article.state != Article.State.PUBLISHED or article.published_at is None:
        raise ValidationError(_("It is not published, so no day can be set on which it goes."))
    if at <= max(timezone.now(), article.published_at):
        raise ValidationError(_("Choose a time to come, after the one from which on visitors read it."))


@transaction.atomic
def keep_on_site(*, article: Article, by: Actor) -> Article:
    """Takes back the day on which it was to go, while that has not come."""
    found = Article.objects.select_for_update().get(pk=article.pk)
    if not found.is_leaving() or (found.withdraws_at and found.withdraws_at <= timezone.now()):
        raise ValidationError(_("It is not set to be withdrawn, or was by now."))
    found.withdraws_at, found.withdrawal_reason, found.changed_by = None, "", by.account
    found.save(update_fields=["withdraws_at", "withdrawal_reason", "changed_by"])
    return found


def withdraw_what_is_due() -> int:
    """By the clock of Postgres, whatever the hosts' clocks say. One statement: killed in it, it was never begun.

    None for nobody: whatever is written to articles, also to none of them, makes every kept page anew.
    """
    leaving = Article.objects.filter(state=Article.State.PUBLISHED, withdraws_at__lte=Now())
    return leaving.update(state=Article.State.WITHDRAWN) if leaving.exists() else 0
