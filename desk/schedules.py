"""What is set for a moment to come, and what the clock shows of it where the clinic's becomes another one."""

from collections.abc import Iterator
from datetime import datetime, tzinfo
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.models import Article
from newsletters.models import Newsletter

# A message is read at a glance.
MOST_TOLD = 10
GOES_OUT = gettext_lazy("“%(what)s” goes out on %(after)s (before: %(before)s).")
COMES = gettext_lazy("“%(what)s” is published on %(after)s (before: %(before)s).")
GOES = gettext_lazy("“%(what)s” is withdrawn on %(after)s (before: %(before)s).")


def tell_of_other_times(request: HttpRequest, before: tzinfo, after: tzinfo, **_signal: Any) -> None:
    """The moment stays: moved with the clock, it might be over, and what nobody looked at would go out at once."""
    lines = [said(*found, before, after) for found in to_come(timezone.now())]
    told = list(filter(None, lines))
    if not told:
        return
    first = _(
        "What is set for a moment keeps it, and by the new clock shows another time. Set it anew where you meant the "
        "time of day."
    )
    more = _("And %(count)d more.") % {"count": len(told) - MOST_TOLD} if len(told) > MOST_TOLD else ""
    messages.warning(request, " ".join(filter(None, [first, *told[:MOST_TOLD], more])))


def to_come(now: datetime) -> Iterator[tuple[Any, Any, datetime]]:
    """The soonest of each first. Not what is late: that goes when somebody says so."""
    issues = Newsletter.objects.filter(state=Newsletter.State.SCHEDULED, scheduled_for__gt=now).order_by(
        "scheduled_for"
    )
    yield from ((GOES_OUT, found, found.scheduled_for) for found in issues if found.scheduled_for)
    shown = Article.objects.filter(state=Article.State.PUBLISHED).select_related("live_revision")
    coming, going = shown.filter(published_at__gt=now), shown.filter(withdraws_at__gt=now)
    yield from ((COMES, found, found.published_at) for found in coming.order_by("published_at") if found.published_at)
    yield from ((GOES, found, found.withdraws_at) for found in going.order_by("withdraws_at") if found.withdraws_at)


def said(sentence: Any, what: Any, at: datetime, before: tzinfo, after: tzinfo) -> str:
    """Nothing of what two zones call by the same time."""
    was, becomes = (date_format(at.astimezone(zone), "DATETIME_FORMAT") for zone in (before, after))
    return str(sentence) % {"what": what, "after": becomes, "before": was} if was != becomes else ""
