from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from enquiries.models import Enquiry, Lead
from tests.browser_posts import untouched

URL = "/admin/enquiries/lead/add/"


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_put_one_lead_without_an_address_on_the_list(desk: Client, staff: Any) -> None:
    typed = {**untouched(desk.get(URL), "lead_form"), "name": "Zoë", "phone": "555 0142", "consent_contact": "on"}
    clicks, ready = [Client(), Client()], Barrier(2)
    for client in clicks:
        client.force_login(staff)

    def click(client: Client) -> str:
        ready.wait()
        try:
            return str(client.post(URL, typed)["Location"])
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        led_to = set(pool.map(click, clicks))
    assert (Lead.objects.count(), Enquiry.objects.count(), len(led_to)) == (1, 1, 1)
