"""Writes down who did what. Called where the act is done, in its own transaction: no act without its row."""

from typing import Any

from django.http import HttpRequest

from clinic.models import AuditEvent, StaffUser


def note(
    kind: AuditEvent.Kind, *, by: Any = None, about: str = "", request: HttpRequest | None = None, **data: Any
) -> AuditEvent:
    """`about` names a row ("lead 12") or a keyed hash, never a person; so does `data`, which must fit in JSON."""
    who = by if isinstance(by, StaffUser) else None
    network = getattr(request, "client_network", "")
    return AuditEvent.objects.create(kind=kind, by=who, about=about, network=network, data=data)
