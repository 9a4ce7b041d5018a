"""From which address a request comes. What a client says of itself counts for nothing."""

from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse

Address = IPv4Address | IPv6Address


class ClientAddressMiddleware:
    """Sets request.client_address, None when it cannot be known, and request.client_network, then empty."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        address = client_address(request)
        request.client_address = address  # type: ignore[attr-defined]
        request.client_network = network(address) if address else ""  # type: ignore[attr-defined]
        return self.get_response(request)


def client_address(request: HttpRequest) -> Address | None:
    """Each proxy of ours adds whom it heard from at the right end; all further left may be invented."""
    forwarded = request.headers.get("X-Forwarded-For", "").strip()
    if not (settings.TRUSTED_PROXY_COUNT and forwarded):
        # No proxy, or somebody who went around it: the metrics collector beside us, for one.
        return read_address(request.META.get("REMOTE_ADDR", ""))
    entries = forwarded.split(",")
    if len(entries) < settings.TRUSTED_PROXY_COUNT:
        # Not the peer's address: that is a proxy's, a private one, and would open what only our network may see.
        return None
    return read_address(entries[-settings.TRUSTED_PROXY_COUNT])


def read_address(text: str) -> Address | None:
    """IPv4 written as IPv6 (::ffff:192.0.2.1) is IPv4. Some proxies add the port."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def network(address: Address) -> str:
    """Whoever has an IPv6 address mostly has its whole /64, and may change it with every request."""
    if isinstance(address, IPv4Address):
        return str(address)
    return str(IPv6Network((int(address), 64), strict=False))
