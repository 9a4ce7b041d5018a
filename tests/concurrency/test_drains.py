from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core import mail
from django.db import connection

from enquiries.actions import request_packet
from enquiries.actions.intake import Submission
from enquiries.models import LeadEvent
from foundation.models import ConsentWording
from mailings import delivery
from mailings.models import OutgoingEmail


def ask_for(number: int) -> None:
    fields = {"name": "Zoë", "email": f"person{number}@example.com", "consent_packet": "on", "consent_contact": "on"}
    wording = ConsentWording.objects.current(ConsentWording.Kind.CONTACT)
    request_packet(submission=Submission(fields, wording, wording, None))


@pytest.mark.django_db(transaction=True)
def test_four_drains_at_once_send_each_mail_once(first_content: None) -> None:
    for number in range(60):
        ask_for(number)

    def drain(_worker: int) -> None:
        try:
            while delivery.drain():
                pass
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(drain, range(4)))
    delivery.drain()
    assert Counter(message.to[0] for message in mail.outbox) == {f"person{n}@example.com": 1 for n in range(60)}
    assert OutgoingEmail.objects.exclude(state=OutgoingEmail.State.SENT).count() == 0
    assert LeadEvent.objects.filter(kind=LeadEvent.Kind.PACKET_SENT).count() == 60
