from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from enquiries.models import Enquiry, Lead
from mailings.models import OutgoingEmail
from newsletters.models import Subscriber

POSTS = 20


def post_together(path: str, fields: list[dict[str, str]]) -> list[int]:
    ready = Barrier(len(fields))

    def post(data: dict[str, str]) -> int:
        ready.wait()
        try:
            return Client().post(path, data).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(fields)) as pool:
        return list(pool.map(post, fields))


@pytest.mark.django_db(transaction=True)
def test_twenty_identical_posts_at_once_are_one_lead_one_enquiry_one_packet(
    first_content: None, packet_fields: dict[str, str]
) -> None:
    answers = post_together("/information-packet/", [packet_fields] * POSTS)
    assert answers == [303] * POSTS
    assert Lead.objects.count() == 1
    assert Enquiry.objects.count() == 1
    assert OutgoingEmail.objects.filter(kind="packet").count() == 1


@pytest.mark.django_db(transaction=True)
def test_twenty_different_posts_of_one_person_at_once_lose_none_and_mail_one(
    first_content: None, packet_fields: dict[str, str]
) -> None:
    posts = [{**packet_fields, "message": str(number), "consent_newsletter": "on"} for number in range(POSTS)]
    assert post_together("/information-packet/", posts) == [303] * POSTS
    assert Lead.objects.count() == 1
    assert Enquiry.objects.count() == POSTS
    kinds: Any = OutgoingEmail.objects.order_by("kind").values_list("kind", flat=True)
    assert list(kinds) == ["newsletter_confirm", "packet"]
    assert Subscriber.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_hundred_posts_of_one_person_at_once_fifty_of_them_alike_are_fifty_one_enquiries(
    first_content: None, packet_fields: dict[str, str]
) -> None:
    different = [{**packet_fields, "message": str(number)} for number in range(50)]
    posts = [post for pair in zip([packet_fields] * 50, different, strict=True) for post in pair]
    assert post_together("/information-packet/", posts) == [303] * 100
    assert Lead.objects.count() == 1
    assert Enquiry.objects.count() == 51
    assert OutgoingEmail.objects.filter(kind="packet").count() == 1
