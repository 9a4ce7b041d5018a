"""What a post of the packet form asks of Postgres, BEGIN and COMMIT counted: each trip is a visitor's wait."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from enquiries.models import Enquiry, PacketDelivery, StaffNotice
from mailings.models import OutgoingEmail

MOST_STATEMENTS = 14
# What is asked once a second, and the limits of the form, which are drawn on before the transaction.
BESIDE = ("BEGIN", "COMMIT", "foundation_contentversion", "mailings_budget")
# What is known of the address, under its lock, and all rows.
TRIPS_OF_SOMEBODY_NEW = ["SELECT known.address, ", "SELECT store_enquiry("]


@pytest.fixture
def post(transactional_db: None, first_content: None, packet_fields: dict[str, str], settings: Any) -> Any:
    settings.STAFF_ALERT_EMAIL = "desk@clinic.example"

    def statements(**fields: str) -> int:
        data = {**packet_fields, "wording": "packet-1 answer-1 newsletter-1", **fields}
        with CaptureQueriesContext(connection) as asked:
            assert Client().post("/information-packet/", data).status_code == 303
        said[:] = [query["sql"].strip() for query in asked.captured_queries]
        return len(asked)

    return statements


# Of the last post.
said: list[str] = []


def test_what_somebody_new_brings_goes_in_two_trips(post: Any) -> None:
    post(email="warm@example.com")
    post()
    ours = [sql for sql in said if not any(word in sql for word in BESIDE)]
    assert [sql.startswith(begins) for sql, begins in zip(ours, TRIPS_OF_SOMEBODY_NEW, strict=True)] == [True, True]


def test_a_post_takes_few_statements_whoever_it_is_from_and_whatever_becomes_of_it(post: Any) -> None:
    post(email="warm@example.com")
    found = {"somebody new": post(), "the same again": post(), "something else": post(message="And this?")}
    post(leave_this_empty="x", email="held@example.com")
    found["held"] = post(leave_this_empty="x", email="held-too@example.com")
    assert {who: count for who, count in found.items() if count > MOST_STATEMENTS} == {}
    assert Enquiry.objects.count() == 5


def test_somebody_known_who_gets_a_packet_again_costs_no_more(post: Any) -> None:
    post()
    past = timezone.now() - timedelta(days=2)
    OutgoingEmail.objects.update(state="sent", sent_at=past, created_at=past)
    Enquiry.objects.update(verdict="released")
    assert post(message="Once more, please") <= MOST_STATEMENTS
    assert (PacketDelivery.objects.count(), StaffNotice.objects.count()) == (2, 2)


def test_in_a_flood_each_post_costs_no_more(post: Any) -> None:
    for number in range(21):
        post(email=f"person{number}@example.com")
    assert StaffNotice.objects.filter(about="enquiries").count() == 1
    assert post(email="after@example.com") <= MOST_STATEMENTS
