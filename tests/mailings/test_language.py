import uuid
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import get_language, override

from articles.models import Article, Topic
from clinic import mailbox
from enquiries.actions import (
    approve_template,
    merge_leads,
    release_enquiry,
    resend_packet,
    send_template,
    unmerge_lead,
)
from enquiries.models import Enquiry, Lead, MailTemplate, PacketVersion
from foundation.models import ClinicProfile, ConsentWording
from foundation.tokens import make_token
from mailings.actions import send_again
from mailings.models import OutgoingEmail
from mailings.results import put_back
from newsletters.models import Subscriber
from tests.browser_posts import untouched
from tests.conftest import ADDRESS


@pytest.fixture(autouse=True)
def two_languages(settings: Any) -> None:
    """As the site will be once it speaks Spanish, too."""
    settings.LANGUAGES = [("en", "English"), ("es", "Spanish")]


@pytest.fixture
def condition(first_content: None) -> Topic:
    found = Topic.objects.filter(kind=Topic.Kind.CONDITION, articles__in=Article.objects.published())
    return found.order_by("pk")[0]


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


def merged(ask: Any, condition: Topic, staff: Any) -> tuple[Lead, Lead]:
    """Who wrote in Spanish, and who asked about a condition in English, as one."""
    ask(email="works@example.org", language="es")
    ask(language="en", topic=condition.slug)
    OutgoingEmail.objects.update(created_at=timezone.now() - timedelta(days=2), state="sent", sent_at=timezone.now())
    works, zoe = (Lead.objects.get(email=address) for address in ("works@example.org", ADDRESS))
    merge_leads(lead=zoe, into=works, by=staff)
    return Lead.objects.get(pk=works.pk), Lead.objects.get(pk=zoe.pk)


def test_who_is_sent_the_packet_for_what_they_asked_at_another_address_reads_it_as_they_write_from_this_one(
    ask: Any, condition: Topic, staff: Any
) -> None:
    works, _zoe = merged(ask, condition, staff)
    delivery = resend_packet(lead=works, by=staff)
    assert (delivery.asked_about, delivery.outgoing.language) == (condition.slug, "es")


def test_who_wrote_again_in_another_language_and_named_no_condition_is_answered_in_the_one_they_wrote_last(
    ask: Any, condition: Topic, staff: Any
) -> None:
    ask(language="es", topic=condition.slug)
    ask(language="en", message="Again?")
    OutgoingEmail.objects.update(created_at=timezone.now() - timedelta(days=2), state="sent", sent_at=timezone.now())
    delivery = resend_packet(lead=Lead.objects.get(), by=staff)
    assert (delivery.asked_about, delivery.outgoing.language) == (condition.slug, "en")


def test_what_staff_took_down_at_an_address_says_nothing_of_the_language_that_somebody_writes(
    ask: Any, desk: Client, staff: Any
) -> None:
    add = "/admin/enquiries/lead/add/"
    said = {"name": "Zoë", "email": "rang@example.org", "consent_packet": "on", "consent_contact": "on"}
    desk.post(add, {**untouched(desk.get(add), "lead_form"), **said})
    ask(language="es")
    OutgoingEmail.objects.update(created_at=timezone.now() - timedelta(days=2), state="sent", sent_at=timezone.now())
    rang, zoe = (Lead.objects.get(email=address) for address in ("rang@example.org", ADDRESS))
    merge_leads(lead=zoe, into=rang, by=staff)
    assert resend_packet(lead=Lead.objects.get(pk=rang.pk), by=staff).outgoing.language == "es"


@pytest.mark.parametrize("state", ["queued", "sending", "failed"])
def test_once_two_are_apart_each_is_written_to_in_their_own_language(
    ask: Any, condition: Topic, staff: Any, received: Callable[[], dict[str, str]], state: str
) -> None:
    works, zoe = merged(ask, condition, staff)
    # From where their mail goes nobody wrote, so that the newest counts.
    Lead.objects.filter(pk=works.pk).update(email="listed@example.org")
    outgoing = resend_packet(lead=Lead.objects.get(pk=works.pk), by=staff).outgoing
    assert outgoing.language == "en"
    lease = {"lease_id": uuid.uuid4(), "lease_until": timezone.now() + timedelta(minutes=1)}
    OutgoingEmail.objects.filter(pk=outgoing.pk).update(state=state, **(lease if state == "sending" else {}))
    unmerge_lead(lead=zoe, by=staff)
    outgoing.refresh_from_db()
    if state == "sending":
        put_back(outgoing, wait=timedelta(0))
    elif state == "failed":
        assert send_again(outgoing=outgoing, by=staff)
    assert received() == {"packet": "es"}


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
