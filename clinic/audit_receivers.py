"""Writes down what the rooms below say was done with a person's data."""

from typing import Any

from clinic import audit
from clinic.models import AuditEvent
from enquiries.signals import health_text_opened, person_erased, person_exported

Kind = AuditEvent.Kind


def connect() -> None:
    health_text_opened.connect(on_opened, dispatch_uid="clinic.on_opened")
    person_exported.connect(on_exported, dispatch_uid="clinic.on_exported")
    person_erased.connect(on_erased, dispatch_uid="clinic.on_erased")


def on_opened(by: Any, request: Any, row: Any, **kwargs: Any) -> None:
    audit.note(Kind.HEALTH_TEXT_OPENED, by=by, request=request, about=f"{row._meta.model_name} {row.pk}")


def on_exported(by: Any, request: Any, lead: Any, address_hash: str, **kwargs: Any) -> None:
    _note_person(Kind.PERSON_EXPORTED, by, request, lead, address_hash)


def on_erased(
    by: Any, request: Any, lead: Any, address_hash: str, leads: int, because: str = "", **kwargs: Any
) -> None:
    why = {"because": because} if because else {}
    _note_person(Kind.PERSON_ERASED, by, request, lead, address_hash, leads=leads, **why)


def _note_person(kind: Kind, by: Any, request: Any, lead: Any, address_hash: str, **data: Any) -> None:
    """The hash too, so that the row is found by the address that somebody asks about."""
    about = f"lead {lead.pk}" if lead else f"address {address_hash}"
    also = {"address": address_hash} if lead and address_hash else {}
    audit.note(kind, by=by, request=request, about=about, **also, **data)
