from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from enquiries.models import Lead
from mailings.actions import suppress
from mailings.models import Suppression
from tests.conftest import AWKWARD_NAME
from tests.lead_lists import bring, counts, refused_rows

EXPORT = "/admin/enquiries/lead/export/"
PHONES = "+49 30 901820; +49 170 1234567"


def exported(client: Client) -> str:
    answer: Any = client.post(EXPORT, {"purpose": "To be brought to another site"})
    return b"".join(answer.streaming_content).decode()


@pytest.mark.usefixtures("first_content")
def test_a_list_that_left_this_site_comes_to_another_as_it_was(desk: Client, staff: Any) -> None:
    plan = {"next_action": "Call", "next_action_on": "2028-01-01", "country": "DE", "owner": staff}
    since = datetime(2026, 5, 31, 21, 30, tzinfo=UTC)
    Lead.objects.create(name=AWKWARD_NAME, email="zoe@here.example", phone=PHONES, created_at=since, **plan)
    Lead.objects.create(name="By phone", phone="030 901821", **plan)
    Lead.objects.create(name="Stopped", email="stopped@here.example", **plan)
    suppress(address="stopped@here.example", reason=Suppression.Reason.ASKED_TO_STOP)
    elsewhere = exported(desk).replace("here.example", "there.example").replace("By phone", "By telephone")
    page = bring(desk, elsewhere)
    assert counts(page) == (2, 0, 0, 1)
    assert refused_rows(desk, page)[1][1] == "The list says that they want no mail: “no”."
    zoe = Lead.objects.get(email="zoe@there.example")
    assert (zoe.name, zoe.phone, zoe.country, zoe.owner) == (AWKWARD_NAME, PHONES, "DE", staff)
    assert zoe.next_action_on == date(2028, 1, 1)
    assert timezone.localdate(zoe.created_at) == timezone.localdate(since)
    assert not zoe.events.filter(kind="note").exists()
