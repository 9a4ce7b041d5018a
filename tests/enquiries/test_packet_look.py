import re
from io import BytesIO

import pytest
from django.test import Client
from PIL import Image

import enquiries.first_content
from enquiries.actions import approve_version
from enquiries.documents.looks import contents_of
from enquiries.first_content import make_version
from enquiries.models import Packet, PacketLook, PacketVersion
from foundation.actors import JOB
from foundation.models import ClinicProfile

URL = "/information-packet/"


@pytest.fixture(autouse=True)
def _content(first_content: None) -> None: ...


def page(client: Client) -> str:
    return client.get(URL).content.decode()


def sent() -> PacketVersion:
    return PacketVersion.objects.get(sent_by__isnull=False)


def test_the_page_shows_what_is_in_the_packet_before_it_asks_for_anything(client: Client) -> None:
    before, _, form = page(client).partition('id="packet-panel"')
    inside = contents_of(bytes(sent().pdf))
    assert len(inside.sections) > 5
    assert [title for title, _page in inside.sections if f"<li>{title}</li>" not in before] == []
    assert f"A PDF of {inside.pages} pages" in before
    assert "KB" in before
    assert 'name="email"' in form


def test_the_page_to_look_at_is_one_of_the_version_that_goes_out_and_says_what_it_shows(client: Client) -> None:
    address, height, alt = re.search(
        r'<img src="(/information-packet/[0-9a-f]{64}\.webp)" width="560" height="(\d+)" alt="([^"]+)"', page(client)
    ).groups()  # type: ignore[union-attr]
    title, number = contents_of(bytes(sent().pdf)).shown()
    assert number > 2
    assert alt == f"Page {number} of the packet: {title}"
    answer = client.get(address)
    assert answer["Content-Type"] == "image/webp"
    assert "immutable" in answer["Cache-Control"]
    picture = Image.open(BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    assert (picture.format, picture.size) == ("WEBP", (560, int(height)))
    # Not blank: it has letters on it.
    assert picture.convert("L").getextrema()[0] < 100
    assert picture.info.get("exif") is None


def test_an_approved_version_changes_the_page_and_one_that_waits_does_not(client: Client) -> None:
    ClinicProfile.objects.update(costs="")
    version = make_version(Packet.objects.get())
    assert "<li>What it costs</li>" in page(client)
    approve_version(version=version, by=JOB)
    assert "<li>What it costs</li>" not in page(client)


def test_a_picture_of_what_nobody_approved_is_shown_to_nobody(client: Client) -> None:
    ClinicProfile.objects.update(unknown="Another text.", known="")
    version = make_version(Packet.objects.get())
    address = f"{URL}{version.look.picture_sha256}.webp"
    assert client.get(address).status_code == 404
    approve_version(version=version, by=JOB)
    assert client.get(address).status_code == 200


def test_a_version_of_before_shows_its_sections_and_no_picture(client: Client) -> None:
    PacketLook.objects.all().delete()
    assert "What is in it" not in page(client)
    enquiries.first_content.load()
    shown = page(client)
    assert "<li>What is not known</li>" in shown
    assert ".webp" not in shown


def test_an_answer_with_a_fault_shows_it_too(client: Client) -> None:
    answer = client.post(URL, {"name": "Zoë O'Brien & Sons", "email": "", "consent_packet": "on"})
    assert answer.status_code == 422
    assert "What is in it" in answer.content.decode()
