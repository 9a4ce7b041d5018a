"""What staff choose, where two leads that become one have both something; and the survivor's own again after an undo.

An event keeps the survivor's own, and what is the other one's by their number alone: after an undo it is a stranger's.
"""

from collections.abc import Mapping
from typing import Any

from enquiries.actions.leads import check_owner, note_owner, whose
from enquiries.actions.notices import tell_owner
from enquiries.models import FOLLOWS_UP, Lead, LeadEvent
from enquiries.models.merges import CHOSEN, borrowed, choices
from foundation.actors import Actor
from foundation.staff import accounts_with

# By field, the number of the one of the two whose value stays.
Chosen = Mapping[str, int]


def take_over(lead: Lead, survivor: Lead, chosen: Chosen, by: Actor) -> dict[str, Any]:
    """Gives the survivor what was chosen of the other one; returns what the event of their merge keeps of it."""
    fields = [field for field in CHOSEN if chosen.get(field) == lead.pk and _of(lead, field) != _of(survivor, field)]
    told = {"chosen": dict(chosen)} if chosen else {}
    if not fields:
        return told
    if "owner" in fields:
        check_owner(lead.owner)
    kept = _kept(survivor, fields)
    # What the other one has from somebody merged into it is that one's.
    origins = {**dict.fromkeys(fields, lead.pk), **whose(lead, fields)}
    _set(survivor, {field: _of(lead, field) for field in fields}, by)
    return {**told, "took": origins, **kept}


def _of(lead: Lead, field: str) -> Any:
    return getattr(lead, CHOSEN[field])


def _kept(survivor: Lead, fields: list[str]) -> dict[str, Any]:
    """Its own. Of what it has from another one already also whose that is."""
    taken = borrowed(survivor)
    events = {field: taken[field] for field in fields if field in taken}
    own = {field: _own(events[field], field) if field in events else _of(survivor, field) for field in fields}
    others = {"before_of": whose(survivor, events)} if events else {}
    # Apart from what a person is told of theirs: who of us looks after them is not among it.
    owner = {"owner_before": own.pop("owner")} if "owner" in own else {}
    return {"before": own, **owner, **others}


def _own(event: LeadEvent, field: str) -> Any:
    return event.data["owner_before"] if field == "owner" else event.data["before"][field]


def _set(lead: Lead, values: dict[str, Any], by: Actor) -> None:
    columns = {CHOSEN[field]: value for field, value in values.items()}
    for column, value in columns.items():
        setattr(lead, column, value)
    lead.save(update_fields=[*columns])
    if "owner" in values:
        lead.refresh_from_db(fields=["owner"])
        tell_owner(lead.owner, note_owner(lead, by))


def give_back(lead: Lead, by: Actor) -> None:
    """What it had before it took something from one who is merged into it no more, unless staff changed it since."""
    for event in choices(lead):
        values = {field: _stood(lead, event, field) for field in _to_give_back(lead, event)}
        if values:
            _set(lead, values, by)


def _to_give_back(lead: Lead, event: LeadEvent) -> list[str]:
    took = event.data["took"]
    strangers = Lead.objects.exclude(pk__in=[member.pk for member in lead.family()]).in_bulk(took.values())
    return [field for field, pk in took.items() if pk in strangers and _of(strangers[pk], field) == _of(lead, field)]


def _stood(lead: Lead, event: LeadEvent, field: str) -> Any:
    """What the survivor had from another one, if that one lives on in it still; else its own."""
    other = next((one for one in lead.family() if one.pk == event.data.get("before_of", {}).get(field)), None)
    value = _of(other, field) if other else _own(event, field)
    # Whoever does other work now is given no lead: Today shows it among those that nobody has.
    if field == "owner" and value and not accounts_with(FOLLOWS_UP).filter(pk=value).exists():
        return None
    return value
