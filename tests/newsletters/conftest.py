from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection, transaction
from django.db.models import Q

from articles.models import Article
from clinic.models import StaffUser
from foundation.models import ClinicProfile, ConsentWording
from mailings.actions import record_consent
from newsletters import actions
from newsletters.models import Newsletter, Subscriber
from newsletters.snapshots import as_text, fingerprint, snapshot

SAYS_OVERTURNED = Q(live_revision__content__newer_evidence__contains=[{"effect": "overturns"}])
SUBJECT = "What we read: Zoë O'Brien & Sons"


def account(name: str, role: str) -> StaffUser:
    found = StaffUser.objects.create_user(f"{name}@clinic.example", "a long enough password", name=name)
    found.groups.add(Group.objects.get(name=role))
    return found


@pytest.fixture
def writer(first_content: None) -> StaffUser:
    return account("Wim", "editor")


@pytest.fixture
def sender(first_content: None) -> StaffUser:
    return account("Mia", "manager")


@pytest.fixture
def join(first_content: None) -> Callable[..., Subscriber]:
    wording = ConsentWording.objects.current(ConsentWording.Kind.NEWSLETTER)

    def confirmed(address: str, **fields: Any) -> Subscriber:
        consent = record_consent(address=address, wording=wording)
        known = {"state": Subscriber.State.CONFIRMED, "confirmed_at": consent.given_at, **fields}
        return Subscriber.objects.create(email=address, consent=consent, **known)

    return confirmed


@pytest.fixture
def draft(writer: StaffUser) -> Newsletter:
    ClinicProfile.objects.update(postal_address="1 Example Street, Example Town")
    two = Article.objects.published().order_by("slug").exclude(SAYS_OVERTURNED)[:2]
    return actions.save_newsletter(
        by=writer, articles=two, subject=SUBJECT, preheader="Two studies", introduction="Hello from **us**."
    )


def approve(newsletter: Newsletter, by: StaffUser) -> Newsletter:
    sha256 = fingerprint(as_text(snapshot(newsletter)))
    return actions.approve(newsletter=newsletter, sha256=sha256, by=by)


def launch(newsletter: Newsletter, by: StaffUser) -> Newsletter:
    return actions.launch(newsletter=newsletter, sha256=newsletter.frozen_sha256, by=by)


@pytest.fixture
def under_way(draft: Newsletter, sender: StaffUser) -> Callable[[], Newsletter]:
    """Approves and launches the draft, and begins it as if its minute were over."""

    def begin() -> Newsletter:
        launched = launch(approve(draft, sender), sender)
        assert launched.scheduled_for is not None
        assert actions.begin_due(launched.scheduled_for) == 1
        launched.refresh_from_db()
        return launched

    return begin


def dated(begun_at: datetime, sent_at: datetime | None, state: str = Newsletter.State.SENT, **which: Any) -> None:
    """As if it had been then; Postgres lets nobody else say afterwards when an issue began."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        Newsletter.objects.filter(**which).update(begun_at=begun_at, sent_at=sent_at, state=state)
        cursor.execute("SET LOCAL session_replication_role = origin")


def articles_of(newsletter: Newsletter) -> list[Article]:
    return [entry.article for entry in newsletter.entries.select_related("article")]


def refused_by_postgres(act: Callable[[], Any]) -> str:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        act()
    return str(error.value)
