from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from enquiries.actions import merge_leads, unmerge_lead
from enquiries.models import Lead, MailTemplate
from mailings.actions import suppress
from mailings.models import OutgoingEmail, Suppression
from tests.conftest import ADDRESS
from tests.desk.test_two_people_editing import url

WORKS = "works@example.org"


@pytest.fixture
def other(lead: Lead, staff: Any) -> Lead:
    found = Lead.objects.create(email=WORKS, next_action="Call", next_action_on="2028-01-01")
    merge_leads(lead=found, into=lead, by=staff)
    return found


@pytest.fixture
def corrected(lead: Lead, other: Lead, desk: Client) -> Lead:
    """To the address of the one that was merged into it, since its own bounced."""
    long_ago = timezone.now() - timedelta(days=2)
    OutgoingEmail.objects.update(created_at=long_ago)
    suppress(address=ADDRESS, reason=Suppression.Reason.HARD_BOUNCE)
    assert desk.post(url(lead, "correct-address"), {"email": WORKS}).status_code == 302
    return Lead.objects.get(pk=lead.pk)


def mailed(kind: str) -> dict[str, str]:
    return dict(OutgoingEmail.objects.filter(kind=kind, email=WORKS).values_list("email", "state"))


def test_an_address_of_the_family_is_taken_and_each_keeps_its_own(desk: Client, corrected: Lead, other: Lead) -> None:
    page = desk.get(url(corrected)).text
    assert f"Mail goes to {WORKS}" in page
    assert f"Mail goes to the address of lead #{other.pk}." in page
    assert "Nothing may be sent to this address" not in page
    assert (corrected.email, Lead.objects.get(pk=other.pk).email) == (ADDRESS, WORKS)


def test_mail_and_packet_go_to_the_address_that_works(
    desk: Client, corrected: Lead, deliver: Callable[[], None]
) -> None:
    assert desk.post(url(corrected, "mail"), {"template": MailTemplate.objects.approved()[0].pk}).status_code == 302
    assert desk.post(url(corrected, "resend")).status_code == 302
    deliver()
    assert mailed("lead_mail") == mailed("packet") == {WORKS: OutgoingEmail.State.SENT}


def test_what_is_on_its_way_there_arrives_after_an_undo(
    desk: Client, corrected: Lead, other: Lead, staff: Any, deliver: Callable[[], None]
) -> None:
    desk.post(url(corrected, "mail"), {"template": MailTemplate.objects.approved()[0].pk})
    desk.post(url(corrected, "resend"))
    unmerge_lead(lead=Lead.objects.get(pk=other.pk), by=staff)
    deliver()
    assert mailed("lead_mail") == mailed("packet") == {WORKS: OutgoingEmail.State.SENT}
    corrected.refresh_from_db()
    assert corrected.mail_address == ADDRESS
    assert WORKS not in desk.get(url(corrected)).text


def test_its_own_address_can_be_chosen_again(desk: Client, corrected: Lead) -> None:
    assert desk.post(url(corrected, "correct-address"), {"email": ADDRESS}).status_code == 302
    corrected.refresh_from_db()
    assert corrected.mail_address == ADDRESS


def test_the_address_of_somebody_else_is_still_refused(desk: Client, lead: Lead, other: Lead) -> None:
    stranger = Lead.objects.create(email="stranger@example.org", next_action="Call", next_action_on="2028-01-01")
    refused = desk.post(url(lead, "correct-address"), {"email": stranger.email})
    assert (refused.status_code, url(stranger) in refused.text) == (422, True)
