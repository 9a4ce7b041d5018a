"""That a link of an issue was followed, where whoever approved the issue agreed to count it."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from foundation.models import ClinicProfile
from newsletters.models import LinkCount, Newsletter

# In which the scanners of receiving servers look at what has just come.
QUIET = timedelta(minutes=10)
# Nobody reads one article and follows the link of another so soon.
AT_ONCE = timedelta(seconds=2)


@transaction.atomic
def count_follow(*, issue: str, path: str) -> bool:
    """issue: its slug. path: of one of its articles. False for what is not counted."""
    now = timezone.now()
    counting = Newsletter.objects.filter(counts_clicks=True, begun_at__lte=now - QUIET)
    newsletter = counting.filter(slug=issue).first()
    entry = _entry_of(newsletter, path) if newsletter else None
    if newsletter is None or entry is None or _follows_all(newsletter, entry, now):
        return False
    day = ClinicProfile.objects.current().today()
    row, _new = LinkCount.objects.get_or_create(
        newsletter=newsletter, article_id=entry["article"], day=day, defaults={"last_at": now}
    )
    LinkCount.objects.filter(pk=row.pk).update(follows=F("follows") + 1, last_at=now)
    return True


def _entry_of(newsletter: Newsletter, path: str) -> dict[str, Any] | None:
    return next((entry for entry in newsletter.content["entries"] if entry["path"] == path), None)


def _follows_all(newsletter: Newsletter, entry: dict[str, Any], now: datetime) -> bool:
    others = newsletter.link_counts.exclude(article=entry["article"])
    return others.filter(last_at__gt=now - AT_ONCE).exists()
