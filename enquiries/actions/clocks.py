"""The clock of the first answer as a whole: when they asked, until when the answer is due, when it came."""

from datetime import datetime
from typing import Any

from django.db.models import Q

from enquiries import rules
from enquiries.models import Lead, LeadEvent

CLOCK = ("asked_at", "first_answer_due_at", "first_answered_at")
Clock = dict[str, datetime | None]
# Whoever called us and spoke with nobody had no answer. A call of before it was asked who called counts as ours.
_CALLED = Q(data__outcome=LeadEvent.Outcome.SPOKE) | (
    ~Q(data__contains={"outcome": LeadEvent.Outcome.NO_ANSWER})
    & ~Q(data__contains={"direction": LeadEvent.Direction.THEIRS})
)
# What a person said to a person. A trigger ends the clock by these, and by moves that say as much.
ANSWERS = Q(actor__isnull=False) & (
    Q(kind=LeadEvent.Kind.CALL) & _CALLED
    | Q(kind=LeadEvent.Kind.MAIL) & ~Q(data__has_any_keys=["bulk", "answers_when_sent"])
    | Q(kind=LeadEvent.Kind.MAIL_SENT)
)


def call_answers(outcome: str, direction: str) -> bool:
    """As ANSWERS says it of a row."""
    is_theirs = direction == LeadEvent.Direction.THEIRS
    return outcome == LeadEvent.Outcome.SPOKE or (outcome != LeadEvent.Outcome.NO_ANSWER and not is_theirs)


def clock_of(lead: Lead) -> Clock:
    return {name: getattr(lead, name) for name in CLOCK}


def set_clock(lead: Lead, clock: Clock) -> None:
    for name in CLOCK:
        setattr(lead, name, clock.get(name))
    lead.save(update_fields=CLOCK)


def awaited(lead: Lead) -> datetime | None:
    """When the answer is due that they still wait for."""
    is_over = lead.stage in Lead.CLOSED or lead.first_answered_at is not None
    return None if is_over else lead.first_answer_due_at


def spoken_with_at(lead: Lead) -> datetime | None:
    """When somebody of ours first answered this person; nothing where writing again begins a new wait."""
    if lead.stage in rules.REOPENS_TO or awaited(lead):
        return None
    talks = LeadEvent.objects.filter(ANSWERS, lead__in=lead.family()).order_by("at")
    return lead.first_answered_at or talks.values_list("at", flat=True).first()


def as_data(clock: Clock) -> dict[str, str]:
    """As an event keeps it."""
    return {name: moment.isoformat() for name, moment in clock.items() if moment}


def from_data(data: dict[str, Any]) -> Clock:
    return {name: datetime.fromisoformat(at) for name, at in data.items()}
