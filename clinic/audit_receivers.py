"""Writes down what the rooms below say was done with a person's data."""

from typing import Any

from clinic import audit
from clinic.models import AuditEvent
from enquiries.signals import (
    bulk_run_begun,
    export_ended,
    health_text_opened,
    import_undone,
    leads_exported,
    leads_imported,
    person_erased,
    person_exported,
)
from foundation.actors import Actor
from newsletters.signals import subscriber_erased, subscriber_exported, subscribers_exported, subscribers_imported

Kind = AuditEvent.Kind


def connect() -> None:
    health_text_opened.connect(on_opened, dispatch_uid="clinic.on_opened")
    person_exported.connect(on_exported, dispatch_uid="clinic.on_exported")
    person_erased.connect(on_erased, dispatch_uid="clinic.on_erased")
    leads_exported.connect(on_list_exported, dispatch_uid="clinic.on_list_exported")
    export_ended.connect(on_export_ended, dispatch_uid="clinic.on_export_ended")
    import_undone.connect(on_import_undone, dispatch_uid="clinic.on_import_undone")
    leads_imported.connect(on_list_imported, dispatch_uid="clinic.on_list_imported")
    subscriber_exported.connect(on_subscriber_exported, dispatch_uid="clinic.on_subscriber_exported")
    subscriber_erased.connect(on_subscriber_erased, dispatch_uid="clinic.on_subscriber_erased")
    subscribers_imported.connect(on_subscribers_imported, dispatch_uid="clinic.on_subscribers_imported")
    subscribers_exported.connect(on_subscribers_exported, dispatch_uid="clinic.on_subscribers_exported")
    bulk_run_begun.connect(on_bulk_run, dispatch_uid="clinic.on_bulk_run")


def on_opened(by: Actor, request: Any, row: Any, **kwargs: Any) -> None:
    audit.note(Kind.HEALTH_TEXT_OPENED, by=by, request=request, about=f"{row._meta.model_name} {row.pk}")


def on_exported(by: Actor, request: Any, lead: Any, address_hash: str, **kwargs: Any) -> None:
    _note_person(Kind.PERSON_EXPORTED, by, request, lead, address_hash)


def on_erased(
    by: Actor, request: Any, lead: Any, address_hash: str, leads: int, because: str = "", **kwargs: Any
) -> None:
    why = {"because": because} if because else {}
    _note_person(Kind.PERSON_ERASED, by, request, lead, address_hash, leads=leads, **why)


def on_list_exported(by: Actor, request: Any, purpose: str, filters: Any, leads: int, number: str, **_: Any) -> None:
    told = {"purpose": purpose, "filters": filters, "leads": leads}
    audit.note(Kind.LIST_EXPORTED, by=by, request=request, about=f"export {number}", **told)


def on_export_ended(by: Actor, request: Any, leads: int, whole: bool, number: str, **kwargs: Any) -> None:
    """Once, however often it is said."""
    about = f"export {number}"
    if not AuditEvent.objects.filter(kind=Kind.EXPORT_ENDED, about=about).exists():
        audit.note(Kind.EXPORT_ENDED, by=by, request=request, about=about, leads=leads, whole=whole)


def on_list_imported(by: Actor, request: Any, held: Any, rows: Any, leads: int, **kwargs: Any) -> None:
    audit.note(Kind.LIST_IMPORTED, by=by, request=request, about=f"import {held.pk}", rows=rows, leads=leads)


def on_import_undone(by: Actor, request: Any, held: Any, leads: int, **kwargs: Any) -> None:
    audit.note(Kind.IMPORT_UNDONE, by=by, request=request, about=f"import {held.pk}", leads=leads)


def on_subscriber_exported(by: Actor, request: Any, address_hash: str, **kwargs: Any) -> None:
    _note_person(Kind.PERSON_EXPORTED, by, request, None, address_hash, of="newsletter")


def on_subscriber_erased(by: Actor, request: Any, address_hash: str, **kwargs: Any) -> None:
    _note_person(Kind.PERSON_ERASED, by, request, None, address_hash, of="newsletter")


def on_subscribers_imported(by: Actor, request: Any, held: Any, rows: Any, **kwargs: Any) -> None:
    about = f"import of subscribers {held.pk}"
    audit.note(Kind.LIST_IMPORTED, by=by, request=request, about=about, rows=rows, how=held.how, counts=held.counts)


def on_subscribers_exported(by: Actor, request: Any, purpose: str, subscribers: int, **kwargs: Any) -> None:
    audit.note(
        Kind.LIST_EXPORTED, by=by, request=request, about="subscribers", purpose=purpose, subscribers=subscribers
    )


def on_bulk_run(by: Actor, request: Any, run: Any, leads: int, **kwargs: Any) -> None:
    """Which leads, and what became of each, stands with the run."""
    audit.note(Kind.BULK_RUN, by=by, request=request, about=f"bulk run {run.pk}", verb=run.verb, leads=leads)


def _note_person(kind: Kind, by: Actor, request: Any, lead: Any, address_hash: str, **data: Any) -> None:
    """The hash too, so that the row is found by the address that somebody asks about."""
    about = f"lead {lead.pk}" if lead else f"address {address_hash}"
    also = {"address": address_hash} if lead and address_hash else {}
    audit.note(kind, by=by, request=request, about=about, **also, **data)
