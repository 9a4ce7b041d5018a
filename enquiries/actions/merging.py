"""Two leads of one person become one. The one points to the other, and nothing moves, so that it can be undone.

But for the wait for an answer, which nobody would see with a lead that is in no list, what staff choose, and
tags. undoing.py, merge_choices.py and tags.py give it back.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from enquiries.actions import endings, merge_choices, mistyped, undoing, whose_word
from enquiries.actions.clocks import as_data, awaited, clock_of, set_clock, spoken_with_at
from enquiries.actions.events import act_as, note_event
from enquiries.actions.leads import ERASED, PLANNED, ChangedMeanwhile, locked_families, planned
from enquiries.actions.packets import ask_for_themselves
from enquiries.actions.tags import give_back_tags, unite_tags
from enquiries.actions.waking import as_it_is
from enquiries.actions.whose_word import Whose
from enquiries.models import Enquiry, Lead, LeadEvent
from foundation.actors import Actor

Kind = LeadEvent.Kind
# Whoever was taken for somebody else has noticed by then.
UNDO = timedelta(days=90)


def locked_both(*leads: Lead) -> list[Lead]:
    """As they stand now, with all whom they are merged with, in the order of the arguments."""
    rows = locked_families(*leads)
    return [rows[lead.pk] for lead in leads]


@transaction.atomic
def merge_leads(
    *,
    lead: Lead,
    into: Lead,
    by: Actor,
    chosen: merge_choices.Chosen | None = None,
    seen: Mapping[int, int] | None = None,
) -> Lead:
    """Lets a lead live on in another; returns that one. Raises ValidationError when the two cannot be one.

    chosen: by field, the number of the one of the two whose value stays; the survivor's where nothing is said, and the
    earlier next action.
    seen: the version of each as the one who chose saw it. Raises ChangedMeanwhile when it is another one by now.
    """
    found, survivor = locked_both(lead, into)
    check_mergeable(found, survivor)
    check_survivor(found, survivor)
    if seen and seen != {one.pk: one.version for one in (found, survivor)}:
        raise ChangedMeanwhile
    chosen = chosen or {}
    # Before the merge, after which nobody waits as this lead.
    clock = _wait_on(found, survivor)
    if chosen.get("next_action", first_planned(found, survivor)) == found.pk:
        _plan_on(found, survivor, by)
    choices = merge_choices.take_over(found, survivor, chosen, by)
    unite_tags(found, survivor)
    found.merged_into = survivor
    found.save(update_fields=["merged_into"])
    note_event(survivor, Kind.MERGED, by=by, merged=found.pk, **clock, **choices)
    return survivor


def check_mergeable(lead: Lead, into: Lead) -> None:
    if lead.pk == into.pk:
        raise ValidationError(_("This is the same lead."))
    if lead.merged_into_id or into.merged_into_id:
        raise ValidationError(_("One of the two is merged already."))
    if lead.erased_at or into.erased_at:
        raise ValidationError(_("One of the two was erased."))


def check_survivor(lead: Lead, into: Lead) -> None:
    if lead.email and not into.email:
        # Mail and new enquiries would look for an address where there is none.
        raise ValidationError(_("Keep the one that has an e-mail address."))
    if lead.is_open and not into.is_open:
        # What waits for an answer or a next action would be in no list any more.
        raise ValidationError(_("Keep the one that is not closed, or open the closed one first."))


def _wait_on(lead: Lead, survivor: Lead) -> dict[str, Any]:
    """Whoever waits for a first answer waits on as the survivor, unless somebody spoke with the other one already.

    Gives the survivor's own clock, which the undo sets again.
    """
    due, own_due = awaited(lead), awaited(survivor)
    own = as_data(clock_of(survivor))
    answered = spoken_with_at(lead)
    if own_due and answered and survivor.asked_at:
        set_clock(survivor, {**clock_of(survivor), "first_answered_at": max(answered, survivor.asked_at)})
        return {"clock": own, "answered": True}
    if due is None or (own_due and own_due <= due) or spoken_with_at(survivor):
        return {}
    set_clock(survivor, clock_of(lead))
    return {"clock": own}


def first_planned(lead: Lead, survivor: Lead) -> int:
    """Whose next action is to be done first, by number: unless somebody chooses otherwise, it stays."""
    if not (lead.is_open and lead.next_action_on and survivor.is_open):
        return survivor.pk
    own_is_first = survivor.next_action_on and _comes_at(survivor) <= _comes_at(lead)
    return survivor.pk if own_is_first else lead.pk


def _plan_on(lead: Lead, survivor: Lead, by: Actor) -> None:
    """The undo gives the survivor its own plan again."""
    if not (lead.is_open and lead.next_action_on and survivor.is_open):
        return
    own = as_it_is(survivor)["before"]
    survivor.next_action, survivor.next_action_on, survivor.next_action_at = planned(lead)
    survivor.save(update_fields=PLANNED)
    # Without the words, which are the other's and stand on their own timeline.
    time = {"at_time": lead.next_action_at.isoformat()} if lead.next_action_at else {}
    plan = {**time, "on": lead.next_action_on.isoformat(), "plan_of": lead.pk, "before": own}
    note_event(survivor, Kind.NEXT_ACTION, by=by, **plan)


def _comes_at(lead: Lead) -> tuple[Any, ...]:
    """On one day, what has a time comes first: it is an appointment, and what has none can wait."""
    at = lead.next_action_at
    return (lead.next_action_on, at is None, at or 0)


@transaction.atomic
def unmerge_lead(*, lead: Lead, by: Actor, whose: str = "") -> Lead:
    """Takes a merged lead out again, as it was. Raises ValidationError after 90 days.

    whose: a Whose, without which it raises, too, where somebody asked for no contact or no mail meanwhile.

    What came in from its address meanwhile goes along; it is woken for what of that nobody answered. Whom it was
    merged into has its own plan and clock again.
    """
    act_as(by)
    taken_off = mistyped.lock_what_was_taken_off(lead)
    rows = locked_families(lead)
    found = rows[lead.pk]
    above = list(_above(found, rows))
    if not above:
        raise ValidationError(_("This lead is not merged."))
    merge = _merge_of(found)
    if merge is None or not may_be_undone(found):
        raise ValidationError(_("A merge can be undone for 90 days."))
    said = whose_word.said_since(_merges_of(found, above), above)
    if said and whose not in Whose.values:
        raise ValidationError(_("Say whose word it was, that no mail or no contact is wanted."))
    is_anothers = said if whose == Whose.TAKEN_OUT else []
    # Before they are two, for what is borrowed of a wait is given back then.
    unheard = [endings.was_anothers(event, lead=rows[event.lead_id], whose=found, by=by) for event in is_anothers]
    mistyped.give_address_back(found, taken_off, by)
    _take_out(found, above, merge.at, by)
    told: dict[str, Any] = {"whose": whose} if said else {}
    note_event(above[0], Kind.UNMERGED, by=by, merged=found.pk, **told)
    _give_each_their_word(said, whose, found, above[-1], by)
    _hear_again(list(filter(None, unheard)), above[-1], by)
    return found


def _hear_again(unheard: list[Enquiry], survivor: Lead, by: Actor) -> None:
    """What came from the other one went along with it."""
    for enquiry in unheard:
        enquiry.refresh_from_db()
        if enquiry.lead in survivor.family():
            endings.hear_again(survivor, enquiry, by)


def _give_each_their_word(said: list[LeadEvent], whose: str, lead: Lead, survivor: Lead, by: Actor) -> None:
    for event in said if whose != Whose.KEPT else []:
        endings.also_said(event, lead=lead, by=by)
    if said and whose != Whose.BOTH:
        free = lead if whose == Whose.KEPT else survivor
        whose_word.give_back(free.family(), said, by)
        for event in said:
            endings.send_what_was_kept(free, event, by)


def said_while_merged(lead: Lead) -> list[LeadEvent]:
    above, one = [], lead
    while one.merged_into:
        one = one.merged_into
        above.append(one)
    return whose_word.said_since(_merges_of(lead, above), above) if _merge_of(lead) else []


def _merges_of(lead: Lead, above: list[Lead]) -> list[LeadEvent]:
    """By which it is one with each of those; of a merge that nobody wrote down, the one before."""
    found: list[LeadEvent] = []
    for one in [lead, *above[:-1]]:
        found += filter(None, [_merge_of(one) or next(reversed(found), None)])
    return found


def _above(lead: Lead, rows: dict[int, Lead]) -> Iterator[Lead]:
    """Whom it was merged into, and whom that one, to the survivor."""
    while lead.merged_into_id:
        lead = rows[lead.merged_into_id]
        yield lead


def _take_out(lead: Lead, above: list[Lead], since: datetime, by: Actor) -> None:
    lead.merged_into = None
    lead.save(update_fields=["merged_into"])
    undoing.give_back_words(lead)
    ask_for_themselves([*lead.family(), *above], by=by)
    for one in above:
        undoing.mail_to_its_own(one)
    dues = undoing.promised(above)
    changed = [undoing.settle(one, by=by) for one in above]
    for one in above:
        merge_choices.give_back(one, by)
        give_back_tags(one)
    if changed[-1]:
        undoing.take_up(above[-1], since, by=by, dues=dues)
    undoing.take_up(lead, since, by=by, dues=dues)


def may_be_undone(lead: Lead) -> bool:
    merge = _merge_of(lead)
    return lead.erased_at is None and merge is not None and timezone.now() - merge.at < UNDO


def _merge_of(lead: Lead) -> LeadEvent | None:
    merges = LeadEvent.objects.filter(kind=Kind.MERGED, lead=lead.merged_into_id, data__merged=lead.pk)
    return merges.order_by("-at").first()


@transaction.atomic
def tell_apart(*, lead: Lead, other: Lead, by: Actor) -> None:
    """They are two people: neither page suggests the other any more. Again changes nothing."""
    found, also = locked_both(lead, other)
    if found.erased_at or also.erased_at:
        raise ValidationError(ERASED)
    if found.pk == also.pk or found.events.filter(kind=Kind.TOLD_APART, data__other=also.pk).exists():
        return
    note_event(found, Kind.TOLD_APART, by=by, other=also.pk)
    note_event(also, Kind.TOLD_APART, by=by, other=found.pk)
