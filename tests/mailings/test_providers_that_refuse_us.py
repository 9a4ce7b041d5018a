import itertools
import re
import smtplib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from mailings import bounces, delivery
from mailings.actions import Report, lift_suppression, note_report, resume_provider, suppress
from mailings.models import Channel, MailEvent, Meaning, OutgoingEmail, ProviderPause, Suppression
from mailings.models.providers import provider_of
from tests.mailings.bounces import returned, with_status

State = OutgoingEmail.State
LOCMEM = "django.core.mail.backends.locmem.EmailBackend"
MISTAKEN = "/admin/mailings/suppression/mistaken/"
RESUME = "/admin/mailings/outgoingemail/resume-provider/"
NUMBERS = itertools.count()


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, bytes], None]:
    """Whose mail is answered so; everybody else's is taken."""
    really = {"send": None}

    def at(domain: str, reply: bytes) -> None:
        from django.core.mail.backends.locmem import EmailBackend

        really["send"] = really["send"] or EmailBackend.send_messages  # type: ignore[assignment]

        def send(self: Any, messages: Any) -> int:
            if messages[0].to[0].endswith(domain):
                raise smtplib.SMTPRecipientsRefused({messages[0].to[0]: (550, reply)})
            return really["send"](self, messages)  # type: ignore[misc]

        monkeypatch.setattr(f"{LOCMEM}.send_messages", send)

    return at


@pytest.fixture
def people(ask: Callable[..., Any]) -> Callable[[int, str], None]:
    def come(count: int, domain: str) -> None:
        for _number in range(count):
            ask(email=f"zoe{next(NUMBERS)}@{domain}")

    return come


def drain_all() -> None:
    while delivery.drain():
        pass


def packets(domain: str, state: State) -> int:
    return OutgoingEmail.objects.filter(kind="packet", email__endswith=domain, state=state).count()


@pytest.mark.parametrize(
    "reply",
    [b"listed", b"rejected as spam", b"5.1.0 sender rejected", b"5.7.1 blocked by policy", b"5.1.1 bad reputation"],
)
def test_five_refusals_of_us_pause_that_provider_and_silence_nobody(
    people: Any, refused: Any, desk: Client, reply: bytes
) -> None:
    refused("example.org", reply)
    people(8, "example.org")
    people(2, "example.com")
    drain_all()
    assert packets("example.org", State.FAILED) == 5
    assert packets("example.org", State.QUEUED) == 3
    assert packets("example.com", State.SENT) == 2
    assert not Suppression.objects.exists()
    assert not Channel.objects.exclude(paused_at=None).exists()
    assert ProviderPause.objects.get().provider == "example.org"
    page = desk.get("/admin/").text
    assert "A provider refuses our mail" in page
    assert "3 mails wait for it." in page
    assert "Send to example.org again" in page


def stand_still(people: Any, refused: Any) -> None:
    refused("example.org", b"listed")
    people(6, "example.org")
    drain_all()


def test_staff_are_told_by_mail_once_and_it_names_no_domain(
    people: Any, refused: Any, desk: Client, settings: Any
) -> None:
    settings.STAFF_ALERT_EMAIL = "desk@clinic.example"
    stand_still(people, refused)
    told = [one for one in mail.outbox if one.subject == "A mail provider refuses our mail"]
    assert [one.to for one in told] == [["desk@clinic.example"]]
    assert "/admin/mailings/outgoingemail/" in told[0].body
    assert "example.org" not in told[0].body
    desk.post(RESUME, {"provider": "example.org"})
    refused("nobody.example", b"")
    drain_all()
    assert len([one for one in mail.outbox if one.subject == "A mail provider refuses our mail"]) == 1


def test_a_notice_of_a_pause_that_is_over_is_not_sent(
    people: Any, refused: Any, monkeypatch: pytest.MonkeyPatch, settings: Any, staff: Any
) -> None:
    settings.STAFF_ALERT_EMAIL = "desk@example.org"
    stand_still(people, refused)
    resume_provider(provider="example.org", by=staff)
    refused("nobody.example", b"")
    drain_all()
    assert OutgoingEmail.objects.get(kind="provider_paused").state == State.CANCELLED


