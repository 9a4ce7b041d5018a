from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from enquiries.models import Packet, PacketVersion
from foundation.models import ClinicProfile
from tests.browser_posts import untouched


@pytest.fixture
def packet(first_content: None) -> Packet:
    return Packet.objects.get()


def url(packet: Packet, rest: str = "change/") -> str:
    return f"/admin/enquiries/packet/{packet.pk}/{rest}"


def test_a_new_version_goes_out_only_once_it_is_approved(desk: Client, packet: Packet, staff: Any) -> None:
    ClinicProfile.objects.update(costs="Zoë O'Brien & Sons pay nothing.")
    desk.post(url(packet, "make-version/"))
    assert PacketVersion.objects.to_send().number == 1
    assert "Approve version 2" in desk.get(url(packet)).text
    desk.post(url(packet, "versions/2/approve/"))
    sent = PacketVersion.objects.to_send()
    assert (sent.number, sent.approved_by) == (2, staff)


def test_two_clicks_make_one_version_and_what_changed_since_is_in_the_next(desk: Client, packet: Packet) -> None:
    ClinicProfile.objects.update(costs="Something else.")
    for told in ("Information packet 2 is made.", "Information packet 2 was made a moment ago"):
        assert told in desk.post(url(packet, "make-version/"), follow=True).text
    assert packet.versions.count() == 2
    ClinicProfile.objects.update(costs="Something else again.")
    assert "Information packet 3 is made." in desk.post(url(packet, "make-version/"), follow=True).text


def test_the_pdf_can_be_looked_at_before_it_is_approved(desk: Client, packet: Packet) -> None:
    ClinicProfile.objects.update(costs="Something else.")
    desk.post(url(packet, "make-version/"))
    response = desk.get(url(packet, "versions/2/"))
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF-")


def test_looking_makes_and_approves_nothing(desk: Client, packet: Packet) -> None:
    ClinicProfile.objects.update(costs="Something else.")
    desk.get(url(packet, "make-version/"))
    assert packet.versions.count() == 1
    desk.post(url(packet, "make-version/"))
    desk.get(url(packet, "versions/2/approve/"))
    assert PacketVersion.objects.to_send().number == 1


def test_making_and_approving_each_need_a_permission(packet: Packet, django_user_model: Any) -> None:
    maker = django_user_model.objects.create_user("maker@clinic.example")
    maker.user_permissions.add(*Permission.objects.filter(codename__in=["view_packet", "add_packetversion"]))
    client = Client()
    assert client.get(url(packet, "versions/1/"))["Location"].startswith("/admin/login/")
    client.force_login(maker)
    ClinicProfile.objects.update(costs="Something else.")
    assert client.post(url(packet, "make-version/")).status_code == 302
    assert client.post(url(packet, "versions/2/approve/")).status_code == 403
    maker.user_permissions.set([])
    assert Client().post(url(packet, "make-version/"))["Location"].startswith("/admin/login/")


def test_a_letter_that_the_packet_cannot_print_is_named_and_no_version_made(desk: Client, packet: Packet) -> None:
    ClinicProfile.objects.update(costs="We smile 🙂 at Zoë O'Brien & Sons.")
    page = desk.post(url(packet, "make-version/"), follow=True).text
    assert 'class="error"' in page
    assert "The packet cannot be made" in page
    assert packet.versions.count() == 1


def test_how_the_packet_is_sent_can_be_changed(desk: Client, packet: Packet) -> None:
    fields = untouched(desk.get(url(packet)), "packet_form")
    assert desk.post(url(packet), {**fields, "title": "Packet", "carriage": "linked"}).status_code == 302
    packet.refresh_from_db()
    assert (packet.title, packet.carriage) == ("Packet", "linked")


def test_a_packet_that_is_not_there_leads_back_to_the_start(desk: Client) -> None:
    assert desk.get("/admin/enquiries/packet/abc/change/").status_code == 302
