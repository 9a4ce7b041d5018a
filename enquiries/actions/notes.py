"""A note on the wrong person: for a day its writer moves it to the right one, or takes it back."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from enquiries.actions.events import note_event
from enquiries.actions.leads import ERASED, lock_leads
from enquiries.models import Lead, LeadEvent, Mention
from foundation.actors import Actor

Kind = LeadEvent.Kind
# As take_back_note() in Postgres: what was read and acted upon for longer is history.
MAY_BE_TAKEN_BACK = timedelta(days=1)


def may_take_back(note: LeadEvent, by: Actor) -> bool:
    """What Postgres asks as well, so that no page offers in vain."""
    is_theirs = note.kind == Kind.NOTE and by.account is not None and note.actor_id == by.account.pk
    return is_theirs and bool(note.text) and note.at > timezone.now() - MAY_BE_TAKEN_BACK


@transaction.atomic
def take_back_note(*, note: LeadEvent, by: Actor, to: Lead | None = None) -> None:
    """Empties it, and with a lead lets it stand there, as it was written and when. The event itself stays.

    Raises ValidationError for a note of somebody else, or of more than a day ago.
    """
    survivor = to.survivor() if to else None
    if survivor and survivor == note.lead.survivor():
        raise ValidationError(_("The note stands with this person already."))
    rows = lock_leads({note.lead_id, *([survivor.pk] if survivor else [])})
    if any(lead.erased_at for lead in rows.values()):
        raise ValidationError(ERASED)
    words = LeadEvent.objects.get(pk=note.pk).text
    if not _emptied(note, by, survivor):
        raise ValidationError(_("Only who wrote a note may take it back, and only for a day."))
    if survivor:
        moved = note_event(rows[survivor.pk], Kind.NOTE, text=words, by=by, at=note.at, moved_from=note.lead_id)
        # Whoever has seen it need not look again.
        Mention.objects.filter(event=note).update(event=moved)


def _emptied(note: LeadEvent, by: Actor, moved_to: Lead | None) -> bool:
    writer = by.account.pk if by.account else None
    with connection.cursor() as cursor:
        cursor.execute("SELECT take_back_note(%s, %s, %s)", [note.pk, writer, moved_to.pk if moved_to else None])
        return bool(cursor.fetchone()[0])
