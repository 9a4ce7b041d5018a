import hashlib
import hmac
import uuid
from typing import Any

import pytest

from foundation.tokens import digest, hash_address, hash_addresses, make_token, read_token
from mailings.bounce_addresses import make_bounce_address, read_bounce_address

pytestmark = pytest.mark.pure

IDENTIFIER = uuid.UUID(int=7)


def test_a_token_is_read_back_for_its_own_purpose_alone() -> None:
    token = make_token("packet", IDENTIFIER)
    assert read_token("packet", token) == IDENTIFIER
    assert read_token("not-me", token) is None


def test_a_token_is_the_same_at_each_render() -> None:
    assert make_token("packet", IDENTIFIER) == make_token("packet", IDENTIFIER)


@pytest.mark.parametrize("wrong", ["", "x", IDENTIFIER.hex, f"{IDENTIFIER.hex}-", f"{IDENTIFIER.hex}-{'A' * 43}"])
def test_a_known_uuid_without_its_signature_proves_nothing(wrong: str) -> None:
    assert read_token("packet", wrong) is None


def test_one_letter_more_or_less_proves_nothing() -> None:
    token = make_token("packet", IDENTIFIER)
    assert read_token("packet", token[:-1]) is None
    assert read_token("packet", token + "A") is None


def test_a_token_stands_on_the_hash_key(settings: object) -> None:
    token = make_token("packet", IDENTIFIER)
    settings.HASH_KEY = "another key that is long enough to be one"  # type: ignore[attr-defined]
    assert read_token("packet", token) is None


@pytest.mark.parametrize("length", [50, 64, 65, 200])
def test_a_digest_is_an_hmac_however_long_the_key_is_and_each_time(length: int, settings: Any) -> None:
    settings.HASH_KEY = "ké" * (length // 2)
    for text in ("zoe@example.com", "", "zoë"):
        expected = hmac.digest(settings.HASH_KEY.encode(), f"address\0{text}".encode(), hashlib.sha256)
        assert digest("address", text) == digest("address", text) == expected


def test_an_address_has_one_hash_however_it_is_written() -> None:
    assert hash_address(" Zoe@Example.com") == hash_address("zoe@example.com")
    assert "zoe" not in hash_address("zoe@example.com")


def test_a_bounce_address_names_its_mail_in_any_case_and_fits_into_a_mailbox_name(settings: object) -> None:
    settings.BOUNCE_ADDRESS = "bounces@clinic.example"  # type: ignore[attr-defined]
    address = make_bounce_address(IDENTIFIER)
    assert address.startswith("bounces+")
    assert len(address.partition("@")[0]) <= 64
    assert read_bounce_address(address) == read_bounce_address(address.upper()) == IDENTIFIER


@pytest.mark.parametrize(
    "change", [lambda a: a[:-1] + "2", lambda a: a[:-1], lambda a: a + "a", lambda a: "", lambda a: "é"]
)
def test_a_bounce_address_with_another_proof_names_nothing(change: object, settings: object) -> None:
    settings.BOUNCE_ADDRESS = "bounces@clinic.example"  # type: ignore[attr-defined]
    local, _at, domain = make_bounce_address(IDENTIFIER).partition("@")
    base, _plus, tag = local.partition("+")
    assert read_bounce_address(f"{base}+{change(tag)}@{domain}") is None  # type: ignore[operator]


def test_the_longest_bounce_mailbox_that_fits_is_said_at_the_start() -> None:
    assert len(make_bounce_address(IDENTIFIER).partition("@")[0].partition("+")[2]) == 42


@pytest.mark.parametrize("key", ["short", "k" * 64, "longer than a block of the digest " * 3])
def test_many_addresses_have_the_hashes_that_each_has_alone(key: str, settings: Any) -> None:
    settings.HASH_KEY = key
    addresses = [" Zoë.O'Brien@example.com ", "zoe@xn--bcher-kva.example", ""]
    assert list(hash_addresses(addresses)) == [(hash_address(address), address) for address in addresses]
