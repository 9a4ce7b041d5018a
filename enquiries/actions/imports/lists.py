"""The steps of an import, each on a list that is held in Postgres."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from enquiries.actions.imports.candidates import Kind, Listed, Outcome, Row, Stored, addresses_of
from enquiries.actions.imports.columns import LABELS, REACHES, SEVERAL, by_field
from enquiries.actions.imports.resource import LeadResource
from enquiries.actions.imports.stops import SUPPRESSES
from enquiries.models import LeadImport
from enquiries.signals import leads_imported
from foundation.actors import Actor
from foundation.addresses import lock_address
from foundation.models import ClinicProfile
from mailings.actions import stop_mail, write_off
from mailings.models import Suppression

# Rows of one transaction. Each address is a lock until its end, and Postgres has room for some thousands in all.
AT_ONCE = 500
# Beyond three months nobody plans a call.
MOST_DAYS = 60
State = LeadImport.State
# Among the counts of a list: addresses that get no mail since it came.
KEPT = "kept_from_mail"


class Wishes(NamedTuple):
    """What whoever confirms a list asks for beside it."""

    keep_from_mail: bool = False
    # The rows of erased people.
    bring_back: frozenset[int] = frozenset()
    # Over how many opening days the next actions go that have no day in the list.
    spread: int = 1


NONE = Wishes()


def hold_list(
    *,
    headings: list[str],
    rows: list[tuple[int, list[str]]],
    file_name: str,
    consent: str,
    by: Actor,
    sheet: str = "",
    others: Sequence[str] = (),
    file: bytes = b"",
) -> LeadImport:
    """rows: each with its number in the file. sheet, others, file: of a workbook in which another one may be meant."""
    content = as_content({"headings": headings, "rows": rows, "sheet": sheet, "others": list(others)})
    told = {"file_name": file_name[:200], "consent": consent, "content": content, "file": file if others else b""}
    return LeadImport.objects.create(by=by.account, **told)


def as_content(table: Mapping[str, Any]) -> bytes:
    return json.dumps(table, ensure_ascii=False).encode()


@transaction.atomic
def hold_instead(*, held: LeadImport, table: Mapping[str, Any]) -> LeadImport:
    """Another sheet of the same workbook. Raises ValidationError once rows are imported."""
    found = LeadImport.objects.select_for_update().get(pk=held.pk)
    check_waits(found)
    # What was ticked, too, is of rows of the other sheet.
    found.content, found.columns, found.wishes = as_content(table), [], {}
    found.save(update_fields=["content", "columns", "wishes"])
    return found


def check_waits(held: LeadImport) -> None:
    if held.state != State.WAITING or held.rows_done:
        raise ValidationError(_("Rows of this list are imported already, so its columns stay."))


def table(held: LeadImport) -> dict[str, Any]:
    """As hold_list() was given it; without headings and rows once the list is imported."""
    content = bytes(held.content)
    return json.loads(content) if content else {"headings": [], "rows": []}


@transaction.atomic
def choose_columns(*, held: LeadImport, columns: list[str]) -> LeadImport:
    """For each column the field it goes into, empty for none. Raises ValidationError for a choice that cannot be."""
    found = LeadImport.objects.select_for_update().get(pk=held.pk)
    chosen = [name for name in columns if name]
    if twice := [str(LABELS[name]) for name, count in Counter(chosen).items() if count > 1 and name not in SEVERAL]:
        raise ValidationError(_("Two columns cannot both be: %(fields)s.") % {"fields": ", ".join(twice)})
    if not set(REACHES) & set(chosen):
        raise ValidationError(_("Say which column holds the e-mail address or the telephone number."))
    check_waits(found)
    if columns != found.columns:
        # Who is brought back was ticked by whom the columns named.
        found.columns, found.wishes = columns, {}
        found.save(update_fields=["columns", "wishes"])
    return found


def rows_of(held: LeadImport) -> list[Row]:
    """The cells that somebody chose a field for, by that field; without what ends a list, such as a sum."""
    rows: list[Row] = [(number, by_field(held.columns, cells)) for number, cells in table(held)["rows"]]
    while len(rows) > 1 and not rows[-1][1]:
        rows.pop()
    return rows


def listed(held: LeadImport, rows: list[Row]) -> Listed:
    return Listed(rows, dict(zip(reversed(held.columns), reversed(table(held)["headings"]), strict=True)))


def preview_list(*, held: LeadImport) -> list[Outcome]:
    """What would become of each row that is still to be imported. Nothing is written, and nobody else waits for it."""
    rows = rows_of(held)
    everybody = listed(held, rows)
    found: list[Outcome] = []
    for begin in range(held.rows_done, len(rows), AT_ONCE):
        part = rows[begin : begin + AT_ONCE]
        found += LeadResource(held, Stored(part), everybody).outcomes_of(part, dry_run=True)
    return found


def import_list(*, held: LeadImport, by: Actor, request: Any = None, wishes: Wishes = NONE) -> LeadImport:
    """Imports what is left of it. Two at once, or again after a crash: each row once."""
    keep_wishes(held, wishes)
    while import_next(pk=held.pk, by=by, request=request, wishes=wishes):
        pass
    return LeadImport.objects.get(pk=held.pk)


def keep_wishes(held: LeadImport, wishes: Wishes) -> None:
    """Of whoever begins, or goes on otherwise; not of a second click, which has nothing left to do."""
    kept = {**wishes._asdict(), "bring_back": sorted(wishes.bring_back)}
    LeadImport.objects.filter(pk=held.pk, state=State.WAITING).update(wishes=kept)


@transaction.atomic
def import_next(*, pk: int, by: Actor, request: Any, wishes: Wishes = NONE) -> bool:
    """The next rows. The list is locked before any address, here and in erasing: one order for both."""
    held = LeadImport.objects.select_for_update(of=("self",)).select_related("by").filter(pk=pk).first()
    if held is None or held.state == State.DONE or not held.columns:
        return False
    rows = rows_of(held)
    part = rows[held.rows_done : held.rows_done + AT_ONCE]
    lock_address(*set().union(*(addresses_of(cells) for _number, cells in part)))
    resource = LeadResource(held, Stored(part), listed(held, rows), wishes.bring_back, opening_days(wishes.spread))
    outcomes = resource.outcomes_of(part, dry_run=False)
    if wishes.keep_from_mail:
        held.counts[KEPT] = held.counts.get(KEPT, 0) + keep_from_mail(outcomes, dict(part), by)
    keep_count(held, outcomes)
    if part:
        new = sum(outcome.kind == Kind.NEW for outcome in outcomes)
        span = [part[0][0], part[-1][0]]
        leads_imported.send(sender=LeadImport, by=by, request=request, held=held, rows=span, leads=new)
    if held.rows_done >= len(rows):
        finish(held)
    # The content is megabytes, and changes but once.
    held.save(update_fields=["rows_done", "counts", "refused", "state", *([] if held.content else ["content", "file"])])
    return held.state != State.DONE


def opening_days(number: int) -> list[date]:
    """So many, the first of them today, also when it is a closed one."""
    profile = ClinicProfile.objects.current()
    hours, days = profile.business_hours(), [profile.today()]
    while len(days) < min(number, MOST_DAYS):
        days.append(hours.open_day(days[-1] + timedelta(days=1)))
    return days


def keep_from_mail(outcomes: list[Outcome], rows: Mapping[int, Mapping[str, str]], by: Actor) -> int:
    """Whoever the list itself says wants no mail, or gets none; for good, also if they become a lead some day.

    How many addresses that is new for.
    """
    said = [outcome for outcome in outcomes if outcome.stop and outcome.kind == Kind.REFUSED]
    return sum(
        keep_address(address, SUPPRESSES[outcome.stop.code], by)
        for outcome in said
        if outcome.stop
        for address in addresses_of(rows[outcome.number])
    )


def keep_address(address: str, reason: str, by: Actor) -> bool:
    if reason == Suppression.Reason.ASKED_TO_STOP:
        return stop_mail(address=address, by=by)
    return write_off(address=address, reason=reason)


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
    held.content = held.file = b""
    held.state = State.DONE


def lock_lists() -> None:
    """For whoever may be about to forget them all, and must have them before any address."""
    list(LeadImport.objects.select_for_update(of=("self",)).order_by("pk").values_list("pk"))


@transaction.atomic
def forget_lists(*, all_of_them: bool = False) -> int:
    """Those held for a day; or all, since nobody knows whether one holds a person who is being erased."""
    old = LeadImport.objects.filter(created_at__lte=timezone.now() - LeadImport.HELD_FOR)
    lock_lists()
    return (LeadImport.objects.all() if all_of_them else old).delete()[0]
