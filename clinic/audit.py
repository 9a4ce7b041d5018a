"""Writes down who did what. Called where the act is done, in its own transaction: no act without its row."""

from typing import Any

from django.http import HttpRequest

from clinic.models import AuditEvent
from foundation.actors import JOB, Actor


def note(
    kind: AuditEvent.Kind, *, by: Actor = JOB, about: str = "", request: HttpRequest | None = None, **data: Any
) -> AuditEvent:
    """`about` names a row ("lead 12") or a keyed hash, never a person; so does `data`, which must fit in JSON."""
    network = getattr(request, "client_network", "")
    return AuditEvent.objects.create(kind=kind, by=by.account, about=about, network=network, data=data)
