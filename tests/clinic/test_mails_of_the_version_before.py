from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings as site
from django.contrib.auth.models import Group
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client

from clinic import audit
from clinic.models import AuditEvent, StaffUser
from enquiries.actions import assign_lead
from enquiries.models import Enquiry, Lead, LeadEvent, StaffNotice
from mailings import delivery
from mailings.models import OutgoingEmail

# To go back as far as that version and forth again may take minutes.
pytestmark = pytest.mark.timeout(600)
DESK = "desk@clinic.example"
BEFORE = [
    ("mailings", "0009_to_foundation_and_newsletters"),
    ("enquiries", "0021_numbers"),
    ("clinic", "0005_list_imported"),
]
# All that it wrote of a mail.
QUEUE = """
INSERT INTO mailings_outgoingemail (uuid, kind, priority, email, dedupe_key, message_id, provider_message_id, state,
    next_attempt_at, attempts, unanswered, last_reply, forbidden, created_at, sent_at)
SELECT uuid, kind, 1, email, key, '<' || uuid || '@clinic.example>', '', state, at, 0, 0, '', false, at,
    CASE state WHEN 'sent' THEN at END
FROM (SELECT gen_random_uuid() AS uuid, %s AS kind, lower(%s) AS email, %s AS key, %s AS state) AS mail,
    -- When the lead was given.
    (SELECT at FROM enquiries_leadevent WHERE kind = 'owner') AS given
"""


def queue(kind: str, email: str, key: str, state: str = "queued") -> None:
    with connection.cursor() as cursor:
        cursor.execute(QUEUE, [kind, email, key, state])


def migrate(targets: Any) -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(targets or executor.loader.graph.leaf_nodes())


@pytest.fixture
def packet(transactional_db: None, first_content: None, packet_fields: dict[str, str]) -> OutgoingEmail:
    """Of an enquiry, beside which another is held."""
    for held in ("", "x"):
        Client().post("/information-packet/", {**packet_fields, "message": held, "leave_this_empty": held})
    return OutgoingEmail.objects.get(kind="packet")


@pytest.fixture
def owner(packet: OutgoingEmail, staff: Any) -> StaffUser:
    """Of the lead, by somebody else's hand."""
    account = StaffUser.objects.create_user("owner@clinic.example")
    account.groups.set(Group.objects.filter(name="coordinator"))
    assign_lead(lead=Lead.objects.get(), owner=account, by=staff)
    StaffNotice.objects.all().delete()
    OutgoingEmail.objects.filter(kind="lead_assigned").delete()
    return account


@pytest.fixture
def changed(owner: StaffUser) -> AuditEvent:
    return audit.note(AuditEvent.Kind.PASSWORD_CHANGED, by=owner, about=f"account {owner.pk}")


@pytest.fixture
def queue_all(packet: OutgoingEmail, owner: StaffUser, changed: AuditEvent) -> Callable[[], None]:
    """Each shape of a key that there was."""
    enquiry, event = Enquiry.objects.get(verdict="accepted"), LeadEvent.objects.get(kind="owner")

    def of_each_kind() -> None:
        queue("staff_notice", DESK, f"staff-notice:{enquiry.uuid}")
        queue("staff_notice", DESK, "held-notice:2026-11-28T10")
        queue("staff_notice", DESK, "many-notice:2026-11-28T10")
        queue("staff_notice", DESK, "many-notice:2026-11-27T10", "sent")
        queue("packet_failed", DESK, f"packet-failed:{packet.uuid}:0")
        queue("packet_failed", DESK, "packets-failed:2026-11-28T10")
        queue("lead_assigned", owner.email, f"lead-assigned:{owner.pk}:{event.pk}")
        queue("password_reset", owner.email, "password_reset:5f0c3f9e-8a52-4a3a-9c0e-3d1f5f3f7a11")
        queue("account_notice", owner.email, f"account-event:{changed.pk}")
        queue("newsletter_confirm", "zoe@example.com", "newsletter-confirm:999")

    return of_each_kind


@pytest.fixture(params=["before the upgrade", "while it is deployed"])
def upgraded(request: pytest.FixtureRequest, queue_all: Callable[[], None]) -> Iterator[None]:
    if request.param == "while it is deployed":
        queue_all()
        yield
        return
    try:
        migrate(BEFORE)
        queue_all()
    finally:
        migrate(None)
    yield


def test_mails_that_the_version_before_queued_go_out_as_it_meant_them(upgraded: None, mailoutbox: list[Any]) -> None:
    check_whom_they_go_to()
    while delivery.drain():
        pass
    lead = f"{site.SITE_URL}{Lead.objects.get().get_absolute_url()}"
    links = {
        "A new enquiry came in": lead,
        "1 enquiry waits to be looked at": "/admin/enquiries/enquiry/?verdict=held",
        "Many enquiries come in": "/admin/enquiries/lead/",
        "A packet did not arrive": lead,
        "Many packets did not arrive": "/admin/enquiries/lead/?packet=failed",
        "A lead is now yours": lead,
        "A new password for your staff account": "/accounts/password/reset/key/",
        "A change to your staff account": "/accounts/password/reset/",
    }
    sent = {mail.subject: mail.body for mail in mailoutbox if mail.to[0].endswith("@clinic.example")}
    assert set(sent) == set(links)
    for subject, link in links.items():
        assert link in sent[subject], subject
    assert not OutgoingEmail.objects.exclude(state__in=["sent", "cancelled"]).exists()


def check_whom_they_go_to() -> None:
    people = OutgoingEmail.objects.to_people().values_list("kind", flat=True)
    assert sorted(people) == ["newsletter_confirm", "packet"]
    # Those that are out as well, since limits and the hourly look count them.
    assert StaffNotice.objects.filter(about="enquiries", outgoing__state="sent").count() == 1
    assert OutgoingEmail.objects.to_staff().filter(staff_notice=None, account_mail=None).count() == 0
