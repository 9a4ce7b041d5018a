"""Links in mails: HMAC(purpose, uuid) under HASH_KEY, which unlike SECRET_KEY is never rotated."""

import base64
import hashlib
import hmac
import uuid
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from django.conf import settings

# Of SHA-256, in bytes.
BLOCK = 64


def hash_address(address: str) -> str:
    """The keyed hash of an address as Suppression stores it: 64 hexadecimal digits."""
    return digest("address", address.strip().lower()).hex()


def hash_addresses(addresses: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each with its address, for many at once: what all texts begin with is digested once, and by no object of hmac,
    whose copies take longer than the digest itself.
    """
    inner, outer = _begun(settings.HASH_KEY, "address")
    for address in addresses:
        inside, outside = inner.copy(), outer.copy()
        inside.update(address.strip().lower().encode())
        outside.update(inside.digest())
        yield outside.hexdigest(), address


@lru_cache(maxsize=32)
def _begun(key: str, purpose: str) -> tuple[Any, Any]:
    """The two digests of which an HMAC is made (RFC 2104), where all texts of a purpose begin. Go on with copies."""
    secret = key.encode()
    block = (secret if len(secret) <= BLOCK else hashlib.sha256(secret).digest()).ljust(BLOCK, b"\0")
    inner, outer = (hashlib.sha256(bytes(byte ^ pad for byte in block)) for pad in (0x36, 0x5C))
    inner.update(f"{purpose}\0".encode())
    return inner, outer


def hash_network(network: str) -> str:
    """The keyed hash under which the posts of a network are counted: 64 hexadecimal digits."""
    return digest("network", network).hex()


def make_token(purpose: str, identifier: uuid.UUID) -> str:
    """The same token for the same purpose and uuid, always: it is derived again at each render, never stored."""
    signature = base64.urlsafe_b64encode(digest(purpose, identifier.hex)).rstrip(b"=").decode()
    return f"{identifier.hex}-{signature}"


def read_token(purpose: str, token: str) -> uuid.UUID | None:
    """The uuid that a token proves, or None for any other text."""
    try:
        identifier = uuid.UUID(hex=token[:32])
    except ValueError:
        return None
    genuine = hmac.compare_digest(make_token(purpose, identifier).encode(), token.encode())
    return identifier if genuine else None


def digest(purpose: str, text: str) -> bytes:
    begun, outer = _begun(settings.HASH_KEY, purpose)
    inside, outside = begun.copy(), outer.copy()
    inside.update(text.encode())
    outside.update(inside.digest())
    return outside.digest()
