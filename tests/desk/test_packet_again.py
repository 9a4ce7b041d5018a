from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from articles.models import Article, Topic
from enquiries.actions import merge_leads, resend_packet, unmerge_lead
from enquiries.models import Lead, LeadEvent, Packet, PacketDelivery, PacketVersion
from enquiries.renditions import came_from
from mailings.models import OutgoingEmail
from tests.desk.test_packet_for_a_condition import condition, general, own
from tests.desk.test_two_people_editing import url

# Fixtures, which nothing here calls by name.
__all__ = ["condition", "general", "own"]

OTHER = "other@example.org"
State = OutgoingEmail.State


def an_hour_goes_by() -> None:
    OutgoingEmail.objects.update(created_at=timezone.now() - timedelta(hours=1))


@pytest.fixture
def taken_apart(lead: Lead, ask: Callable[..., Any], staff: Any, desk: Client) -> Lead:
    """The other one asked for the packet while they were one with it, and it was sent to it once more."""
    other = Lead.objects.create(email=OTHER, next_action="Call", next_action_on="2028-01-01")
    merge_leads(lead=other, into=lead, by=staff)
    ask(email=OTHER)
    an_hour_goes_by()
    assert desk.post(url(lead, "resend")).status_code == 302
    unmerge_lead(lead=Lead.objects.get(pk=other.pk), by=staff)
    an_hour_goes_by()
    return lead


def test_the_packet_goes_again_after_an_undone_merge_took_one_along(desk: Client, taken_apart: Lead) -> None:
    before = set(OutgoingEmail.objects.values_list("pk", flat=True))
    assert desk.post(url(taken_apart, "resend")).status_code == 302
    new = OutgoingEmail.objects.exclude(pk__in=before).get()
    assert (new.email, new.packet_delivery.lead) == (taken_apart.email, taken_apart)


def test_a_corrected_address_gets_its_packet_after_an_undone_merge(desk: Client, taken_apart: Lead) -> None:
    typed = {"email": "zoe@example.org", "resend": "on"}
    assert desk.post(url(taken_apart, "correct-address"), typed).status_code == 302
    assert OutgoingEmail.objects.filter(kind="packet", email="zoe@example.org").count() == 1


@pytest.fixture
def newer(lead: Lead, staff: Any, deliver: Callable[[], None]) -> PacketVersion:
    """Approved since the packet failed that somebody asked for."""
    deliver()
    mail.outbox.clear()
    OutgoingEmail.objects.update(state=State.FAILED)
    packet = Packet.objects.get()
    old = PacketVersion.objects.to_send()
    made = PacketVersion.objects.create(
        packet=packet, number=old.number + 1, pdf=b"%PDF newer", sha256="f" * 64, sources=old.sources
    )
    PacketVersion.objects.filter(pk=made.pk).update(approved_at=timezone.now(), approved_by=staff)
    return made


def test_a_packet_that_is_sent_again_is_the_one_that_goes_out_now(
    desk: Client, lead: Lead, newer: PacketVersion, deliver: Callable[[], None]
) -> None:
    failed = OutgoingEmail.objects.get(kind="packet")
    desk.post(f"/admin/mailings/outgoingemail/{failed.pk}/send-again/")
    deliver()
    assert [attached[1] for sent in mail.outbox for attached in sent.attachments] == [b"%PDF newer"]
    assert PacketDelivery.objects.get().version == newer
    queued = LeadEvent.objects.filter(lead=lead, kind=LeadEvent.Kind.PACKET_QUEUED).latest("pk")
    assert queued.data["version"] == newer.pk


@pytest.mark.parametrize("later", [{}, {"source_path": "/research/no-such/"}])
def test_who_wrote_again_and_named_no_condition_is_sent_the_one_of_before(
    own: Packet, condition: Topic, ask: Callable[..., Any], staff: Any, later: dict[str, str]
) -> None:
    read = condition.articles.first()
    assert read
    ask(topic=condition.slug, source_path=read.get_absolute_url())
    ask(**later)
    OutgoingEmail.objects.update(created_at=timezone.now() - timedelta(days=2))
    delivery = resend_packet(lead=Lead.objects.get(), by=staff)
    assert (delivery.version.packet, came_from(delivery)) == (own, read.slug)


def test_nor_does_the_study_go_from_the_first_place_for_who_came_by_another_way_later(
    first_content: None, ask: Callable[..., Any], staff: Any
) -> None:
    read = Article.objects.published()[0]
    ask(source_path=read.get_absolute_url())
    ask(source_path="/", message="Once more")
    OutgoingEmail.objects.update(created_at=timezone.now() - timedelta(days=2))
    assert came_from(resend_packet(lead=Lead.objects.get(), by=staff)) == read.slug
