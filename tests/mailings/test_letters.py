from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from enquiries.emails import packet_url
from enquiries.models import PacketDelivery
from foundation.models import ClinicProfile
from mailings import delivery
from mailings.emails import token_url, written
from mailings.letters import Letter
from mailings.models import OutgoingEmail

Ask = Callable[..., Any]
# The result of the one before with its line of the timeline, the beginning, what it asks of its packet; and "sending".
MOST_TRIPS = 2


def letter_to(address: str) -> Letter:
    return cast(Letter, written(OutgoingEmail.objects.get(email=address, kind="packet")))


def parsed(content: bytes) -> EmailMessage:
    return cast(EmailMessage, message_from_bytes(content, policy=default))


def parts(message: EmailMessage) -> list[tuple[str, str | None, Any]]:
    leaves = [part for part in message.walk() if not part.is_multipart()]
    return [(part.get_content_type(), part.get_filename(), cast(EmailMessage, part).get_content()) for part in leaves]


def headers(message: EmailMessage) -> dict[str, str]:
    return {name: value for name, value in message.items() if name not in ("Date", "Content-Type")}


def test_a_mail_whose_bytes_are_ready_says_what_the_mail_says(ask: Ask) -> None:
    ask(email="first@example.com")
    ask(email="second@example.com")
    for address in ("first@example.com", "second@example.com"):
        letter = letter_to(address)
        ready, usual = parsed(letter.ready()), parsed(letter.message().as_bytes(linesep="\r\n"))
        assert headers(ready) == headers(usual)
        assert parts(ready) == parts(usual)
        assert [kind for kind, _name, _content in parts(ready)] == ["text/plain", "text/html", "application/pdf"]
        assert abs((ready["Date"].datetime - usual["Date"].datetime).total_seconds()) < 5
        assert b"standin" not in letter.ready()


def test_each_mail_holds_the_links_of_its_own_person_and_of_nobody_else(ask: Ask) -> None:
    ask(email="first@example.com")
    ask(email="second@example.com")
    links = {}
    for one in PacketDelivery.objects.select_related("outgoing"):
        links[one.outgoing.email] = {packet_url(one), token_url("mailings:not-me", "not-me", one.outgoing.uuid)}
    for address, own in links.items():
        said = letter_to(address).ready().decode()
        assert {link for of_one in links.values() for link in of_one if link in said} == own


def test_what_the_clinic_changes_is_in_the_next_mail(ask: Ask) -> None:
    ask()
    assert "+1 212 555 0199" not in letter_to("zoe@example.com").body
    ClinicProfile.objects.update(phone="+1 212 555 0199")
    letter = letter_to("zoe@example.com")
    assert "+1 212 555 0199" in letter.body
    assert b"+1 212 555 0199" in letter.ready()


def test_words_that_no_mail_can_carry_as_they_are_are_encoded_anew_each_time(ask: Ask) -> None:
    # Beyond 998 characters a line, all of it is quoted-printable, in which a link may be cut in two.
    ask()
    ClinicProfile.objects.update(name="Clinic", postal_address="Calle " * 300)
    letter = letter_to("zoe@example.com")
    assert parts(parsed(letter.ready())) == parts(parsed(letter.message().as_bytes(linesep="\r\n")))


@pytest.mark.django_db(transaction=True)
def test_a_packet_mail_takes_few_trips(first_content: None, packet_fields: dict[str, str]) -> None:
    def trips(count: int) -> int:
        for number in range(count):
            Client().post("/information-packet/", {**packet_fields, "email": f"of{count}-{number}@example.com"})
        with CaptureQueriesContext(connection) as asked:
            delivery.drain()
        assert not OutgoingEmail.objects.exclude(state="sent").exists()
        return len(asked)

    trips(1)
    few, many = trips(2), trips(8)
    assert (many - few) / 6 <= MOST_TRIPS
    # With the claim and what comes before it, a full lease of fifty.
    assert (few - 2 * MOST_TRIPS) / delivery.BATCH < 0.4
