import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from articles.models import Article, Topic
from desk.list.bulk_forms import SendManyForm
from enquiries.actions import correct_address, merge_leads, resend_packet, send_packet_in_bulk, unmerge_lead
from enquiries.models import Lead, LeadEvent, Packet, PacketDelivery
from enquiries.tasks import queue_waiting_packets
from foundation.models import ClinicProfile
from mailings.models import OutgoingEmail, Why
from mailings.results import put_back
from tests.browser_posts import untouched

ZOE = "zoe@example.com"


@pytest.fixture
def condition(first_content: None) -> Topic:
    found = Topic.objects.filter(kind=Topic.Kind.CONDITION, articles__in=Article.objects.published())
    return found.order_by("pk")[0]


def page_of(packet: Packet, rest: str = "change/") -> str:
    return f"/admin/enquiries/packet/{packet.pk}/{rest}"


@pytest.fixture
def make_own(desk: Client, condition: Topic, django_capture_on_commit_callbacks: Any) -> Callable[[], Packet]:
    def do() -> Packet:
        general = Packet.objects.get()
        form = untouched(desk.get(page_of(general)), "for-condition-form")
        desk.post(page_of(general, "for-condition/"), {**form, "topic": condition.slug})
        packet = Packet.objects.get(topic=condition)
        with django_capture_on_commit_callbacks(execute=True):
            desk.post(page_of(packet, "versions/1/approve/"))
        return packet

    return do


@pytest.fixture
def general(condition: Topic) -> Packet:
    return Packet.objects.get(topic=None)


@pytest.fixture
def real_site(first_content: None, settings: Any) -> None:
    settings.HTTPS = True
    ClinicProfile.objects.update(name="Zoë O'Brien & Sons")


def sent_to(address: str) -> list[Packet]:
    return [delivery.version.packet for delivery in PacketDelivery.objects.filter(outgoing__email=address)]


def test_who_waits_for_it_gets_it_once_it_is_approved_and_the_others_go_on_waiting(
    real_site: None, condition: Topic, ask: Callable[..., Any], make_own: Callable[[], Packet]
) -> None:
    ask(topic=condition.slug)
    ask(email="anna@example.com")
    assert not PacketDelivery.objects.exists()
    own = make_own()
    assert (sent_to(ZOE), sent_to("anna@example.com")) == ([own], [])
    told = LeadEvent.objects.filter(kind=LeadEvent.Kind.PACKET_NOT_SENT).count()
    queue_waiting_packets()
    assert LeadEvent.objects.filter(kind=LeadEvent.Kind.PACKET_NOT_SENT).count() == told


def test_staff_send_it_again_by_each_way(
    real_site: None, condition: Topic, ask: Callable[..., Any], make_own: Callable[[], Packet], staff: Any
) -> None:
    own, by = make_own(), staff
    ask(topic=condition.slug)
    lead = Lead.objects.get()

    def later() -> Lead:
        OutgoingEmail.objects.update(created_at="2020-01-01T00:00Z", state="failed")
        lead.refresh_from_db()
        return lead

    resend_packet(lead=later(), by=by)
    send_packet_in_bulk(lead=later(), by=by, key="x")
    correct_address(lead=later(), email="zoe@example.org", resend=True, by=by)
    assert sent_to(ZOE) == [own, own, own]
    assert sent_to("zoe@example.org") == [own]


def test_of_many_those_alone_are_left_out_whose_packet_bears_the_name_of_the_demo(
    real_site: None, condition: Topic, ask: Callable[..., Any], make_own: Callable[[], Packet], staff: Any
) -> None:
    make_own()
    for address, topic in ((ZOE, condition.slug), ("anna@example.com", "")):
        ask(email=address, topic=topic)
    OutgoingEmail.objects.update(created_at="2020-01-01T00:00Z", state="failed")
    leads = Lead.objects.order_by("pk")
    left_out = SendManyForm(QueryDict("document=packet"), by=staff).left_out(leads)
    assert left_out == {leads[1].pk: Why.DEMO_PACKET.value}


@pytest.mark.parametrize("state", ["queued", "sending"])
def test_who_asked_themselves_gets_theirs_once_it_is_approved_where_two_taken_apart_left_them_none(
    state: str,
    real_site: None,
    general: Packet,
    condition: Topic,
    ask: Callable[..., Any],
    make_own: Callable[[], Packet],
    desk: Client,
    staff: Any,
    deliver: Callable[[], None],
    django_capture_on_commit_callbacks: Any,
) -> None:
    make_own()
    ask(email="works@example.org")
    ask(topic=condition.slug)
    deliver()
    listed, zoe = (Lead.objects.get(email=address) for address in ("works@example.org", ZOE))
    merge_leads(lead=zoe, into=listed, by=staff)
    outgoing = resend_packet(lead=Lead.objects.get(pk=listed.pk), by=staff).outgoing
    lease = {"lease_id": uuid.uuid4(), "lease_until": timezone.now() + timedelta(minutes=1)}
    OutgoingEmail.objects.filter(pk=outgoing.pk).update(state=state, **(lease if state == "sending" else {}))
    unmerge_lead(lead=Lead.objects.get(pk=zoe.pk), by=staff)
    if state == "sending":
        put_back(OutgoingEmail.objects.get(pk=outgoing.pk), wait=timedelta(0))
    deliver()
    assert OutgoingEmail.objects.get(email=listed.email, kind="packet").why == Why.DEMO_PACKET
    desk.post(page_of(general, "make-version/"))
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(page_of(general, "versions/2/approve/"))
    assert sent_to("works@example.org")[-1] == general
    assert OutgoingEmail.objects.filter(email=listed.email, kind="packet", state="queued").count() == 1
    queue_waiting_packets()
    assert OutgoingEmail.objects.filter(email=listed.email, kind="packet").count() == 2
