"""A list that should not have come in: for a day it goes again, with whoever nobody did anything with."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from enquiries.models import Lead, LeadEvent, LeadImport
from enquiries.signals import import_undone
from foundation.actors import Actor

UNDONE = "undone"


@transaction.atomic
def undo_import(*, held: LeadImport, by: Actor, request: Any = None) -> int:
    """How many leads are gone. Those that somebody worked with since stay. Raises ValidationError after a day."""
    found = LeadImport.objects.held().select_for_update().filter(pk=held.pk, state=LeadImport.State.DONE).first()
    if found is None:
        raise ValidationError(_("Only a list that was imported within a day can be taken back."))
    with connection.cursor() as cursor:
        cursor.execute("SELECT undo_import(%s)", [found.pk])
        gone = int(cursor.fetchone()[0])
    if not gone and UNDONE in found.counts:
        # A second click: nobody has gone by it.
        return 0
    found.counts[UNDONE] = found.counts.get(UNDONE, 0) + gone
    found.save(update_fields=["counts"])
    import_undone.send(sender=LeadImport, by=by, request=request, held=found, leads=gone)
    return gone


def brought_by(held: LeadImport) -> QuerySet[Lead]:
    """Those of its leads that are still here."""
    brought = LeadEvent.objects.filter(kind=LeadEvent.Kind.IMPORTED, data__import=held.pk).order_by()
    return Lead.objects.filter(pk__in=brought.values("lead")).order_by("pk")
