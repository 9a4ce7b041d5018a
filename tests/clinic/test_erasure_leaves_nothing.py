import base64
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from clinic.models import AuditEvent
from enquiries.actions import erase_person, send_template
from enquiries.models import Enquiry, Lead, LeadImport, MailTemplate
from mailings.actions import Report, note_report, queue_email, send_again, suppress
from mailings.actions.channel import note_trouble
from mailings.emails import kinds
from mailings.models import Channel, Consent, MailEvent, OutgoingEmail, Suppression
from mailings.results import finish, retry_or_fail
from mailings.rules import suppressed
from newsletters.actions import confirm_subscription
from newsletters.models import Subscriber
from tests.browser_posts import untouched

OLD, NEW, PHONE = "canary-old@canary.example", "Canary.New@Canary.Example", "+1 212 555 7391"
LISTED = "canary-listed@canary.example"
# However it is written: in capitals, as bytes, as what a server or a person quoted.
TRACES = ["canary", b"canary".hex(), "5557391", "555 7391"]


def everything() -> Iterator[str]:
    """Each row of each table there is, models or none, and what two of them hold packed away."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT row::text FROM "{table}" AS row')
            yield from (f"{table} {text}" for (text,) in cursor.fetchall())
        cursor.execute("SELECT value FROM clinic_cache")
        yield from (f"clinic_cache {base64.b64decode(value)!r}" for (value,) in cursor.fetchall())
    yield from (f"django_session {session.get_decoded()}" for session in Session.objects.all())


def traces() -> list[str]:
    return [text for text in map(str.lower, everything()) if any(trace in text for trace in TRACES)]


@pytest.fixture
def person(ask: Callable[..., Any], client: Client, browser: Any, staff: Any, settings: Any) -> Lead:
    """Somebody who left a trace in every field that there is, by the way that people and staff use."""
    settings.STAFF_ALERT_EMAIL = "desk@clinic.example"
    typed = {"message": "Canary writes", "phone": PHONE, "topic": "canary-topic", "for_whom": "canary-whom"}
    path = "/research/canary/?utm_source=canary&utm_campaign=canary"
    ask(name="Canary", email=OLD, consent_newsletter="on", source_path=path, language="canary", **typed)
    ask(name="www.canary.example", email=NEW, message="Canary http://canary.example", leave_this_empty="canary")
    lead = Lead.objects.get()
    send_template(lead=lead, template=MailTemplate.objects.approved()[0], by=staff)
    manager = browser("manager")
    work_on(manager, lead)
    read_about(manager, lead)
    bring_lists(manager)
    have_trouble_with_mail(staff)
    client.post("/newsletter/", {"email": NEW, "consent": "on", "source_path": path})
    suppress(address=NEW, reason=Suppression.Reason.COMPLAINT)
    return lead


def work_on(manager: Client, lead: Lead) -> None:
    page = f"/admin/enquiries/lead/{lead.pk}"
    day = {"next_action": "Ask Canary", "next_action_on": "2028-01-01"}
    posts = [
        ("note", {"text": "Canary rang from 555 7391"}),
        ("plan", day),
        ("details", {"name": "Mrs Canary", "phone": PHONE, "country": "US"}),
        ("correct-address", {"email": NEW, "resend": "on"}),
        ("move", {"stage": "lost", "reason": "Canary is too far away", **day}),
    ]
    for verb, fields in posts:
        assert manager.post(f"{page}/{verb}/", fields).status_code == 302, verb
    assert manager.post(f"{page}/export/").status_code == 200


def read_about(manager: Client, lead: Lead) -> None:
    held = Enquiry.objects.held().get()
    for page in (f"lead/{lead.pk}/change/", "lead/?q=canary", f"enquiry/{held.pk}/change/", "enquiry/?q=canary"):
        assert manager.get(f"/admin/enquiries/{page}").status_code == 200
    new = {"name": "Canary by phone", "phone": PHONE, "next_action": "Call", "next_action_on": "2028-01-01"}
    add = "/admin/enquiries/lead/add/"
    form = untouched(manager.get(add), "lead_form")
    manager.post(add, {**form, **new, "message": "Canary asks", "consent_contact": "on"})
    assert Lead.objects.filter(email=None).count() == 1


def bring_lists(manager: Client) -> None:
    """One that is imported, with a row that comes back; and one that nobody ever confirms. The person was in both."""
    for steps in (("columns", "preview"), ("columns",)):
        file = SimpleUploadedFile("canary.csv", f"name,email\nCanary,{NEW}\nCanary,{LISTED}\nC,canary\n".encode())
        how = {"agreed": "on", "consent": "Canary said so at the congress"}
        held = manager.post("/admin/enquiries/lead/import/", {"file": file, **how})["Location"]
        for step in steps:
            chosen = {"column_0": "name", "column_1": "email"}
            assert manager.post(held.replace("columns", step), chosen).status_code == 302
    assert set(LeadImport.objects.values_list("state", flat=True)) == {"done", "waiting"}


def have_trouble_with_mail(staff: Any) -> None:
    packet, to_new = OutgoingEmail.objects.filter(kind="packet").order_by("pk")
    retry_or_fail(packet, f"451 4.2.2 {OLD} is full", "4.2.2")
    finish(packet, OutgoingEmail.State.FAILED, f"550 5.1.1 <{OLD}> unknown", "5.1.1")
    send_again(outgoing=packet, by=staff)
    note_trouble(f"550 5.7.1 {NEW} refused", Channel.Reason.POLICY)
    finish(to_new, OutgoingEmail.State.SENT, "250 ok")
    reply = f"smtp; 550 {NEW} does not like Canary"
    note_report(report=Report("mail:1", MailEvent.Kind.BOUNCED, to_new, address=NEW, reply=reply))
    confirmation = Subscriber.objects.get(email=NEW.lower()).confirmation
    assert confirmation
    confirm_subscription(confirmation=confirmation.uuid)


def test_of_an_erased_person_nothing_is_left_anywhere(person: Lead, browser: Any) -> None:
    cache.set("limit", "of nobody")
    by_phone = Lead.objects.get(email=None)
    assert len({trace.split()[0] for trace in traces()}) >= 7
    erase_person(lead=person)
    erase_person(lead=by_phone)
    assert erase_person(address=LISTED) == 1
    assert traces() == []


def test_the_proof_and_the_ban_outlive_the_person(person: Lead) -> None:
    consents = Consent.objects.count()
    erase_person(lead=person)
    assert Consent.objects.exclude(address_hash="").count() == consents - 1
    forbidden = suppressed(NEW)
    assert forbidden
    assert forbidden.reason == "complaint"
    assert AuditEvent.objects.filter(kind="person_erased", about=f"lead {person.pk}").exists()


def test_what_is_sent_to_staff_outlives_a_person_of_the_same_address(person: Lead) -> None:
    to_staff = [name for name, kind in kinds.items() if kind.to_staff]
    assert len(to_staff) >= 5
    mails = [queue_email(kind=kind, address=NEW, dedupe_key=f"own:{kind}") for kind in to_staff]
    erase_person(lead=person)
    kept = OutgoingEmail.objects.filter(pk__in=[mail.pk for mail in mails]).values_list("email", "state")
    assert set(kept) == {(NEW.lower(), "queued")}
