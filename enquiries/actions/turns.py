"""New leads are given out by turns, when the clinic wants that."""

from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from enquiries.actions.leads import assign_lead, locked
from enquiries.models import Lead, Turn, at_work, lock_turns, possible_owners
from foundation.actors import JOB, Actor
from foundation.models import ClinicProfile


@transaction.atomic
def assign_next(*, lead: Lead, by: Actor = JOB, version: int | None = None) -> Lead:
    """Gives the lead to the coordinator who waited longest for one. Its owner stays when nobody is here."""
    found = locked(lead, version)
    lock_turns()
    member = at_work(ClinicProfile.objects.current().today()).first()
    if member is None:
        return found
    _take_turn(member)
    return assign_lead(lead=found, owner=member, by=by)


def _take_turn(member: Any) -> None:
    """By the clock of Postgres, since those of two web servers may differ by more than a turn."""
    if not Turn.objects.filter(member=member).update(taken_at=Now()):
        Turn.objects.create(member=member, taken_at=Now())


def is_possible_owner(account: Any) -> bool:
    return possible_owners().filter(pk=account.pk).exists()


def assign_new(lead: Lead) -> None:
    """An enquiry came in: one who works here is to answer it, or it stands among those that nobody has."""
    if lead.owner is not None and is_possible_owner(lead.owner):
        return
    had = lead.owner
    if ClinicProfile.objects.current().assigns_new_leads:
        lead = assign_next(lead=lead)
    if lead.owner is not None and lead.owner == had:
        assign_lead(lead=lead, owner=None, by=JOB)
