"""What an owner adds to the foot of pages, to mails and to the packet, each absent while it is empty."""

import json
import re
from email.utils import parseaddr
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from articles.models import Article
from clinic import mailbox, pages
from foundation.models import ClinicProfile
from tests.browser_posts import untouched
from tests.clinic.test_demo_name_gone import approve_the_next_packet
from tests.clinic.test_pages_in_memory import get
from tests.conftest import AWKWARD_NAME

PROFILE = "/admin/foundation/clinicprofile/1/change/"
LINKS = "Our videos & talks https://video.example.org/us\r\n\r\nhttps://www.social.example.org/@us\r\n"


def save(desk: Client, **fields: str) -> Any:
    return desk.post(PROFILE, {**untouched(desk.get(PROFILE), "clinicprofile_form"), **fields})


def foot(page: str) -> str:
    [found] = re.findall(r'<footer class="site-foot">.*?</footer>', page, re.DOTALL)
    return str(found)


def test_a_line_of_the_owners_stands_at_the_foot_of_pages_that_were_held_too(desk: Client) -> None:
    pages.forget()
    before = foot(get("/about/").body.decode())
    assert save(desk, footer_notice="Licensed by the Board of Examples <12345>").status_code == 302
    after = foot(get("/about/").body.decode())
    assert "Licensed by the Board of Examples &lt;12345&gt;" in after
    assert before.count("site-foot-note") == 1
    assert after.count("site-foot-note") == 2


def test_links_go_where_the_owner_says_under_their_name_or_that_of_the_host(desk: Client, client: Client) -> None:
    assert save(desk, social_links=LINKS).status_code == 302
    found = re.findall(r'<a href="([^"]+)" rel="me noopener external">([^<]+)</a>', foot(client.get("/about/").text))
    assert found == [
        ("https://video.example.org/us", "Our videos &amp; talks"),
        ("https://www.social.example.org/@us", "social.example.org"),
    ]
    article = Article.objects.published().first()
    assert article
    page = client.get(article.get_absolute_url()).text
    [text] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    [clinic] = [node for node in json.loads(text)["@graph"] if node["@type"] == "Organization"]
    assert clinic["sameAs"] == ["https://video.example.org/us", "https://www.social.example.org/@us"]


def test_who_is_found_nowhere_else_has_no_heading_that_says_so(client: Client, first_content: None) -> None:
    assert "Find us elsewhere" not in client.get("/about/").text


@pytest.mark.parametrize(
    "line",
    [
        "javascript:alert(1)",
        "http://social.example.org/us",
        "data:text/html,x",
        "Our videos",
        "https://[",
        "\r\n".join(f"https://social.example.org/{n}" for n in range(11)),
    ],
)
def test_whatever_is_no_page_of_anybodys_is_refused(desk: Client, line: str) -> None:
    assert save(desk, social_links=line).status_code == 200
    assert ClinicProfile.objects.get().social_links == ""


def test_mails_come_from_the_name_that_was_chosen_and_without_one_from_the_clinic(
    desk: Client, ask: Any, deliver: Any, mailoutbox: list[Any]
) -> None:
    save(desk, name="The clinic at the harbor")
    ask()
    deliver()
    save(desk, sender_name=AWKWARD_NAME)
    ask(email="kim@example.com")
    deliver()
    names = [parseaddr(str(mailbox.parse(mail.message().as_bytes())["From"]))[0] for mail in mailoutbox]
    assert names == ["The clinic at the harbor", AWKWARD_NAME]


def test_the_packet_is_set_on_the_paper_that_the_clinic_prints_on(desk: Client) -> None:
    assert save(desk, paper="a4").status_code == 302
    pdf = PdfReader(BytesIO(bytes(approve_the_next_packet(desk).pdf)))
    assert {tuple(map(round, page.mediabox[2:])) for page in pdf.pages} == {(595, 842)}
