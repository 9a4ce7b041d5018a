import re
from collections.abc import Callable
from datetime import UTC, timedelta
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from clinic import dev_samples, mailbox
from foundation.models import ClinicProfile
from foundation.templatetags.telephone import tel
from mailings.bounce_addresses import read_bounce_address
from mailings.emails import feedback_id, sender, token_url
from mailings.models import OutgoingEmail
from newsletters.models import Subscriber

KINDS = ["packet", "staff_notice", "newsletter_confirm", "newsletter_welcome"]
LIST_HEADERS = ["List-Unsubscribe", "List-Unsubscribe-Post", "List-ID"]
CLINIC = dev_samples.CLINICS["awkward"]
# An element that fetches by itself, as the page opens.
FETCHES = {"img", "link", "script", "iframe", "object", "embed", "video", "audio", "source", "svg", "form", "base"}


@pytest.fixture
def mails(
    ask: Callable[..., Any], client: Client, deliver: Callable[[], None], mailoutbox: list[Any], settings: Any
) -> dict[str, EmailMessage]:
    """One mail of each kind, as the mail server got it, from a clinic with an awkward name."""
    ClinicProfile.objects.update(**CLINIC)
    settings.STAFF_ALERT_EMAIL = "staff@clinic.example"
    ask(consent_newsletter="on")
    deliver()
    confirmation = Subscriber.objects.get().confirmation
    assert confirmation
    client.post(token_url("newsletters:confirm", "confirm", confirmation.uuid))
    deliver()
    received = [mailbox.parse(message.message().as_bytes()) for message in mailoutbox]
    return {OutgoingEmail.objects.get(message_id=mail["Message-ID"]).kind: mail for mail in received}


@pytest.fixture(scope="module")
def kept() -> dict[str, EmailMessage]:
    return {}


@pytest.fixture
def read_mails(kept: dict[str, EmailMessage], request: pytest.FixtureRequest) -> dict[str, EmailMessage]:
    """The same to be read only, made once for all that ask neither for their rows nor for today's date."""
    if not kept:
        kept.update(request.getfixturevalue("mails"))
    return kept


def part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body
    return str(body.get_content())


