from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from enquiries.actions import erase_person, export_person
from foundation.actors import JOB
from mailings import delivery
from mailings.actions import Report, note_report, queue_email, send_again, suppress
from mailings.actions.suppression import stop_mail
from mailings.emails import kinds, register
from mailings.models import MailEvent, OutgoingEmail, Suppression
from mailings.results import finish
from tests.conftest import ADDRESS

State = OutgoingEmail.State
SIXTH = "sixth_notice"


@pytest.fixture
def sixth() -> Iterator[None]:
    """A kind to staff that nobody knew when the rest was written."""
    like = kinds["staff_notice"]
    register(SIXTH, label="sixth", message=like.message, still_wanted=like.still_wanted, to_staff=True)
    yield
    kinds.pop(SIXTH, None)


@pytest.fixture
def notice(lead: Any, sixth: None) -> OutgoingEmail:
    """To staff, of an address at which somebody also asked for the packet."""
    return queue_email(kind=SIXTH, address=ADDRESS, dedupe_key="of-a-test")


@pytest.fixture
def forgotten(notice: OutgoingEmail) -> OutgoingEmail:
    """Its room registers the kind no more: only the row can say to whom it goes."""
    del kinds[SIXTH]
    return notice


def test_a_kind_to_staff_known_only_here_survives_erasing_whoever_has_its_address(notice: OutgoingEmail) -> None:
    erase_person(address=ADDRESS)
    notice.refresh_from_db()
    assert (notice.email, notice.state) == (ADDRESS, State.QUEUED)
    assert OutgoingEmail.objects.get(kind="packet").is_erased


def test_what_goes_to_staff_is_in_nobodys_export(forgotten: OutgoingEmail) -> None:
    assert [mail["kind"] for mail in export_person(address=ADDRESS)["mails"]] == ["information packet"]


def test_who_asks_us_to_stop_stops_no_mail_to_staff(forgotten: OutgoingEmail) -> None:
    stop_mail(address=ADDRESS, by=JOB)
    assert dict(OutgoingEmail.objects.values_list("kind", "state")) == {SIXTH: "queued", "packet": "cancelled"}


def test_a_bounce_of_a_mail_to_staff_writes_off_nobody(forgotten: OutgoingEmail) -> None:
    finish(forgotten, State.SENT, "250 ok")
    for kind in (MailEvent.Kind.BOUNCED, MailEvent.Kind.COMPLAINED):
        note_report(report=Report(f"mail:{kind}", kind, forgotten, is_permanent=True))
    assert not Suppression.objects.exists()


def test_a_ban_of_the_address_holds_no_mail_to_staff_back(
    desk: Client, forgotten: OutgoingEmail, staff: Any, deliver: Any
) -> None:
    suppress(address=ADDRESS, reason=Suppression.Reason.COMPLAINT)
    delivery.drain()
    forgotten.refresh_from_db()
    assert forgotten.state == State.QUEUED
    finish(forgotten, State.FAILED, "550 no")
    assert "did not arrive" in desk.get(f"/admin/mailings/outgoingemail/{forgotten.pk}/change/").text
    assert send_again(outgoing=forgotten, by=staff)


def test_a_missed_mail_to_staff_is_told_apart(desk: Client, forgotten: OutgoingEmail) -> None:
    finish(forgotten, State.FAILED, "550 no")
    page = desk.get("/admin/mailings/outgoingemail/?missed=notices")
    assert list(page.context["cl"].result_list) == [forgotten]
