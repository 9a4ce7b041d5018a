from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db.models.functions import Now
from django.test import Client

from articles.actions import add_image
from articles.images.apart import EncodedFile
from articles.models import Article, GlossaryTerm, Image, Paper, Reviewer, Synonym, Topic
from clinic import audit
from clinic.models import AuditEvent, JobTick
from enquiries import sources
from enquiries.actions import add_note
from enquiries.models import Absence, CallOutcome, Enquiry, Lead, MailTemplate, Packet, PacketVersion, Tag
from foundation.models import ClinicProfile, ConsentWording, RequiredNotice
from mailings.actions import suppress
from mailings.models import Consent, OutgoingEmail, Suppression
from newsletters.actions import save_newsletter
from newsletters.models import Subscriber
from tests.clinic.staff_urls import SUPERUSER


@pytest.fixture
def account(first_content: None, django_user_model: Any) -> Callable[[str], Any]:
    """Somebody with one role, or with none, or a superuser."""

    def make(role: str) -> Any:
        if role == SUPERUSER:
            return django_user_model.objects.create_superuser("superuser@clinic.example")
        user = django_user_model.objects.create_user(f"{role.replace(' ', '-')}@clinic.example", name=role)
        user.groups.set(Group.objects.filter(name=role))
        return user

    return make


@pytest.fixture
def made_from_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    # Else how often Today asks hangs on whether the minute is over for which an earlier test learned it.
    monkeypatch.setattr(sources, "_kept", {})


@pytest.fixture
def browser(account: Callable[[str], Any]) -> Callable[[str], Client]:
    def open_as(role: str) -> Client:
        client = Client()
        client.force_login(account(role))
        return client

    return open_as


def a_picture(*, by: Any) -> Image:
    image = Image(name="unused", alt="A bar", credit="Nobody", licence=Image.Licence.OWN)
    return add_image(image=image, files=[EncodedFile("png", 800, 400, b"PNG")], by=by)


@pytest.fixture
def rows(ask: Callable[..., Any], client: Client, staff: Any, django_user_model: Any) -> dict[str, Any]:
    """One row for each page, and a person called Canary in all of them that hold a person."""
    ask(name="Canary", email="canary@example.com", message="Canary writes", phone="555 canary", topic="canary")
    ask(name="Canary", email="canary-held@example.com", leave_this_empty="x")
    client.post("/newsletter/", {"email": "canary-list@example.com", "consent": "on", "leave_this_empty": "x"})
    lead = Lead.objects.get()
    add_note(lead=lead, text="Canary rang", by=staff)
    suppress(address="canary-list@example.com", reason=Suppression.Reason.COMPLAINT)
    packet = Packet.objects.get()
    return {
        "enquiries_lead": lead,
        "enquiries_enquiry": Enquiry.objects.held().get(),
        "enquiries_absence": Absence.objects.create(member=staff, begins_on="2026-12-24", ends_on="2026-12-31"),
        "enquiries_calloutcome": CallOutcome.objects.create(words="Will ring back", counts_as="spoke"),
        "enquiries_tag": Tag.objects.create(name="Congress 2027"),
        "enquiries_mailtemplate": MailTemplate.objects.create(
            name="A draft", subject="Hello", body="Hello {name},\n\nthank you."
        ),
        "enquiries_packet": packet,
        "version": PacketVersion.objects.create(packet=packet, number=99, pdf=b"%PDF", sha256="canary-free"),
        "mailings_outgoingemail": OutgoingEmail.objects.get(kind="packet"),
        "newsletters_subscriber": Subscriber.objects.held().get(),
        "newsletters_newsletter": save_newsletter(by=staff, articles=[], subject="A draft"),
        "mailings_consent": Consent.objects.filter(email="canary@example.com").earliest("pk"),
        "foundation_consentwording": ConsentWording.objects.first(),
        "foundation_requirednotice": RequiredNotice.objects.first(),
        "mailings_suppression": Suppression.objects.get(),
        "articles_article": Article.objects.published().first(),
        "articles_glossaryterm": GlossaryTerm.objects.create(term="unused", slug="unused", meaning="Not used."),
        "articles_synonym": Synonym.objects.create(words="unused, not used"),
        "articles_topic": Topic.objects.create(slug="unused", name="Unused"),
        "articles_paper": Paper.objects.first(),
        "articles_image": a_picture(by=staff),
        "articles_reviewer": Reviewer.objects.create(
            slug="dr-reader", name="Dr Reader", credentials="MD", registration="None yet", conflicts="none"
        ),
        "foundation_clinicprofile": ClinicProfile.objects.get(),
        "clinic_staffuser": django_user_model.objects.create_user("colleague@clinic.example"),
        "auth_group": Group.objects.create(name="made by hand"),
        "clinic_auditevent": audit.note(AuditEvent.Kind.PERSON_ERASED, by=staff, about="lead 12"),
        "clinic_jobtick": JobTick.objects.create(job="deliver-mail", ticked_at=Now()),
    }
