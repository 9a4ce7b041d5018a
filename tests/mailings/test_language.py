from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import get_language, override

from clinic import mailbox
from enquiries.actions import approve_template, release_enquiry, send_template
from enquiries.models import Enquiry, MailTemplate, PacketVersion
from foundation.models import ClinicProfile, ConsentWording
from foundation.tokens import make_token
from mailings.models import OutgoingEmail
from newsletters.models import Subscriber
from tests.conftest import ADDRESS


@pytest.fixture(autouse=True)
def two_languages(settings: Any) -> None:
    """As the site will be once it speaks Spanish, too."""
    settings.LANGUAGES = [("en", "English"), ("es", "Spanish")]


@pytest.fixture
def received(deliver: Callable[[], None], mailoutbox: list[Any]) -> Callable[[], dict[str, str]]:
    """The language in which each mail says that it is, by its kind."""

    def look() -> dict[str, str]:
        deliver()
        mails = [mailbox.parse(mail.message().as_bytes()) for mail in mailoutbox]
        return {mail["Feedback-ID"].partition(":")[0]: language_of(mail) for mail in mails}

    return look


def language_of(mail: EmailMessage) -> str:
    body = mail.get_body(("html",))
    assert body
    return str(body.get_content()).partition('<html lang="')[2][:2]


@pytest.mark.parametrize(("posted", "written"), [("es", "es"), ("es-MX", "es"), ("en", "en"), ("xx", "en"), ("", "en")])
def test_who_asks_on_a_page_of_a_language_is_answered_in_it(
    ask: Any, received: Callable[[], dict[str, str]], posted: str, written: str
) -> None:
    ask(language=posted, consent_newsletter="on")
    assert received() == {"packet": written, "newsletter_confirm": written}
    # What was posted stands there as it came.
    assert Enquiry.objects.get().language == posted


def test_a_mail_by_staff_is_in_the_language_of_its_template(lead: Any, staff: Any) -> None:
    template = MailTemplate.objects.create(name="Gracias", subject="Gracias", body="Hola {name}", language="es")
    send_template(lead=lead, template=approve_template(template=template, by=staff), by=staff)
    assert OutgoingEmail.objects.get(kind="lead_mail").language == "es"


def test_a_subscriber_is_welcomed_in_the_language_of_the_page(
    client: Client, first_content: None, received: Callable[[], dict[str, str]]
) -> None:
    client.post("/newsletter/", {"email": ADDRESS, "consent": "on", "language": "es"})
    assert received() == {"newsletter_confirm": "es"}
    subscriber = Subscriber.objects.get()
    assert subscriber.confirmation
    client.post(f"/newsletter/confirm/{make_token('confirm', subscriber.confirmation.uuid)}/")
    assert received() == {"newsletter_confirm": "es", "newsletter_welcome": "es"}


def test_a_released_enquiry_is_answered_in_its_language_by_staff_who_read_another(
    ask: Any, staff: Any, received: Callable[[], dict[str, str]]
) -> None:
    ask(language="es", leave_this_empty="x", consent_newsletter="on")
    release_enquiry(enquiry=Enquiry.objects.get(), by=staff)
    assert received() == {"packet": "es", "newsletter_confirm": "es"}


def test_a_mail_to_staff_is_in_the_language_of_the_site_whatever_the_worker_speaks(
    ask: Any, settings: Any, received: Callable[[], dict[str, str]]
) -> None:
    settings.STAFF_ALERT_EMAIL = "desk@clinic.example"
    ask(language="es")
    with override("es"):
        assert received() == {"packet": "es", "staff_notice": "en"}
        assert get_language() == "es"


def test_each_text_says_in_which_language_it_is(first_content: None, lead: Any) -> None:
    models = (OutgoingEmail, ConsentWording, PacketVersion, ClinicProfile)
    assert {model: set(model.objects.values_list("language", flat=True)) for model in models} == {
        model: {"en"} for model in models
    }