def test_all_other_mail_is_said_to_go_out_only_while_it_does(people: Any, refused: Any, desk: Client) -> None:
    stand_still(people, refused)
    assert "All other mail goes out." in desk.get("/admin/").text
    people(2, "example.com")
    with time_machine.travel(timezone.now() + timedelta(minutes=7), tick=False):
        page = desk.get("/admin/").text
    assert "A provider refuses our mail" in page
    assert "All other mail goes out." not in page
    assert "Nobody is sending the mail" in page
    assert "2 mails wait, the oldest since" in page
    headings = re.findall(r'aria-labelledby="(.*?banner-heading)"', page)
    assert [page.count(f'id="{heading}"') for heading in headings] == [1, 1]


def test_what_waits_for_a_provider_is_not_called_due(people: Any, refused: Any, desk: Client) -> None:
    stand_still(people, refused)
    with time_machine.travel(timezone.now() + timedelta(minutes=20), tick=False):
        numbers = desk.get("/metrics").text
        today = desk.get("/admin/").text
    assert "clinic_outbox_oldest_due_seconds 0.0" in numbers
    assert "clinic_mail_providers_paused 1.0" in numbers
    assert "Nobody is sending the mail" not in today
    assert "has been due for" not in today
    assert "What does not wait for a provider that refuses us is tried again by itself." in today


def test_resuming_one_provider_promises_nothing_of_another(people: Any, refused: Any, desk: Client) -> None:
    stand_still(people, refused)
    refused("example.net", b"listed")
    people(6, "example.net")
    drain_all()
    assert "Sending goes on. 1 mail waits" in desk.post(RESUME, {"provider": "example.org"}, follow=True).text


def test_four_refusals_or_five_in_an_hour_are_no_reason_to_stop(people: Any, refused: Any) -> None:
    refused("example.org", b"rejected as spam")
    for minutes in range(0, 60, 12):
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
            people(1, "example.org")
            drain_all()
    assert packets("example.org", State.FAILED) == 5
    assert not ProviderPause.objects.exists()


def test_full_mailboxes_of_five_people_are_their_affair(people: Any, refused: Any) -> None:
    refused("example.org", b"5.2.2 mailbox full")
    people(6, "example.org")
    drain_all()
    assert not ProviderPause.objects.exists()


@pytest.mark.parametrize("reply", [b"5.7.1 this recipient has blocked you", b"refused due to recipient preferences"])
def test_single_people_who_want_no_mail_stop_no_provider(people: Any, refused: Any, reply: bytes) -> None:
    refused("example.org", reply)
    people(6, "example.org")
    drain_all()
    assert packets("example.org", State.FAILED) == 6
    assert not ProviderPause.objects.exists()
    assert not Suppression.objects.exists()


def test_what_anybody_may_have_returned_stops_nothing(people: Any) -> None:
    for number in range(6):
        people(6 if number == 0 else 1, f"example{number}.org")
    drain_all()
    for packet in OutgoingEmail.objects.filter(kind="packet"):
        forged = with_status(returned(), "failed", "5.7.1", "550 5.7.1 listed as spam", packet.message_id)
        report = bounces.read(forged)
        assert isinstance(report, Report)
        assert note_report(report=report)
    assert MailEvent.objects.filter(kind="bounced", meaning=Meaning.UNWANTED).count() == 11
    assert not ProviderPause.objects.exists()
    assert not Channel.objects.exclude(paused_at=None).exists()


def test_a_providers_names_below_its_own_are_one_provider(people: Any, refused: Any) -> None:
    refused("example.org", b"listed")
    for number in range(6):
        people(1, f"mx{number}.example.org")
        drain_all()
    assert not Channel.objects.exclude(paused_at=None).exists()
    assert ProviderPause.objects.get().provider == "example.org"
    assert packets("example.org", State.QUEUED) == 1


@pytest.mark.parametrize(
    ("address", "provider"),
    [
        ("zoe@a.b.example.org", "example.org"),
        ("zoe@mail.clinic.co.uk", "clinic.co.uk"),
        ("zoe@clinic.co.uk", "clinic.co.uk"),
        ("zoe@mx.hotmail.co.uk", "outlook.com"),
        ("zoe@student.example.edu.au", "example.edu.au"),
        ("zoe@mx.com.example.de", "example.de"),
        ("zoe@localhost", "localhost"),
    ],
)
def test_what_somebody_registered_is_one_provider(address: str, provider: str) -> None:
    assert provider_of(address) == provider


