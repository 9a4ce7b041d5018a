import itertools

import pytest
from django.test import Client

from enquiries.models import Lead
from foundation.tokens import hash_address
from mailings import delivery
from mailings.actions import suppress
from mailings.models import OutgoingEmail, Suppression, Why
from mailings.rules import suppressed, why_not, why_not_mailed

ADDRESS = "zoe@example.com"
Reason = Suppression.Reason
STOPPING = sorted(set(Reason) - {Reason.UNSUBSCRIBED, Reason.COMES_BACK})


@pytest.mark.parametrize(("first", "second"), [*itertools.permutations(STOPPING, 2)])
def test_the_page_and_the_refusal_name_the_same_of_two_reasons(db: None, first: str, second: str) -> None:
    suppress(address=ADDRESS, reason=first)
    suppress(address=ADDRESS, reason=second)
    found = suppressed(ADDRESS)
    assert found
    assert found.reason == first
    assert why_not(ADDRESS) == found.why == first
    assert why_not_mailed([ADDRESS, "sam@example.org"]) == {ADDRESS: found.why}


def test_a_reason_of_the_next_version_stops_everything(lead: Lead, desk: Client) -> None:
    Suppression.objects.create(address_hash=hash_address(ADDRESS), reason="from_the_future")
    assert why_not(ADDRESS) == Why.SUPPRESSED
    delivery.drain()
    packet = OutgoingEmail.objects.get(kind="packet")
    assert (packet.state, packet.forbidden, packet.why) == ("cancelled", True, Why.SUPPRESSED)
    assert "Nothing may be sent to this address." in desk.get(lead.get_absolute_url()).text


@pytest.mark.parametrize("reason", STOPPING)
def test_each_reason_that_stops_everything_has_words_of_its_own(reason: str) -> None:
    assert reason in Why.values
    assert Suppression(reason=reason).why != Why.SUPPRESSED


@pytest.mark.parametrize("reason", Suppression.STOPS_NEWSLETTER_ONLY)
def test_who_gets_no_newsletter_may_be_sent_anything_else(lead: Lead, reason: str) -> None:
    suppress(address=ADDRESS, reason=reason)
    assert why_not(ADDRESS) is None
    delivery.drain()
    assert OutgoingEmail.objects.get(kind="packet").state == "sent"


def test_a_code_of_the_next_version_is_shown_as_it_is(lead: Lead, desk: Client) -> None:
    OutgoingEmail.objects.filter(kind="packet").update(why="from_the_future", last_reply="550 no")
    assert "from_the_future 550 no" in desk.get("/admin/mailings/outgoingemail/").text
