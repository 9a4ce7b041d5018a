from typing import Any

import pytest
from django.test import Client

from clinic import audit
from clinic.models import AuditEvent
from foundation.tokens import hash_address

LIST = "/admin/clinic/auditevent/"
Kind = AuditEvent.Kind


@pytest.fixture
def events(account: Any) -> None:
    coordinator = account("coordinator")
    address = hash_address("zoe@example.com")
    audit.note(Kind.HEALTH_TEXT_OPENED, by=coordinator, about="lead 12")
    audit.note(Kind.HEALTH_TEXT_OPENED, about="lead 120")
    audit.note(Kind.PERSON_EXPORTED, by=coordinator, about="lead 12", address=address)
    audit.note(Kind.PERSON_ERASED, about=f"address {address}", leads=1)


def found(client: Client, query: str) -> list[str]:
    page = client.get(f"{LIST}?{query}")
    assert page.status_code == 200
    return sorted(event.kind for event in page.context["cl"].result_list)


@pytest.mark.parametrize("role", ["manager", "auditor"])
def test_what_was_done_is_found_by_what_by_whom_and_to_what(browser: Any, events: None, role: str) -> None:
    client = browser(role)
    by = AuditEvent.objects.exclude(by=None).first()
    assert by
    assert found(client, "kind__exact=health_text_opened") == ["health_text_opened"] * 2
    assert found(client, f"by__id__exact={by.by_id}") == ["health_text_opened", "person_exported"]
    assert found(client, "q=Lead+12") == ["health_text_opened", "person_exported"]
    assert found(client, "q=Zoe@Example.com") == ["person_erased", "person_exported"]


def test_one_event_shows_its_details_and_no_way_to_change_it(browser: Any, events: None) -> None:
    event = AuditEvent.objects.get(kind="person_erased")
    page = browser("auditor").get(f"{LIST}{event.pk}/change/")
    assert "&quot;leads&quot;: 1" in page.text
    assert 'name="_save"' not in page.text
