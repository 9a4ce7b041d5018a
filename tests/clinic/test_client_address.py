from ipaddress import ip_address
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from clinic.client_address import ClientAddressMiddleware

pytestmark = pytest.mark.pure


def seen(peer: str = "10.0.0.1", forwarded: str | None = None) -> Any:
    headers = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    request: Any = RequestFactory().get("/", REMOTE_ADDR=peer, **headers)
    ClientAddressMiddleware(lambda _request: HttpResponse())(request)
    return request


def address(peer: str = "10.0.0.1", forwarded: str | None = None) -> str:
    return str(seen(peer, forwarded).client_address)


def test_without_a_proxy_only_the_peer_counts(settings: Any) -> None:
    settings.TRUSTED_PROXY_COUNT = 0
    assert address("203.0.113.9", "198.51.100.1") == "203.0.113.9"


@pytest.mark.parametrize(
    ("count", "forwarded", "client"),
    [
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "10.9.9.9, 198.51.100.1", "198.51.100.1"),
        (2, "10.9.9.9, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        (1, "::ffff:198.51.100.1", "198.51.100.1"),
        (1, "198.51.100.1:4711", "198.51.100.1"),
        (1, "[2001:db8::1]:4711", "2001:db8::1"),
        (1, " 2001:db8::1 ", "2001:db8::1"),
    ],
)
def test_behind_proxies_the_entry_of_the_outermost_counts(
    settings: Any, count: int, forwarded: str, client: str
) -> None:
    settings.TRUSTED_PROXY_COUNT = count
    assert address(forwarded=forwarded) == client


@pytest.mark.parametrize("forwarded", [None, "", " "])
def test_whoever_came_around_the_proxy_is_the_peer(settings: Any, forwarded: str | None) -> None:
    settings.TRUSTED_PROXY_COUNT = 1
    assert address("10.0.0.7", forwarded) == "10.0.0.7"


@pytest.mark.parametrize("forwarded", ["unknown", "198.51.100.1, nonsense", "198.51.100.1,", "1.2.3.4.5", "x" * 9000])
def test_nonsense_is_nobody_and_never_the_private_address_of_the_proxy(settings: Any, forwarded: str) -> None:
    settings.TRUSTED_PROXY_COUNT = 1
    assert seen(forwarded=forwarded).client_address is None
    assert seen(forwarded=forwarded).client_network == ""


def test_too_few_entries_are_nobody(settings: Any) -> None:
    settings.TRUSTED_PROXY_COUNT = 2
    assert seen(forwarded="10.9.9.9").client_address is None


def test_a_peer_without_an_address_is_nobody(settings: Any) -> None:
    assert seen(peer="").client_address is None


@pytest.mark.parametrize(
    ("peer", "network"),
    [
        ("198.51.100.1", "198.51.100.1"),
        ("::ffff:198.51.100.1", "198.51.100.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
    ],
)
def test_a_network_is_an_ipv4_address_or_the_half_of_an_ipv6_address(peer: str, network: str) -> None:
    assert seen(peer).client_network == network


def test_the_address_can_be_asked_what_it_is() -> None:
    assert seen("::ffff:10.0.0.1").client_address == ip_address("10.0.0.1")
    assert seen("::ffff:10.0.0.1").client_address.is_private
