import smtplib
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

from clinic.email_url import mail_settings
from mailings import delivery
from mailings.models import Channel, MailEvent, OutgoingEmail
from tests.embedded.site import free_port
from tests.mail_server import MailServer

pytestmark = pytest.mark.django_db


def use(settings: Any, url: str) -> None:
    settings.EMAIL_URL = url
    for name, value in mail_settings(url, timeout=2).items():
        setattr(settings, name, value)


def test_it_goes_through_the_server_with_the_headers_of_a_real_mail(ask: Any, settings: Any) -> None:
    settings.BOUNCE_ADDRESS = "bounces@clinic.example"
    ask()
    delivery.drain()
    [real] = mail.outbox
    with MailServer() as server:
        use(settings, server.url)
        call_command("send_test_mail", "desk@example.com")
        [test] = server.to("desk@example.com")
    assert {*real.extra_headers, "Reply-To", "To", "Subject", "Date"} <= {*test.keys()}
    assert test["From"] == real.extra_headers["From"]
    assert test["Feedback-ID"] == "test_mail:clinic.example"


def test_it_says_what_to_look_for_and_leaves_no_trace(
    first_content: None, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.FROM_EMAIL = "packets@mail.clinic.example"
    with MailServer() as server:
        use(settings, server.url)
        call_command("send_test_mail", "desk@example.com")
    said = capsys.readouterr().out
    for word in ("Authentication-Results", "spf=pass", "dkim=pass", "dmarc=pass", "mail.clinic.example"):
        assert word in said
    assert not OutgoingEmail.objects.exists()
    assert not MailEvent.objects.exists()


def test_without_a_mail_server_it_says_where_the_file_is(
    first_content: None, settings: Any, tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    use(settings, "")
    settings.EMAIL_FILE_PATH = tmp_path
    call_command("send_test_mail", "desk@example.com")
    assert str(tmp_path) in capsys.readouterr().out
    assert len(list(tmp_path.glob("*.eml"))) == 1


@pytest.mark.parametrize("address", ["", "desk", "desk@", "a@b@example.com", "desk@example.com\nBcc: sam@example.com"])
def test_a_wrong_address_is_refused_with_a_sentence(first_content: None, address: str) -> None:
    with pytest.raises(CommandError, match="is not an e-mail address"):
        call_command("send_test_mail", address)
    assert not mail.outbox


def test_a_server_that_is_not_there_is_named_as_that(first_content: None, settings: Any) -> None:
    use(settings, f"smtp://user:secret@127.0.0.1:{free_port()}")
    with pytest.raises(CommandError, match="EMAIL_URL") as refusal:
        call_command("send_test_mail", "desk@example.com")
    assert refusal.value.returncode == 1
    assert "secret" not in str(refusal.value)
    assert not Channel.objects.exists()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (smtplib.SMTPRecipientsRefused({"x": (550, b"5.1.1 who")}), "There is no such address"),
        (smtplib.SMTPRecipientsRefused({"x": (450, b"4.2.1 later")}), "not now"),
        (smtplib.SMTPSenderRefused(550, b"5.7.1 not yours", "x"), "Check FROM_EMAIL and BOUNCE_ADDRESS"),
        (smtplib.SMTPDataError(554, b"5.7.1 spam"), "refuses this mail for good"),
        (smtplib.SMTPServerDisconnected("gone"), "broke off"),
    ],
)
def test_each_refusal_says_what_it_means(
    first_content: None, monkeypatch: pytest.MonkeyPatch, error: Exception, words: str
) -> None:
    def refuse(*_: Any) -> None:
        raise error

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    with pytest.raises(CommandError, match=words):
        call_command("send_test_mail", "desk@example.com")


def test_mail_can_be_tried_while_the_database_is_away(settings: Any) -> None:
    settings.FROM_EMAIL = "packets@mail.clinic.example"

    def refuse(*_: Any) -> None:
        raise OperationalError

    with connection.execute_wrapper(refuse):
        call_command("send_test_mail", "desk@example.com")
    assert mail.outbox[0].subject == "Test mail of mail.clinic.example"