class Elements(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def elements(mail: EmailMessage) -> list[tuple[str, dict[str, str | None]]]:
    return Elements(part(mail, "html")).found


def test_there_is_one_mail_of_each_kind_with_the_message_id_of_its_row(mails: dict[str, EmailMessage]) -> None:
    assert sorted(mails) == sorted(KINDS)
    assert not OutgoingEmail.objects.exclude(state=OutgoingEmail.State.SENT).exists()


@pytest.mark.parametrize("kind", KINDS)
def test_every_mail_says_that_a_machine_wrote_it_and_where_answers_go(
    mails: dict[str, EmailMessage], kind: str, settings: Any
) -> None:
    assert mails[kind]["Auto-Submitted"] == "auto-generated"
    assert mails[kind]["Reply-To"] == settings.REPLY_TO
    assert mails[kind]["To"] == OutgoingEmail.objects.get(kind=kind).email


@pytest.mark.parametrize("kind", KINDS)
def test_every_mail_has_a_date_and_a_name_by_which_complaints_about_its_kind_are_counted(
    mails: dict[str, EmailMessage], kind: str
) -> None:
    # "-0000", in UTC: Python then gives no zone.
    assert abs(mails[kind]["Date"].datetime.replace(tzinfo=UTC) - timezone.now()) < timedelta(minutes=1)
    assert mails[kind]["Feedback-ID"] == f"{kind}:clinic.example"
    assert mails[kind]["X-Auto-Response-Suppress"] == "All"
    assert mails[kind]["Message-ID"].endswith("@clinic.example>")


@pytest.mark.parametrize("domain", ["c.io", "clinic.example", "a-clinic-with-a-long-name.example"])
def test_google_takes_the_name_by_which_it_counts_complaints(settings: Any, domain: str) -> None:
    settings.FROM_EMAIL = f"care@{domain}"
    kind, who = feedback_id("packet").split(":")
    assert kind == "packet"
    assert 5 <= len(who) <= 15
    assert domain in who or domain.startswith(who)


@pytest.mark.parametrize("kind", KINDS)
def test_a_comma_and_quotes_in_the_clinics_name_give_one_valid_sender(
    read_mails: dict[str, EmailMessage], kind: str, settings: Any
) -> None:
    [sender] = read_mails[kind]["From"].addresses
    assert (sender.display_name, sender.addr_spec) == (CLINIC["name"], settings.FROM_EMAIL)
    assert not read_mails[kind]["From"].defects


def test_an_encoded_word_in_the_clinics_name_is_no_way_into_a_header(
    ask: Callable[..., Any], deliver: Callable[[], None], mailoutbox: list[Any]
) -> None:
    ClinicProfile.objects.update(name="=?utf-8?q?a=0D=0ABcc:_evil@evil.example?=")
    ask()
    deliver()
    mail = mailbox.parse(mailoutbox[0].message().as_bytes())
    for header in ("From", "Subject"):
        assert "= ?utf-8" in str(mail[header])


def test_only_list_mail_has_list_headers_and_its_link_is_one_click(
    mails: dict[str, EmailMessage], client: Client
) -> None:
    with_headers = [kind for kind, mail in mails.items() if any(name in mail for name in LIST_HEADERS)]
    assert with_headers == ["newsletter_welcome"]
    welcome = mails["newsletter_welcome"]
    assert all(name in welcome for name in LIST_HEADERS)
    assert client.post(welcome["List-Unsubscribe"].strip(" <>"), {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Subscriber.objects.get().state == Subscriber.State.UNSUBSCRIBED


@pytest.mark.parametrize("kind", ["packet", "newsletter_confirm", "newsletter_welcome"])
def test_the_text_part_is_not_escaped_and_the_html_part_is(read_mails: dict[str, EmailMessage], kind: str) -> None:
    text, html = part(read_mails[kind], "plain"), part(read_mails[kind], "html")
    assert CLINIC["name"] in text
    assert "&amp;" not in text
    assert CLINIC["postal_address"] in text
    assert CLINIC["name"] in read_mails[kind]["Subject"]
    assert "<b>Zoë" not in html
    assert "O'Brien &amp; Sons" in html


@pytest.mark.parametrize("kind", KINDS)
def test_the_text_part_reads_well(read_mails: dict[str, EmailMessage], kind: str) -> None:
    text = part(read_mails[kind], "plain")
    assert "\n\n\n" not in text.strip()
    assert not re.search(r"[ \t]\n|\n ", text)
    assert "None" not in text


@pytest.mark.parametrize("kind", KINDS)
def test_the_html_part_fetches_nothing_and_links_only_to_us(
    read_mails: dict[str, EmailMessage], kind: str, settings: Any
) -> None:
    html = part(read_mails[kind], "html")
    assert not {tag for tag, _attributes in elements(read_mails[kind])} & FETCHES
    assert not re.search(r"url\(|@import|@font-face|\bsrc=|background=", html)
    links = [attributes["href"] for tag, attributes in elements(read_mails[kind]) if tag == "a"]
    assert links
    # And to the clinic's own telephone.
    assert all(link and link.startswith((f"{settings.SITE_URL}/", "tel:+12125550142")) for link in links)


@pytest.mark.parametrize("kind", KINDS)
def test_the_html_part_has_a_language_a_title_a_heading_and_no_table_that_is_read_out(
    read_mails: dict[str, EmailMessage], kind: str
) -> None:
    found = elements(read_mails[kind])
    assert ("html", {"lang": "en", "dir": "ltr"}) in found
    assert [tag for tag, _attributes in found].count("h1") == 1
    assert re.search(r"<title>\s*\w", part(read_mails[kind], "html"))
    assert all(attributes.get("role") == "presentation" for tag, attributes in found if tag == "table")


@pytest.mark.parametrize("kind", KINDS)
def test_styles_are_in_the_elements_and_the_ones_for_dark_and_narrow_screens_are_kept(
    read_mails: dict[str, EmailMessage], kind: str
) -> None:
    html = part(read_mails[kind], "html")
    assert html.count("<style") == 1
    assert "prefers-color-scheme: dark" in html
    assert all(
        "style" in attributes for tag, attributes in elements(read_mails[kind]) if tag in {"body", "h1", "p", "a"}
    )


def test_every_link_in_the_text_part_is_in_the_html_part_too(read_mails: dict[str, EmailMessage]) -> None:
    for mail in read_mails.values():
        links = {attributes["href"] for tag, attributes in elements(mail) if tag == "a"}
        assert set(re.findall(r"https?://\S+", part(mail, "plain"))) == {link for link in links if link[:4] != "tel:"}


def test_the_confirmation_says_how_long_its_link_works(read_mails: dict[str, EmailMessage], settings: Any) -> None:
    for kind in ("plain", "html"):
        assert f"{settings.CONFIRM_LINK_DAYS} days" in part(read_mails["newsletter_confirm"], kind)


@pytest.mark.parametrize("clinic", dev_samples.CLINICS)
@pytest.mark.parametrize("sample", dev_samples.SAMPLES)
def test_every_mail_can_be_written_for_any_clinic(first_content: None, clinic: str, sample: str) -> None:
    message = dev_samples.render(clinic, sample).message()
    mail = mailbox.parse(message.as_bytes())
    # Python's own parser puts a space where an encoded name was folded.
    name, _address = parseaddr(message["From"])
    assert str(make_header(decode_header(name))) == dev_samples.CLINICS[clinic]["name"]
    assert len(mail["From"].addresses) == 1
    assert len(mail["To"].addresses) == 1
    assert all(len(line) <= 998 for line in mail.as_bytes().splitlines())
    assert "\n\n\n" not in part(mail, "plain").strip()


def test_where_bounces_go_names_the_mail_once_the_clinic_has_an_address_for_it(
    ask: Callable[..., Any], deliver: Callable[[], None], mailoutbox: list[Any], settings: Any
) -> None:
    ask()
    settings.BOUNCE_ADDRESS = "bounces@clinic.example"
    deliver()
    ask(email="other@example.com")
    settings.BOUNCE_ADDRESS = settings.FROM_EMAIL
    deliver()
    named, plain = mailoutbox
    assert read_bounce_address(named.from_email) == OutgoingEmail.objects.get(email="zoe@example.com").uuid
    assert plain.from_email == settings.FROM_EMAIL
    assert {mail.extra_headers["From"] for mail in mailoutbox} == {sender(ClinicProfile.objects.get().name)}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "staff_notice"])
def test_the_telephone_is_a_link(read_mails: dict[str, EmailMessage], kind: str) -> None:
    html = part(read_mails[kind], "html")
    links = re.findall(r'<a [^>]*href="(tel:[^"]*)"[^>]*>([^<]*(?:&[^<]*)?)</a>', html)
    assert links
    assert {address for address, _words in links} == {"tel:+12125550142;ext=78"}
    assert html.count("555-0142") == len(links)


def test_a_button_has_its_room_in_the_cell_which_outlook_heeds(read_mails: dict[str, EmailMessage]) -> None:
    html = part(read_mails["packet"], "html")
    cell, link = re.search(r'class="button".*?<td style="([^"]*)"[^>]*><a [^>]*style="([^"]*)"', html, re.S).groups()  # type: ignore[union-attr]
    assert "padding: 13px 24px" in cell
    assert "background-color" in cell
    assert "padding" not in link


@pytest.mark.parametrize(
    ("phone", "address"),
    [
        ("+1 (212) 555-0142", "tel:+12125550142"),
        ("+1 (212) 555-0142 ext. 7", "tel:+12125550142;ext=7"),
        ("+49 30/123.456-7", "tel:+49301234567"),
        ("030 123 x12", "tel:030123;ext=12"),
        # The 0 is for who dials from inside the country.
        ("+49 (0)30 901820", "tel:+4930901820"),
        ("+49(0) 30 901820 ext. 7", "tel:+4930901820;ext=7"),
        ("0049 (0)30 901820", "tel:004930901820"),
        ("(0)30 901820", "tel:030901820"),
        ("+1 (0212) 555", "tel:+10212555"),
        # The first of several.
        ("+49 (0)30 901820; 0171 5551234", "tel:+4930901820"),
        ("030 901820 / 0171 5551234", "tel:030901820"),
        ("030 901820, +49 171 5551234", "tel:030901820"),
        ("030 901820 or 0171 5551234", "tel:030901820"),
        ("030 / 90 18 20", "tel:030901820"),
        ("call us", ""),
    ],
)
def test_a_number_is_dialled_as_it_is_written(phone: str, address: str) -> None:
    assert tel(phone) == address
