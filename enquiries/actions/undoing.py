"""What an undone merge gives back: words and packets to whose address they came from, to both their own clock."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from enquiries import rules
from enquiries.actions.clocks import ANSWERS, Clock, awaited, clock_of, from_data, set_clock
from enquiries.actions.waking import PLAN, answer_due, wake
from enquiries.models import Enquiry, Lead, LeadEvent, LeadMail, PacketDelivery
from enquiries.models.merges import together
from foundation.actors import Actor
from foundation.models import ClinicProfile

Kind = LeadEvent.Kind
# By when an answer was promised to who asked at a moment.
Dues = dict[datetime | None, datetime | None]


def give_back_words(lead: Lead) -> None:
    """What came in from the address of each, by when it was accepted, and what went to that address meanwhile."""
    for member in filter(lambda member: member.email, lead.family()):
        for merge in together(member.pk):
            came = Enquiry.objects.filter(lead=merge.lead, events__kind=Kind.ENQUIRY, events__at__range=merge.span)
            came.filter(email=member.email).update(lead=member)
            for sent in (PacketDelivery, LeadMail):
                mails = sent.objects.filter(lead=merge.lead, created_at__range=merge.span)
                mails.filter(outgoing__email=member.email).update(lead=lead)


def mail_to_its_own(lead: Lead) -> None:
    """Unless the one whose address it goes to is merged into it still."""
    if lead.mailed_as not in [None, *lead.family()]:
        lead.mailed_as = None
        lead.save(update_fields=["mailed_as"])


def promised(leads: list[Lead]) -> Dues:
    saved = (from_data(event.data["clock"]) for lead in leads for event in _that_changed_its_clock(lead))
    clocks = [*map(clock_of, leads), *saved]
    return {clock.get("asked_at"): clock.get("first_answer_due_at") for clock in clocks}


def settle(lead: Lead, *, by: Actor) -> bool:
    """Without what it had from those who are merged into it no more; whether that was anything."""
    strangers = _strangers_to(lead)
    plans = _plans_by(strangers, lead)
    for event in plans:
        _give_back_plan(lead, event, by)
    is_borrowed = lead.asked_at is not None and lead.asked_at in _asked_at(strangers) - _asked_in(lead.family())
    if is_borrowed:
        set_clock(lead, _soonest(lead, _own_clock(lead, strangers)))
    elif _answer_is_borrowed(lead, strangers):
        set_clock(lead, _without_answer(lead))
        is_borrowed = True
    return is_borrowed or any("woken_by" in event.data for event in plans)


def _answer_is_borrowed(lead: Lead, strangers: list[Lead]) -> bool:
    """By a merge: somebody had spoken with the other one."""
    merged = [stranger.pk for stranger in strangers]
    return lead.events.filter(kind=Kind.MERGED, data__answered=True, data__merged__in=merged).exists()


def _without_answer(lead: Lead) -> Clock:
    """Unless somebody spoke with this one, too, since it asked."""
    clock = clock_of(lead)
    is_own = lead.asked_at is not None and _answered(lead.pk, lead.asked_at)
    return clock if is_own else {**clock, "first_answered_at": None}


def take_up(lead: Lead, since: datetime, *, by: Actor, dues: Dues) -> None:
    """Wakes it for the first of its people's enquiries since that nobody answered, with the time that was promised."""
    for accepted, enquiry in _accepted(lead.family(), since):
        if not _answered(enquiry.lead_id or lead.pk, accepted):
            wake(lead, enquiry, by=by, due=dues.get(enquiry.received_at))
            return


def _accepted(family: list[Lead], since: datetime) -> Iterator[tuple[datetime, Enquiry]]:
    came = LeadEvent.objects.filter(kind=Kind.ENQUIRY, at__gte=since, enquiry__lead__in=family)
    for event in (
        came.filter(enquiry__form=Enquiry.Form.PACKET, enquiry__consent_contact__isnull=False)
        .order_by("at", "pk")
        .select_related("enquiry")
    ):
        if event.enquiry:
            yield event.at, event.enquiry


def _answered(lead: int, since: datetime) -> bool:
    """By a talk with them, also while they lived on in another."""
    talks = LeadEvent.objects.filter(ANSWERS, at__gte=since)
    merges = [Q(lead=merge.lead, at__range=merge.span) for merge in together(lead)]
    return any(talks.filter(place).exists() for place in (Q(lead=lead), *merges))


def _strangers_to(lead: Lead) -> list[Lead]:
    """Who was merged into it, at any time and by way of others, and is not any more."""
    found: set[int] = set()
    more = {lead.pk}
    while more:
        merges = LeadEvent.objects.filter(kind=Kind.MERGED, lead__in=more).order_by()
        more = set(merges.values_list("data__merged", flat=True)) - found
        found |= more
    return list(Lead.objects.filter(pk__in=found - {member.pk for member in lead.family()}))


