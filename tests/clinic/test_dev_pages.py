from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.urls import include, path

from clinic import dev_samples, mailbox
from clinic.urls import urlpatterns as site
from enquiries.models import Enquiry, Lead, Packet
from foundation.models import ClinicProfile
from mailings.models import OutgoingEmail
from newsletters.models import Subscriber

urlpatterns = [path("dev/", include("clinic.dev_urls")), *site]
pytestmark = pytest.mark.urls(__name__)

PACKET = "/dev/emails/awkward/packet-both/html/"


@pytest.fixture
def debug(settings: Any) -> None:
    settings.DEBUG = True


@pytest.fixture
def stored(settings: Any, tmp_path: Path) -> str:
    """The name of a mail in the folder."""
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    message = EmailMultiAlternatives("<b>Zoë</b>", "See http://127.0.0.1:8000/x/", to=["zoe@example.com"])
    message.attach_alternative("<p onclick=x>Hello</p><script>x</script>", "text/html")
    message.attach('a "file".pdf', b"%PDF", "application/pdf")
    mail.get_connection("clinic.mailbox.FolderBackend").send_messages([message])
    [name] = mailbox.names()
    return name


@pytest.mark.parametrize("url", ["/dev/mail/", "/dev/emails/", PACKET])
def test_a_site_in_production_has_no_such_pages(client: Client, first_content: None, url: str) -> None:
    assert client.get(url).status_code == 404


@pytest.mark.parametrize("rest", ["", "html/", "attachments/0/"])
def test_nor_shows_it_a_mail_of_the_folder(client: Client, db: None, stored: str, rest: str) -> None:
    assert client.get(f"/dev/mail/{stored}/{rest}").status_code == 404


def test_the_mailbox_lists_what_the_folder_holds(client: Client, debug: None, db: None, stored: str) -> None:
    page = client.get("/dev/mail/").content.decode()
    assert f"/dev/mail/{stored}/" in page
    assert "&lt;b&gt;Zoë&lt;/b&gt;" in page
    assert "zoe@example.com" in page


def test_an_empty_mailbox_says_why(client: Client, debug: None, db: None, settings: Any, tmp_path: Path) -> None:
    settings.EMAIL_FILE_PATH = tmp_path / "never made"
    assert "No mail yet" in client.get("/dev/mail/").content.decode()


def test_a_mail_is_shown_with_its_headers_its_text_and_links_to_press(
    client: Client, debug: None, db: None, stored: str
) -> None:
    response = client.get(f"/dev/mail/{stored}/")
    page = response.content.decode()
    assert "<dd>zoe@example.com</dd>" in page
    assert '<a href="http://127.0.0.1:8000/x/"' in page
    assert f'src="/dev/mail/{stored}/html/"' in page
    assert "frame-src 'self'" in response["Content-Security-Policy"]
    assert "unsafe" not in response["Content-Security-Policy"]


def test_its_html_is_shown_in_a_frame_that_can_do_nothing(client: Client, debug: None, db: None, stored: str) -> None:
    response = client.get(f"/dev/mail/{stored}/html/")
    policy = dict(part.strip().partition(" ")[::2] for part in response["Content-Security-Policy"].split(";"))
    assert policy == {
        "sandbox": "",
        "default-src": "'none'",
        "style-src": "'unsafe-inline'",
        "frame-ancestors": "'self'",
    }
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert "<p onclick=x>Hello</p>" in response.content.decode()


def test_an_attachment_is_saved_and_never_opened(client: Client, debug: None, db: None, stored: str) -> None:
    response = client.get(f"/dev/mail/{stored}/attachments/0/")
    assert response.content == b"%PDF"
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["Content-Type"] == "application/octet-stream"
    assert client.get(f"/dev/mail/{stored}/attachments/1/").status_code == 404


@pytest.mark.parametrize("name", ["no-such-mail", "..", "%2e%2e", "..%2fsecret"])
def test_only_mails_of_the_folder_are_shown(client: Client, debug: None, db: None, stored: str, name: str) -> None:
    assert client.get(f"/dev/mail/{name}/").status_code == 404


def test_the_gallery_forgets_no_kind_of_mail(db: None) -> None:
    assert dev_samples.without_sample() == []


def test_the_gallery_shows_every_sample(client: Client, debug: None, first_content: None) -> None:
    page = client.get("/dev/emails/").content.decode()
    for sample in dev_samples.SAMPLES:
        assert f"/dev/emails/awkward/{sample}/html/" in page
    assert "Zoë O&#x27;Brien &amp; Sons, &quot;Inc&quot;" in page
    assert "O'Brien &amp; Sons" in client.get(PACKET).content.decode()


def test_the_gallery_leaves_nothing_behind(
    client: Client, debug: None, first_content: None, mailoutbox: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks() as rung:
        client.get("/dev/emails/")
    assert rung == []
    assert mailoutbox == []
    assert not any(model.objects.exists() for model in (Enquiry, Lead, OutgoingEmail, Subscriber))
    assert ClinicProfile.objects.get().name == "Northside Clinic"
    assert Packet.objects.get().carriage == Packet.Carriage.BOTH


@pytest.mark.parametrize("url", ["/dev/emails/no/packet-both/html/", "/dev/emails/awkward/no/html/"])
def test_an_unknown_sample_is_not_found(client: Client, debug: None, first_content: None, url: str) -> None:
    assert client.get(url).status_code == 404
