from collections.abc import Iterator
from email.message import Message
from io import BytesIO
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from pypdf import PdfReader

from articles.models import Article
from clinic.dev_samples import SAMPLES
from enquiries.models import PacketVersion
from foundation.first_content import read
from foundation.models import ClinicProfile
from mailings.emails import written
from tests.browser_posts import untouched
from tests.clinic.test_public_pages import MACHINES, PAGES
from tests.conftest import AWKWARD_NAME

PROFILE = "/admin/foundation/clinicprofile/1/change/"
DEMO = read("profile.toml")["name"]
# Its own words too: the name in capitals, or broken over two lines.
FIRST_WORD = DEMO.split()[0].lower()


def says_it(text: str) -> bool:
    return FIRST_WORD in text.lower()


@pytest.fixture
def renamed(desk: Client) -> Client:
    """An owner who typed the clinic's own name and touched nothing else."""
    answer = desk.post(PROFILE, {**untouched(desk.get(PROFILE), "clinicprofile_form"), "name": AWKWARD_NAME})
    assert answer.status_code == 302
    assert ClinicProfile.objects.get().name == AWKWARD_NAME
    return desk


def words_of(message: Message) -> Iterator[str]:
    yield from (str(value) for value in message.values())
    for part in message.walk():
        if part.get_content_type() == "application/pdf":
            yield pdf_text(part.get_payload(decode=True))
        elif not part.is_multipart():
            yield part.get_payload(decode=True).decode()


def pdf_text(pdf: Any) -> str:
    reader = PdfReader(BytesIO(pdf))
    return " ".join([str(reader.metadata), *(page.extract_text() for page in reader.pages)])


def approve_the_next_packet(desk: Client) -> PacketVersion:
    packet = PacketVersion.objects.defer("pdf").get().packet_id
    desk.post(f"/admin/enquiries/packet/{packet}/make-version/")
    desk.post(f"/admin/enquiries/packet/{packet}/versions/2/approve/")
    return PacketVersion.objects.get(sent_by=packet)


def test_no_public_page_says_the_name_of_the_demo(renamed: Client, client: Client) -> None:
    of_articles = [article.get_absolute_url() for article in Article.objects.published()]
    paths = [*PAGES, *MACHINES, *of_articles, "/no-such-page/"]
    assert [path for path in paths if says_it(client.get(path).content.decode())] == []


def test_no_staff_page_says_it(renamed: Client) -> None:
    for path in (
        "/admin/",
        PROFILE,
        "/accounts/login/",
        "/accounts/password/reset/",
        "/admin/enquiries/packet/1/change/",
    ):
        assert not says_it(renamed.get(path).content.decode()), path


def test_the_packet_that_is_made_then_does_not_say_it(renamed: Client) -> None:
    version = approve_the_next_packet(renamed)
    assert version.number == 2
    assert "O'Brien" in pdf_text(bytes(version.pdf)).replace("’", "'")
    assert not says_it(pdf_text(bytes(version.pdf)))


def test_no_mail_says_it_nor_what_is_attached_to_one(renamed: Client) -> None:
    approve_the_next_packet(renamed)
    said = []
    for name, sample in SAMPLES.items():
        with transaction.atomic():
            message = written(sample()).message()
            transaction.set_rollback(True)
        said += [name for words in words_of(message) if says_it(words)]
    assert said == []