def test_what_providers_report_counts_as_refusals_do(people: Any) -> None:
    people(5, "example.org")
    drain_all()
    for number, packet in enumerate(OutgoingEmail.objects.filter(kind="packet")):
        report = Report(f"test:{number}", MailEvent.Kind.BOUNCED, packet, reply="listed", meaning=Meaning.UNWANTED)
        note_report(report=report)
    assert ProviderPause.objects.get().provider == "example.org"


def test_after_resuming_it_all_goes_out_and_old_refusals_do_not_stop_it_again(
    people: Any, refused: Any, desk: Client, staff: Any
) -> None:
    refused("example.org", b"rejected as spam")
    people(8, "example.org")
    drain_all()
    refused("nobody.example", b"")
    before = len(mail.outbox)
    assert "Sending goes on." in desk.post(RESUME, {"provider": "example.org"}, follow=True).text
    drain_all()
    assert len(mail.outbox) == before + 3
    assert ProviderPause.objects.get().resumed_by == staff
    assert not resume_provider(provider="example.org", by=staff)
    refused("example.org", b"rejected as spam")
    people(1, "example.org")
    drain_all()
    assert not ProviderPause.objects.standing().exists()


def test_names_behind_one_gate_are_one_provider() -> None:
    assert provider_of("Zoe@HOTMAIL.com") == provider_of("zoe@outlook.com")
    assert provider_of("zoe@example.org") == "example.org"


def test_what_was_called_dead_meanwhile_is_listed_and_lifted_with_one_button(
    people: Any, refused: Any, desk: Client, staff: Any
) -> None:
    with time_machine.travel(timezone.now() - timedelta(days=3)):
        suppress(address="long-gone@example.org", reason=Suppression.Reason.HARD_BOUNCE)
    suppress(address="complained@example.org", reason=Suppression.Reason.COMPLAINT)
    refused("example.org", b"5.1.1 no such user")
    people(3, "example.org")
    drain_all()
    page = desk.get(MISTAKEN)
    assert [row.address.rpartition("@")[2] for row in page.context["rows"]] == ["example.org"] * 3
    assert page.text.count("550 5.1.1 no such user") == 3
    asked = {"since": page.context["since_exactly"], "until": page.context["until_exactly"]}
    after = desk.post(MISTAKEN, asked, follow=True).text
    assert "3 addresses may be mailed again." in after
    standing = Suppression.objects.standing()
    assert {found.reason for found in standing} == {"hard_bounce", "complaint"}
    assert Suppression.objects.exclude(lifted_at=None).count() == 3
    assert "There is none." in desk.get(MISTAKEN).text
    assert "0 addresses may be mailed again." in desk.post(MISTAKEN, asked, follow=True).text


@pytest.mark.parametrize("since", ["nonsense", "2026-13-99T00:00:00Z", "2026-11-28", ""])
def test_an_odd_moment_in_the_address_is_a_day_ago(desk: Client, since: str) -> None:
    assert desk.get(MISTAKEN, {"since": since}).status_code == 200


def test_only_who_may_steer_mail_lifts_and_resumes(onlooker: Client, first_content: None) -> None:
    suppress(address="zoe@example.org", reason=Suppression.Reason.HARD_BOUNCE)
    assert onlooker.get(MISTAKEN).status_code == 403
    assert onlooker.post(MISTAKEN).status_code == 403
    assert onlooker.post(RESUME, {"provider": "example.org"}).status_code == 403
    assert Suppression.objects.standing().count() == 1


def test_lifted_twice_keeps_the_first_name(desk: Client, staff: Any, django_user_model: Any) -> None:
    suppress(address="zoe@example.org", reason=Suppression.Reason.HARD_BOUNCE)
    first = django_user_model.objects.create_superuser("first@clinic.example")
    lift_suppression(suppression=Suppression.objects.get(), by=first)
    desk.post(
        MISTAKEN, {"since": (timezone.now() - timedelta(days=1)).isoformat(), "until": timezone.now().isoformat()}
    )
    assert Suppression.objects.get().lifted_by == first
