"""The envelope sender that names a mail: what comes back there proves which mail it was."""

import base64
import hmac
import uuid

from django.conf import settings

from foundation.tokens import digest


def make_bounce_address(identifier: uuid.UUID) -> str:
    """BOUNCE_ADDRESS with the mail's uuid and its proof behind a plus: bounces+<42 characters>@domain (VERP).

    Letters of one case and digits only, and short: a local part may have 64, and other servers change their case.
    """
    local, _at, domain = settings.BOUNCE_ADDRESS.rpartition("@")
    return f"{local}+{_base32(identifier.bytes)}{_bounce_proof(identifier)}@{domain}"


def read_bounce_address(address: str) -> uuid.UUID | None:
    """The uuid that a bounce address proves, or None for any other address."""
    tag = address.rpartition("@")[0].rpartition("+")[2].lower()
    try:
        identifier = uuid.UUID(bytes=base64.b32decode(tag[:26].upper() + "======"))
    except ValueError:
        return None
    return identifier if hmac.compare_digest(_bounce_proof(identifier).encode(), tag[26:].encode()) else None


def _bounce_proof(identifier: uuid.UUID) -> str:
    return _base32(digest("bounce", identifier.hex)[:10])


def _base32(data: bytes) -> str:
    return base64.b32encode(data).decode().rstrip("=").lower()
