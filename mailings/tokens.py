"""Links in mails: HMAC(purpose, uuid) under HASH_KEY, which unlike SECRET_KEY is never rotated."""

import base64
import hashlib
import hmac
import uuid

from django.conf import settings


def hash_address(address: str) -> str:
    """The keyed hash of an address as Suppression stores it: 64 hexadecimal digits."""
    return _digest("address", address.strip().lower()).hex()


def hash_network(network: str) -> str:
    """The keyed hash under which the posts of a network are counted: 64 hexadecimal digits."""
    return _digest("network", network).hex()


def make_token(purpose: str, identifier: uuid.UUID) -> str:
    """The same token for the same purpose and uuid, always: it is derived again at each render, never stored."""
    signature = base64.urlsafe_b64encode(_digest(purpose, identifier.hex)).rstrip(b"=").decode()
    return f"{identifier.hex}-{signature}"


def read_token(purpose: str, token: str) -> uuid.UUID | None:
    """The uuid that a token proves, or None for any other text."""
    try:
        identifier = uuid.UUID(hex=token[:32])
    except ValueError:
        return None
    genuine = hmac.compare_digest(make_token(purpose, identifier).encode(), token.encode())
    return identifier if genuine else None


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
    return _base32(_digest("bounce", identifier.hex)[:10])


def _base32(data: bytes) -> str:
    return base64.b32encode(data).decode().rstrip("=").lower()


def _digest(purpose: str, text: str) -> bytes:
    return hmac.digest(settings.HASH_KEY.encode(), f"{purpose}\0{text}".encode(), hashlib.sha256)