def _plans_by(strangers: list[Lead], lead: Lead) -> list[LeadEvent]:
    """Next actions that it has from them: by what they wrote, or by the merge itself. Newest first."""
    theirs = [str(uuid) for uuid in Enquiry.objects.filter(lead__in=strangers).values_list("uuid", flat=True)]
    merged = [stranger.pk for stranger in strangers]
    plans = lead.events.filter(Q(data__woken_by__in=theirs) | Q(data__plan_of__in=merged), kind=Kind.NEXT_ACTION)
    return list(plans.order_by("-pk"))


def _give_back_plan(lead: Lead, event: LeadEvent, by: Actor) -> None:
    """Unless staff decided otherwise since. A merged lead keeps its stage, which Postgres holds."""
    before = event.data.get("before", {})
    given = (_words_of(event), event.data.get("on"), _time_given(event))
    if (lead.next_action, _iso(lead.next_action_on), lead.next_action_at) == given:
        lead.next_action = before.get("next_action", lead.next_action)
        lead.next_action_on, lead.next_action_at = _day_of(before), _time_of(before)
    if _may_go_back(lead, before.get("stage", lead.stage), event, by):
        lead.stage, lead.closed_reason = before["stage"], before["closed_reason"]
    lead.save(update_fields=PLAN)


def _day_of(before: dict[str, Any]) -> date | None:
    """Of before there was a furthest day, that one: Postgres takes no later one."""
    latest = ClinicProfile.objects.current().today() + rules.FURTHEST
    return min(date.fromisoformat(before["next_action_on"]), latest) if before.get("next_action_on") else None


def _time_of(before: dict[str, Any]) -> datetime | None:
    """None of before there were times of day."""
    return datetime.fromisoformat(before["next_action_at"]) if before.get("next_action_at") else None


def _words_of(event: LeadEvent) -> str:
    if "plan_of" not in event.data:
        return event.text
    return Lead.objects.values_list("next_action", flat=True).get(pk=event.data["plan_of"])


def _time_given(event: LeadEvent) -> datetime | None:
    """Of a merge, the other one's, as it still stands there: the clinic's clock may have become another one."""
    if "plan_of" not in event.data:
        return datetime.fromisoformat(event.data["at_time"]) if "at_time" in event.data else None
    others = Lead.objects.filter(pk=event.data["plan_of"], next_action_on=event.data.get("on"))
    return others.values_list("next_action_at", flat=True).first()


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _may_go_back(lead: Lead, stage: str, event: LeadEvent, by: Actor) -> bool:
    moved_since = lead.events.filter(kind=Kind.STAGE, pk__gt=event.pk).exists()
    if lead.merged_into_id or moved_since or stage not in lead.allowed_stages():
        return False
    return stage not in lead.clinical_stages() or by.has_perm(rules.MOVE_CLINICAL)


def _asked_at(leads: list[Lead]) -> set[datetime | None]:
    return {*_asked_in(leads), *(lead.asked_at for lead in leads)}


def _asked_in(leads: list[Lead]) -> set[datetime | None]:
    return set(Enquiry.objects.filter(lead__in=leads).values_list("received_at", flat=True))


def _that_changed_its_clock(lead: Lead) -> QuerySet[LeadEvent]:
    """Each keeps the clock that there was before. Newest first."""
    return lead.events.filter(kind__in=[Kind.MERGED, Kind.NEXT_ACTION], data__has_key="clock").order_by("-pk")


def _own_clock(lead: Lead, strangers: list[Lead]) -> Clock:
    """What it had before the first of theirs. Answers since stand with it, too."""
    theirs = _asked_at(strangers) - _asked_in([lead])
    for event in _that_changed_its_clock(lead):
        clock = from_data(event.data["clock"])
        if clock.get("asked_at") not in theirs - {None}:
            return _answered_as(lead, clock)
    return _answered_as(lead, _clock_of_its_enquiry(lead))


def _clock_of_its_enquiry(lead: Lead) -> Clock:
    """Up to 0.4 nobody kept what was there before."""
    asked = Enquiry.objects.filter(lead=lead, form=Enquiry.Form.PACKET, consent_contact__isnull=False)
    own = asked.first()
    return {"asked_at": own.received_at, "first_answer_due_at": answer_due(own)} if own else {}


def _answered_as(lead: Lead, clock: Clock) -> Clock:
    return {"first_answered_at": lead.first_answered_at, **clock} if clock else {}


def _soonest(lead: Lead, own: Clock) -> Clock:
    """Its own, or that of one who still waits as it and to whom an answer was promised sooner."""
    due = None if own.get("first_answered_at") else own.get("first_answer_due_at")
    for member in lead.family()[1:]:
        theirs = awaited(member)
        if theirs and (due is None or theirs < due) and not _answered(member.pk, member.asked_at or theirs):
            own, due = clock_of(member), theirs
    return own
