"""What staff do with a lead."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enquiries import rules, stops
from enquiries.actions.clocks import clock_of, set_clock
from enquiries.actions.events import act_as, note_beside_stage, note_event, note_words, noted_already
from enquiries.actions.notices import tell_owner
from enquiries.actions.packets import resend_packet, withheld_from
from enquiries.models import FOLLOWS_UP, Enquiry, Lead, LeadEvent, LeftOut
from enquiries.models.families import addresses_in_families
from enquiries.models.merges import borrowed
from foundation.actors import Actor
from foundation.addresses import lock_address
from foundation.models import ClinicProfile
from foundation.staff import accounts_with
from mailings.actions import stop_mail, write_off
from mailings.models import Consent
from newsletters.actions import move_sign_up

Kind = LeadEvent.Kind
Closed = Lead.Closed
# Addresses by the number of the lead.
Members = dict[int, str]
Locked = TypeVar("Locked")
# A next action, its day, and the moment of what has a time of day.
Planned = tuple[str, date | None, datetime | None]
PLANNED = ("next_action", "next_action_on", "next_action_at")
# Nobody is merged or corrected so often at once.
MOST_TRIES = 5


def check_address_is_free(email: str | None, lead: Lead | None = None) -> None:
    other = Lead.objects.filter(email=email).first() if email else None
    if other and (lead is None or other.survivor() != lead):
        told = _("Another lead has this address already: %(lead)s.") % {"lead": other}
        mended = _("If they are one person, merge the two; then say of the wrong address that it was mistyped.")
        raise ValidationError({"email": f"{told} {mended}" if lead else told})


ERASED = gettext_lazy("This person was erased meanwhile, so nothing more is kept about them.")
FAR_OFF = gettext_lazy("A next action lies within two years of today.")


class ChangedMeanwhile(Exception):
    """Somebody else changed the lead after whoever acts last looked at it. Look again, then decide again."""


def locked(lead: Lead, version: int | None = None) -> Lead:
    """The lead as it stands now. Raises ValidationError if its person was erased.

    With a version: raises ChangedMeanwhile if it is no longer that one.
    """
    found = Lead.objects.select_for_update(of=("self",)).get(pk=lead.pk)
    if found.erased_at:
        raise ValidationError(ERASED)
    if found.merged_into_id or (version is not None and found.version != version):
        raise ChangedMeanwhile
    return found


def lock_addresses(*leads: Lead) -> list[str]:
    """All addresses of these people, in one order for all, and before any row."""
    return sorted(filter(None, _locked(leads, _addresses_only).values()))


def locked_families(*leads: Lead) -> dict[int, Lead]:
    """These leads and all that they are merged with, as they stand now, by number.

    One order of locks everywhere: addresses as they sort, then leads by number. Whoever holds an address finds that
    nobody is merged or taken apart who has it, so that intake needs no more than the rows.
    """
    return _locked(leads, lock_leads)


def _locked(leads: tuple[Lead, ...], lock_rows: Callable[[Members], Locked]) -> Locked:
    """Until the locks are there, others may merge or correct these people; then it lets go of all and looks again."""
    for _attempt in range(MOST_TRIES):
        members = members_of(*leads)
        # A savepoint, since rolling back to it gives up the locks that were taken in it.
        with suppress(ChangedMeanwhile), transaction.atomic():
            lock_address(*filter(None, members.values()))
            found = lock_rows(members)
            if members_of(*leads) != members:
                raise ChangedMeanwhile
            return found
    raise ChangedMeanwhile


def _addresses_only(members: Members) -> Members:
    return members


def lock_leads(members: Iterable[int]) -> dict[int, Lead]:
    return Lead.objects.select_for_update(of=("self",)).order_by("pk").in_bulk(list(members))


def members_of(*leads: Lead) -> Members:
    """Of the whole families: what address each has."""
    return addresses_in_families(lead.pk for lead in leads)


def addresses_of(*leads: Lead) -> list[str]:
    return sorted(filter(None, members_of(*leads).values()))


@transaction.atomic
def move_lead(
    *,
    lead: Lead,
    stage: str,
    by: Actor,
    reason: str = "",
    asked_to_stop: bool = False,
    next_action: str = "",
    next_action_on: date | None = None,
    next_action_at: datetime | None = None,
    version: int | None = None,
) -> Lead:
    """Moves a lead to a stage; the trigger writes the event. Raises ValidationError for a move the table lacks.

    Closing it because they asked_to_stop ends all mail to the person in the same transaction.
    """
    stops_mail = asked_to_stop and stage in Lead.CLOSED_WITH_REASON
    # The addresses to which nothing more goes, locked before the lead.
    addresses = lock_addresses(lead) if stops_mail else []
    why = Closed.stored(reason, Closed.ASKED_TO_STOP if stops_mail else None)
    found = locked(lead, version)
    if addresses and addresses_of(found) != addresses:
        raise ChangedMeanwhile
    plan: Planned = (next_action, next_action_on, next_action_at)
    if stage == found.stage:
        _keep_words(found, why, plan, by)
    else:
        _check_move(found, stage, why, by)
        _move(found, stage, why, plan, by)
    for address in addresses:
        stop_mail(address=address, by=by)
    return found


def _check_move(lead: Lead, stage: str, why: str, by: Actor) -> None:
    """What Postgres refuses as well, said kindly."""
    if stage not in lead.allowed_stages():
        stages = {"old": lead.get_stage_display(), "new": Lead.Stage(stage).label}
        words = _("A lead cannot go from “%(old)s” to “%(new)s”.") % stages
        raise ValidationError(words, code=LeftOut.NO_SUCH_MOVE)
    if stage in lead.clinical_stages() and not by.has_perm(rules.MOVE_CLINICAL):
        raise ValidationError(LeftOut.CLINICAL.label, code=LeftOut.CLINICAL)
    if stage in Lead.CLOSED_WITH_REASON and not why:
        raise ValidationError(_("Say why this lead is closed."))


def _move(lead: Lead, stage: str, why: str, plan: Planned, by: Actor) -> None:
    act_as(by)
    before = planned(lead)
    lead.stage = stage
    lead.closed_reason = why if stage in Lead.CLOSED_WITH_REASON else ""
    _plan(lead, plan)
    lead.save(update_fields=["stage", "closed_reason", *PLANNED])
    if before != planned(lead):
        _note_plan(lead, by)
    if why and not lead.closed_reason:
        note_beside_stage(lead, why, by)


def _keep_words(lead: Lead, why: str, plan: Planned, by: Actor) -> None:
    """Somebody else moved it there a moment before: what was typed beside the stage is not lost."""
    if why and why != lead.closed_reason:
        note_beside_stage(lead, why, by)
    if lead.is_open and any(plan):
        words, day, at = plan
        plan_next(lead, next_action=words, next_action_on=day, next_action_at=at, by=by)


def open_as_before(lead: Lead, stage: str, by: Actor) -> None:
    """A closing is taken back. Nobody was spoken with by that, so whoever waited for an answer waits on.

    stage: the one in which it was closed. Postgres takes no other that the table of moves lacks.
    """
    act_as(by)
    clock = clock_of(lead)
    lead.stage, lead.closed_reason = stage, ""
    lead.save(update_fields=["stage", "closed_reason"])
    set_clock(lead, clock)


def planned(lead: Lead) -> Planned:
    return (lead.next_action, lead.next_action_on, lead.next_action_at)


def check_day(day: date | None, before: date | None = None) -> None:
    """Of a next action. One that stood there before the rule may stay. What Postgres refuses as well, said kindly."""
    if day and day != before and rules.is_far_off(day, ClinicProfile.objects.current().today()):
        raise ValidationError({"next_action_on": FAR_OFF})


def _plan(lead: Lead, plan: Planned) -> None:
    words, day, at = plan
    check_day(day, lead.next_action_on)
    lead.next_action = words or lead.next_action
    lead.next_action_on = day or lead.next_action_on
    if any(plan):
        lead.next_action_at = at
    if lead.is_open and not (lead.next_action and lead.next_action_on):
        raise ValidationError(_("An open lead needs a next action and its date."))


@transaction.atomic
def set_next_action(
    *,
    lead: Lead,
    next_action: str,
    next_action_on: date,
    by: Actor,
    next_action_at: datetime | None = None,
    version: int | None = None,
) -> Lead:
    """next_action_at: the moment on that day, for what has a time of day."""
    found = locked(lead, version)
    plan: Planned = (next_action, next_action_on, next_action_at)
    if planned(found) == plan:
        return found
    check_day(next_action_on, found.next_action_on)
    found.next_action, found.next_action_on, found.next_action_at = plan
    found.save(update_fields=PLANNED)
    _note_plan(found, by)
    return found


def _note_plan(lead: Lead, by: Actor) -> None:
    day: dict[str, Any] = {"on": lead.next_action_on.isoformat()} if lead.next_action_on else {}
    time: dict[str, Any] = {"at_time": lead.next_action_at.isoformat()} if lead.next_action_at else {}
    note_event(lead, Kind.NEXT_ACTION, by=by, text=lead.next_action, **day, **time)


def plan_next(
    lead: Lead,
    *,
    next_action: str,
    next_action_on: date | None,
    by: Actor,
    next_action_at: datetime | None = None,
) -> None:
    """What is left empty stays as it is, but a time of day: that was of the plan before.

    Raises ValidationError when an open lead would have no plan.
    """
    _plan(lead, (next_action, next_action_on, next_action_at))
    if lead.next_action_on:
        whole = {name: getattr(lead, name) for name in PLANNED}
        set_next_action(lead=lead, by=by, **whole)


@transaction.atomic
def add_note(*, lead: Lead, text: str, by: Actor, page: UUID | None = None) -> LeadEvent:
    """page: on which it was written; the same words once more from there are the note that there is."""
    if not text.strip():
        raise ValidationError(_("The note is empty."))
    found, words = locked(lead), text.strip()
    known = noted_already(found, Kind.NOTE, text=words, by=by, page=page).first()
    of_page: dict[str, Any] = {"page": str(page)} if page else {}
    return known or note_words(found, Kind.NOTE, text=words, by=by, **of_page)


@transaction.atomic
def assign_lead(*, lead: Lead, owner: Any, by: Actor, version: int | None = None) -> Lead:
    found = locked(lead, version)
    if found.owner_id != (owner.pk if owner else None):
        check_owner(owner)
        found.owner = owner
        found.save(update_fields=["owner"])
        tell_owner(owner, note_owner(found, by))
    return found


def check_owner(owner: Any) -> None:
    """What Postgres refuses as well, said kindly."""
    if owner is not None and not accounts_with(FOLLOWS_UP).filter(pk=owner.pk).exists():
        raise ValidationError({"owner": _("%(who)s does not follow up leads, so may own none.") % {"who": owner}})


def note_owner(lead: Lead, by: Actor) -> LeadEvent:
    # Names of staff change; whom a notice is for is asked by number.
    number: dict[str, Any] = {"owner": lead.owner.pk} if lead.owner else {}
    return note_event(lead, Kind.OWNER, by=by, text=str(lead.owner or ""), **number)


@transaction.atomic
def change_details(
    *, lead: Lead, details: dict[str, str], by: Actor, version: int | None = None, enquiry: Enquiry | None = None
) -> Lead:
    """Changes name, telephone or country; the event says what stood there before, and which enquiry said otherwise."""
    found = locked(lead, version)
    if not (found.email or details.get("phone", found.phone)):
        raise ValidationError({"phone": _("This lead has no e-mail address, so keep a telephone number.")})
    before = {name: getattr(found, name) for name in details if getattr(found, name) != details[name]}
    if before:
        others = whose(found, before)
        for name in before:
            setattr(found, name, details[name])
        found.save(update_fields=list(before))
        # What it had of another one is named by the number of that one, and stays with them after an undo.
        own = {name: "" if name in others else value for name, value in before.items()}
        changes: dict[str, Any] = {"before": own, "after": {name: details[name] for name in before}}
        if others:
            changes["before_of"] = others
        data = {**changes, "enquiry": enquiry.pk} if enquiry else changes
        # Not by note_event, whose keyword "enquiry" is the one that an event tells of.
        LeadEvent.objects.create(lead=found, kind=Kind.DETAILS, actor=by.account, data=data)
    return found


def whose(lead: Lead, fields: Iterable[str]) -> dict[str, int]:
    """Of these, the ones whose value it took over from another lead, with the number of that one."""
    taken = borrowed(lead)
    return {field: taken[field].data["took"][field] for field in fields if field in taken}


@transaction.atomic
def keep_details(*, lead: Lead, field: str, enquiry: Enquiry, by: Actor) -> Lead:
    """Somebody looked at what the person wrote in an enquiry and left the lead's own value; so nobody asks again."""
    found = locked(lead)
    answers = found.events.filter(kind=Kind.DETAILS, data__kept=field, data__enquiry=enquiry.pk)
    if not answers.exists():
        LeadEvent.objects.create(
            lead=found, kind=Kind.DETAILS, actor=by.account, data={"kept": field, "enquiry": enquiry.pk}
        )
    return found


