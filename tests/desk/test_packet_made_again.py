"""A packet that was made, or waits, when the clinic's own words changed."""

from collections.abc import Callable
from typing import Any

from django.test import Client

from enquiries.models import Packet, PacketDelivery
from mailings.delivery import drain
from tests.desk.test_packet_sources import make_and_approve, packet, page_of, save_profile

# Fixtures, which nothing here calls by name.
__all__ = ["make_and_approve", "packet"]


def test_what_was_queued_in_the_name_of_the_demo_goes_out_in_the_clinics_own(
    desk: Client,
    packet: Packet,
    ask: Callable[..., Any],
    make_and_approve: Callable[[], None],
    settings: Any,
    mailoutbox: list[Any],
) -> None:
    ask()
    settings.HTTPS = True
    save_profile(desk, name="Zoë O'Brien & Sons")
    make_and_approve()
    drain()
    assert [mail.to for mail in mailoutbox if mail.attachments] == [["zoe@example.com"]]
    assert PacketDelivery.objects.get().version.number == 2


def test_what_is_made_already_is_offered_to_be_made_again_only_once_it_is_older_too(
    desk: Client, packet: Packet
) -> None:
    button = "Make the next version and look at it"
    save_profile(desk, name="Zoë O'Brien & Sons")
    assert button in desk.get("/admin/").text
    desk.post(page_of(packet, "make-version/"))
    assert button not in desk.get("/admin/").text
    assert "Version 2 is made and waits for approval" in desk.get("/admin/").text
    save_profile(desk, tagline="Other words")
    assert button in desk.get("/admin/").text
