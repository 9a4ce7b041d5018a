"""What we say of the codes and numbers that an event holds, in the language of who reads it.

An event of before there were codes says it in its text. That is history and stays, in whatever language it is.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import BigIntegerField
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enquiries import rules
from enquiries.models import Lead, LeadEvent, LeftOut, PacketVersion, Tag
from foundation import days
from foundation.models import ClinicProfile
from foundation.outage import last_known
from foundation.prepared import Rows, Several
from mailings.models import Consent
from mailings.models.why import in_words

Kind = LeadEvent.Kind
# What else an event names, by number: read once for a whole timeline.
Named = dict[str, dict[int, Any]]
GONE = gettext_lazy("one that is gone")
TAGS = {"put_on": gettext_lazy("put on"), "taken_off": gettext_lazy("taken off")}


def say(events: Sequence[LeadEvent], consents: dict[int, Consent] | None = None) -> None:
    """Sets what each says beside its kind. Three queries at most, however many they are.

    consents: those named, where they were asked for already.
    """
    versions = PacketVersion.objects.select_related("packet").defer("pdf")
    named: Named = {
        "consent": consents_named(events) if consents is None else consents,
        "version": versions.in_bulk(numbers(events, "version")),
        "tag": Tag.objects.in_bulk({tag for event in events for name in TAGS for tag in event.data.get(name, [])}),
    }
    for event in events:
        found = named["version"].get(event.data.get("version", 0))
        event.tells_a_condition = found is not None and found.packet.topic_id is not None
        event.said = SAYS[Kind(event.kind)](event, named) if event.kind in SAYS else event.text


CONSENTS = Rows(
    lambda: Consent.objects.filter(pk__in=Several("consents", BigIntegerField())).select_related("wording").order_by()
)


def consents_named(events: Iterable[LeadEvent]) -> dict[int, Consent]:
    named = numbers(events, "consent")
    return {consent.pk: consent for consent in CONSENTS.ask(consents=list(named))} if named else {}


def numbers(events: Iterable[LeadEvent], name: str) -> set[int]:
    return {event.data[name] for event in events if name in event.data}


def wording(event: LeadEvent, named: Named) -> str:
    consent = named["consent"].get(event.data.get("consent", 0))
    return str(consent.wording) if consent else event.text


def version(event: LeadEvent, named: Named) -> str:
    return str(named["version"].get(event.data.get("version", 0)) or event.text)


def why(event: LeadEvent, named: Named) -> str:
    code = event.data.get("why", "")
    return str(LeftOut(code).label) if code in LeftOut.values else in_words(code, event.text)


def owner(event: LeadEvent, named: Named) -> str:
    return event.text or ("" if "owner" in event.data else _("nobody"))


def note(event: LeadEvent, named: Named) -> str:
    """What was typed; with a code that came too late to be the reason for closing."""
    code = event.data.get("closed")
    return ": ".join(filter(None, [str(Lead.Closed(code).label), event.text])) if code else event.text


def plan(event: LeadEvent, named: Named) -> str:
    return " · ".join(filter(None, [Lead.Plan.in_words(event.text), plan_day(event)]))


def plan_day(event: LeadEvent) -> str:
    """With the time of day, where it has one, by the clinic's clock."""
    if "at_time" in event.data:
        return moment(datetime.fromisoformat(event.data["at_time"]))
    return date_format(date.fromisoformat(event.data["on"])) if "on" in event.data else ""


def tags(event: LeadEvent, named: Named) -> str:
    """Of a deleted one nobody knows any more what it was called."""
    said = []
    for name, label in TAGS.items():
        names = [str(named["tag"].get(tag, GONE)) for tag in event.data.get(name, [])]
        said += [f"{label} {', '.join(names)}"] if names else []
    return "; ".join(said)


SAYS: dict[LeadEvent.Kind, Callable[[LeadEvent, Named], str]] = {
    Kind.CONSENT: wording,
    Kind.PACKET_QUEUED: version,
    Kind.PACKET_DOWNLOADED: version,
    Kind.PACKET_NOT_SENT: why,
    Kind.PACKET_FAILED: why,
    Kind.PACKET_UNCERTAIN: why,
    Kind.PACKET_BOUNCED: why,
    Kind.OWNER: owner,
    Kind.NEXT_ACTION: plan,
    Kind.NOTE: note,
    Kind.TAGS: tags,
}


def moment(at: datetime) -> str:
    """By the clock of the page, which is the clinic's."""
    return date_format(timezone.localtime(at), "DATETIME_FORMAT")


def by_when(due_at: datetime | None) -> str:
    """By the clinic's clock, as one would say it: "Monday 1 p.m."; empty for what is over."""
    if due_at is None or due_at <= timezone.now():
        return ""
    profile = ClinicProfile.objects.current()
    local = due_at.astimezone(profile.zone)
    is_near = local.date() - profile.today() < timedelta(days=7)
    weekday, time = WEEKDAYS[local.weekday()], time_format(local)
    if is_near:
        return _("%(weekday)s %(time)s") % {"weekday": weekday, "time": time}
    on = days.day(local, "MONTH_DAY_FORMAT")
    return _("%(weekday)s, %(day)s, %(time)s") % {"weekday": weekday, "day": on, "time": time}


def answered_by_when() -> str:
    """For who asks just now; empty while nobody can say."""
    return by_when(_due_for_who_asks_now())


@last_known(default=lambda: None)
def _due_for_who_asks_now() -> datetime | None:
    return rules.first_answer_due(timezone.now())