@transaction.atomic
def correct_address(
    *, lead: Lead, email: str, resend: bool, by: Actor, asked_since: bool = False, version: int | None = None
) -> Lead:
    """Mends a mistyped address and may send the packet there. Raises ValidationError for another lead's address.

    Who asked us to stop is not written to at the new one either, unless they asked for mail since.
    One of the family stays whose it is: mail goes there from now on, until the merge is undone.
    """
    before = Lead.objects.get(pk=lead.pk).email or ""
    # Before the lead's row: whoever writes from this address takes the two in this order too.
    lock_address(email, before)
    found = locked(lead, version)
    if (found.email or "") != before:
        raise ChangedMeanwhile
    check_address_is_free(email, found)
    stopped = stops.keeps_when_corrected(found)
    if stopped and resend and not asked_since:
        raise ValidationError({"asked_since": stopped.label})
    member = Lead.objects.filter(email=email).exclude(pk=found.pk).first()
    _mail_as(found, member, by)
    if member is None:
        _change_address(found, email, by)
    if stopped and not asked_since:
        write_off(address=email, reason=stopped.value)
    # After it, so that who asked us to stop is asked nothing.
    _take_sign_up_along(found, before, by)
    # Withheld, it goes there by itself once there is one to send.
    if resend and withheld_from(found) is None:
        resend_packet(lead=found, by=by)
    return found


def _mail_as(lead: Lead, member: Lead | None, by: Actor) -> None:
    if lead.mailed_as_id != (member.pk if member else None):
        lead.mailed_as = member
        lead.save(update_fields=["mailed_as"])
        # By number: the address is the other's, and stays with them after an undo.
        note_event(lead, Kind.ADDRESS_CORRECTED, by=by, mailed_as=(member or lead).pk)


def _take_sign_up_along(lead: Lead, before: str, by: Actor) -> None:
    if before and lead.email and lead.email != before:
        ticked = Consent.objects.filter(newsletter_enquiries__lead=lead)
        move_sign_up(address=before, to=lead.email, consents=ticked, by=by)


def _change_address(lead: Lead, email: str, by: Actor) -> None:
    before = lead.email or ""
    lead.email = email
    lead.save(update_fields=["email"])
    lead.refresh_from_db(fields=["email"])
    if lead.email != before:
        note_event(lead, Kind.ADDRESS_CORRECTED, by=by, text=f"{before or '–'} → {lead.email}")
