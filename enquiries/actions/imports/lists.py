"""The steps of an import, each on a list that is held in Postgres."""

import json
from collections import Counter
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from enquiries.actions.imports.candidates import Kind, Outcome, Row, Stored, first_rows
from enquiries.actions.imports.columns import LABELS, REACHES, plain_address
from enquiries.actions.imports.resource import LeadResource
from enquiries.models import LeadImport
from enquiries.signals import leads_imported
from foundation.actors import Actor
from foundation.addresses import lock_address

# Rows of one transaction. Each address is a lock until its end, and Postgres has room for some thousands in all.
AT_ONCE = 500
State = LeadImport.State


def hold_list(
    *, headings: list[str], rows: list[tuple[int, list[str]]], file_name: str, consent: str, by: Actor
) -> LeadImport:
    """rows: each with its number in the file."""
    content = json.dumps({"headings": headings, "rows": rows}, ensure_ascii=False).encode()
    return LeadImport.objects.create(by=by.account, file_name=file_name[:200], consent=consent, content=content)


def table(held: LeadImport) -> dict[str, Any]:
    """headings and rows, as hold_list() was given them; without any once the list is imported."""
    content = bytes(held.content)
    return json.loads(content) if content else {"headings": [], "rows": []}


@transaction.atomic
def choose_columns(*, held: LeadImport, columns: list[str]) -> LeadImport:
    """For each column the field it goes into, empty for none. Raises ValidationError for a choice that cannot be."""
    found = LeadImport.objects.select_for_update().get(pk=held.pk)
    chosen = [name for name in columns if name]
    if twice := [str(LABELS[name]) for name, count in Counter(chosen).items() if count > 1]:
        raise ValidationError(_("Two columns cannot both be: %(fields)s.") % {"fields": ", ".join(twice)})
    if not set(REACHES) & set(chosen):
        raise ValidationError(_("Say which column holds the e-mail address or the telephone number."))
    if found.state != State.WAITING or found.rows_done:
        raise ValidationError(_("Rows of this list are imported already, so its columns stay."))
    found.columns = columns
    found.save(update_fields=["columns"])
    return found


def rows_of(held: LeadImport) -> list[Row]:
    """The cells that somebody chose a field for, by that field."""
    return [
        (number, {name: cell for name, cell in zip(held.columns, cells, strict=True) if name})
        for number, cells in table(held)["rows"]
    ]


def preview_list(*, held: LeadImport) -> list[Outcome]:
    """What would become of each row that is still to be imported. Nothing is written, and nobody else waits for it."""
    rows = rows_of(held)
    firsts = first_rows(rows)
    found: list[Outcome] = []
    for begin in range(held.rows_done, len(rows), AT_ONCE):
        part = rows[begin : begin + AT_ONCE]
        found += LeadResource(held, Stored(part), firsts).outcomes_of(part, dry_run=True)
    return found


def import_list(*, held: LeadImport, by: Actor, request: Any = None) -> LeadImport:
    """Imports what is left of it. Two at once, or again after a crash: each row once."""
    while import_next(pk=held.pk, by=by, request=request):
        pass
    return LeadImport.objects.get(pk=held.pk)


@transaction.atomic
def import_next(*, pk: int, by: Actor, request: Any) -> bool:
    """The next rows. The list is locked before any address, here and in erasing: one order for both."""
    held = LeadImport.objects.select_for_update(of=("self",)).select_related("by").filter(pk=pk).first()
    if held is None or held.state == State.DONE or not held.columns:
        return False
    rows = rows_of(held)
    part = rows[held.rows_done : held.rows_done + AT_ONCE]
    lock_address(*{plain_address(cells.get("email", "")) for _number, cells in part} - {""})
    outcomes = LeadResource(held, Stored(part), first_rows(rows)).outcomes_of(part, dry_run=False)
    keep_count(held, outcomes)
    if part:
        new = sum(outcome.kind == Kind.NEW for outcome in outcomes)
        span = [part[0][0], part[-1][0]]
        leads_imported.send(sender=LeadImport, by=by, request=request, held=held, rows=span, leads=new)
    if held.rows_done >= len(rows):
        finish(held)
    # The content is megabytes, and changes but once.
    held.save(update_fields=["rows_done", "counts", "refused", "state", *(["content"] if not held.content else [])])
    return held.state != State.DONE


def keep_count(held: LeadImport, outcomes: list[Outcome]) -> None:
    cells = dict(table(held)["rows"])
    for outcome in outcomes:
        held.counts[outcome.kind] = held.counts.get(outcome.kind, 0) + 1
        if outcome.kind in (Kind.REFUSED, Kind.TWICE):
            held.refused.append([outcome.number, outcome.faults, cells[outcome.number]])
    held.rows_done += len(outcomes)


def finish(held: LeadImport) -> None:
    """Only what was refused is held on, for whoever brought the list to mend and bring again."""
    if held.refused:
        held.refused.insert(0, [0, "", table(held)["headings"]])
    held.content = b""
    held.state = State.DONE


def lock_lists() -> None:
    """For whoever may be about to forget them all, and must have them before any address."""
    list(LeadImport.objects.select_for_update(of=("self",)).order_by("pk").values_list("pk"))


def forget_lists(*, all_of_them: bool = False) -> int:
    """Those held for a day; or all, since nobody knows whether one holds a person who is being erased."""
    old = LeadImport.objects.filter(created_at__lte=timezone.now() - LeadImport.HELD_FOR)
    return (LeadImport.objects.all() if all_of_them else old).delete()[0]
