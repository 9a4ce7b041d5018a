import uuid

import pytest

from mailings.tokens import hash_address, make_token, read_token

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


def test_an_address_has_one_hash_however_it_is_written() -> None:
    assert hash_address(" Zoe@Example.com") == hash_address("zoe@example.com")
    assert "zoe" not in hash_address("zoe@example.com")
