"""Fills the outbox through the product's own actions: every other address asks for a packet, the rest sign up.

`python -m tests.faults.fill FILE`, FILE a JSON list of addresses; its own process, for it needs the site's settings.
Nobody rings for these: the sweep has to find them, and thousands of rings would only be load.
"""

import json
import sys
from pathlib import Path

import django

PACKET, CONFIRMATION = 0, 1


def fill(addresses: list[str], start_with: int = PACKET) -> None:
    from foundation.models import ConsentWording
    from mailings import doorbell

    doorbell.ring = lambda: None

    contact = ConsentWording.objects.current(ConsentWording.Kind.CONTACT)
    newsletter = ConsentWording.objects.current(ConsentWording.Kind.NEWSLETTER)
    for number, address in enumerate(addresses, start_with):
        if number % 2 == CONFIRMATION:
            sign_up(address, newsletter)
        else:
            ask_for_packet(address, contact)


def ask_for_packet(address: str, wording: object) -> None:
    from enquiries.actions import request_packet
    from enquiries.actions.intake import Submission

    fields = {"name": "Zoë O'Brien & Sons", "email": address, "consent_packet": "on", "consent_contact": "on"}
    request_packet(submission=Submission(fields, wording, wording, None))


def sign_up(address: str, wording: object) -> None:
    from newsletters.actions import request_newsletter

    request_newsletter(address=address, wording=wording)


if __name__ == "__main__":
    django.setup()
    fill(json.loads(Path(sys.argv[1]).read_text()))
