"""How facts about a lead read in lists and on its page."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import cache, lru_cache

from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_info, ngettext
from django.utils.translation import gettext as _
from django_countries import countries

from enquiries.models import Lead, Mention
from enquiries.words import moment
from foundation import time_zones
from foundation.models import ClinicProfile
from foundation.templatetags.pills import pill

NOTHING = "–"


def country(code: str) -> str:
    return country_in(get_language(), code) or code or NOTHING


@cache
def country_in(_language: str | None, code: str) -> str:
    """In the language of the page, which the cache keeps apart by its argument."""
    return countries.name(code)


def stage(code: str) -> SafeString:
    return stage_in(get_language(), code)


@cache
def stage_in(_language: str | None, code: str) -> SafeString:
    """Not by get_stage_display(), which makes its table of all stages anew for each row of a list."""
    return pill(code, Lead.Stage(code).label)


def local_time(code: str) -> str:
    """What the clock says in their country, before somebody calls; empty where no zone of it is known."""
    clocks = sorted(time_zones.clocks(code, timezone.now()))
    if not clocks:
        return ""
    first, last = (time_format(clock) for clock in (clocks[0], clocks[-1]))
    if len(clocks) == 1:
        return _("There it is %(time)s") % {"time": first}
    return _("There it is %(first)s to %(last)s, by where they live") % {"first": first, "last": last}


def mentioned_by(mention: Mention) -> str:
    return _("by %(who)s, %(when)s") % {"who": mention.event.actor or NOTHING, "when": moment(mention.event.at)}


def language(code: str) -> str:
    """Its name in the language of the page; empty for what is none that we know."""
    try:
        return str(get_language_info(code)["name_translated"]) if code else ""
    except KeyError:
        return ""


def day(at: datetime) -> str:
    return written(timezone.localtime(at).date())


def written(on: date) -> str:
    return written_in(get_language(), on)


# A list writes a hundred days, and mostly the same ones.
@lru_cache(maxsize=4096)
def written_in(_language: str | None, on: date) -> str:
    return date_format(on)


def due(lead: Lead, today: date) -> SafeString | str:
    """The date of the next action; what is overdue says so in words, for those who do not see colours."""
    if lead.next_action_on is None or not lead.is_open:
        return NOTHING
    if lead.next_action_on > today:
        return planned_for(lead)
    if not is_late(lead, today):
        return pill("today", today_at(lead))
    return format_html("{} {}", planned_for(lead), pill("overdue", overdue_by(lead, today)))


def planned_for(lead: Lead) -> str:
    """The day of the next action, and its time where it has one."""
    day = written(lead.next_action_on) if lead.next_action_on else ""
    return ", ".join(filter(None, [day, time_of(lead)]))


def today_at(lead: Lead) -> str:
    return ", ".join(filter(None, [_("today"), time_of(lead)]))


def time_of(lead: Lead) -> str:
    return time_format(timezone.localtime(lead.next_action_at)) if lead.next_action_at else ""


def is_late(lead: Lead, today: date) -> bool:
    """Of one lead what overdue() asks of all."""
    promised = lead.answer_promised_for
    is_past = lead.next_action_on is not None and lead.next_action_on < today
    return (is_past or is_over(lead)) and not (promised and promised >= timezone.now())


def is_over(lead: Lead) -> bool:
    """The time of day of its next action."""
    return lead.next_action_at is not None and lead.next_action_at < timezone.now()


def tell_due(leads: Iterable[Lead]) -> None:
    """Once for a page of leads, so that no row asks which day it is."""
    today = ClinicProfile.objects.current().today()
    for lead in leads:
        lead.due = due(lead, today)  # type: ignore[attr-defined]


def plan(lead: Lead, may_read: bool) -> str:
    """The next action. What somebody typed there may say something of a person's health; a code says nothing."""
    return lead.plan if may_read or lead.next_action in Lead.Plan.values else str(_("withheld"))


def tell_plans(leads: Iterable[Lead], may_read: bool) -> None:
    for lead in leads:
        lead.shown_plan = plan(lead, may_read)  # type: ignore[attr-defined]


def overdue_by(lead: Lead, today: date) -> str:
    """Since the day of the plan, or the later one by which an answer was promised: it may be this very day."""
    promised = lead.answer_promised_for
    days = [lead.next_action_on or today, *([timezone.localtime(promised).date()] if promised else [])]
    late = (today - max(days)).days
    if late <= 0:
        return _("overdue since %(time)s") % {"time": time_of(lead)} if is_over(lead) else _("overdue since today")
    return ngettext("overdue by %(days)d day", "overdue by %(days)d days", late) % {"days": late}
