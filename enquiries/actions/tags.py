"""Tags on leads: put on and taken off, united by a merge, and given back by its undo."""

from collections.abc import Iterable

from django.db import transaction

from enquiries.actions.events import note_event
from enquiries.actions.leads import locked
from enquiries.models import Lead, LeadEvent, LeadTag, Tag
from foundation.actors import Actor


@transaction.atomic
def change_tags(
    *, lead: Lead, by: Actor, put_on: Iterable[int] = (), take_off: Iterable[int] = (), version: int | None = None
) -> Lead:
    """Tags by number. What is on already, or was taken off meanwhile, stays so: two people at once undo nothing."""
    found = locked(lead, version)
    gone = list(found.lead_tags.filter(tag__in=take_off).order_by("tag").values_list("tag", flat=True))
    found.lead_tags.filter(tag__in=gone).delete()
    # Whoever deletes one of them waits until it is on.
    free = Tag.objects.select_for_update(no_key=True).filter(pk__in=put_on).exclude(lead_tags__lead=found)
    new = [tag.pk for tag in free.order_by("pk")]
    LeadTag.objects.bulk_create([LeadTag(lead=found, tag_id=tag) for tag in new])
    if new or gone:
        # By number: a name may change, and a timeline says it as it is now.
        note_event(found, LeadEvent.Kind.TAGS, by=by, put_on=new, taken_off=gone)
    return found


def unite_tags(lead: Lead, survivor: Lead) -> None:
    """The survivor has those of both. The other one keeps its own, for when the two are taken apart."""
    theirs = lead.lead_tags.exclude(tag__in=survivor.lead_tags.values("tag"))
    LeadTag.objects.bulk_create(
        [LeadTag(lead=survivor, tag_id=row.tag_id, came_with_id=row.came_with_id or lead.pk) for row in theirs]
    )


def came_with_others(lead: Lead, tags: Iterable[int]) -> None:
    """Put on again, what somebody merged into it has as their own came with them."""
    theirs = LeadTag.objects.filter(lead__in=lead.family()[1:], tag__in=tags, came_with=None).order_by("-lead")
    for tag, whose in theirs.values_list("tag", "lead"):
        lead.lead_tags.filter(tag=tag).update(came_with=whose)


def give_back_tags(lead: Lead) -> None:
    """Without those of who is merged into it no more, unless somebody else who is has the same one."""
    family = lead.family()
    strange = lead.lead_tags.filter(came_with__isnull=False).exclude(came_with__in=family)
    for row in strange:
        other = LeadTag.objects.filter(lead__in=family[1:], tag=row.tag_id, came_with=None).order_by("lead").first()
        if other is None:
            row.delete()
        else:
            row.came_with_id = other.lead_id
            row.save(update_fields=["came_with"])
