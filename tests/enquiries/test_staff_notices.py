from collections import Counter
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from typing import Any

import pytest
import time_machine

from clinic import mailbox
from enquiries.actions import discard_enquiry
from enquiries.models import Enquiry, StaffNotice
from enquiries.tasks import tell_of_held
from mailings.actions import queue_email
from mailings.models import OutgoingEmail
from newsletters.models import Subscriber

Ask = Callable[..., Any]
HOUR = 3600
LINK = "https://spam.example"


@pytest.fixture
def clock(settings: Any) -> Iterator[Any]:
    settings.STAFF_ALERT_EMAIL = "desk@clinic.example"
    with time_machine.travel("2026-03-03T10:05:00Z", tick=False) as clock:
        yield clock


def notices() -> Any:
    return OutgoingEmail.objects.filter(kind="staff_notice")


@pytest.fixture
def told(deliver: Callable[[], None], mailoutbox: list[Any]) -> Callable[[], list[EmailMessage]]:
    """The notices that went out since the last look."""

    def look() -> list[EmailMessage]:
        mailoutbox.clear()
        deliver()
        mails = [mailbox.parse(message.message().as_bytes()) for message in mailoutbox]
        return [mail for mail in mails if mail["To"] == "desk@clinic.example"]

    return look


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body
    return str(body.get_content())


def test_many_held_enquiries_are_told_of_in_one_mail(clock: Any, ask: Ask, told: Callable[[], Any]) -> None:
    for number in range(12):
        ask(email=f"person{number}@example.com", name=LINK)
    [notice] = told()
    assert notice["Subject"] == "12 enquiries wait to be looked at"
    assert "/admin/enquiries/enquiry/?verdict=held" in text_of(notice)


def test_a_flood_causes_one_notice_an_hour(clock: Any, ask: Ask, told: Callable[[], Any]) -> None:
    for minute in range(0, 180, 5):
        ask(message=str(minute), name=LINK)
        told()
        if minute % 60 == 55:
            tell_of_held()
        clock.shift(5 * 60)
    # From 10:05 to 13:00 that is in four hours of the clock.
    assert 3 <= notices().count() <= 4
    assert len({notice.created_at.hour for notice in notices()}) == notices().count()


def test_who_was_held_after_the_notice_had_gone_is_told_of_when_the_hour_is_over(
    clock: Any, ask: Ask, told: Callable[[], Any]
) -> None:
    ask(name=LINK)
    told()
    clock.shift(10 * 60)
    ask(name=LINK, email="second@example.com")
    assert told() == []
    clock.shift(45 * 60)
    tell_of_held()
    [notice] = told()
    assert notice["Subject"] == "2 enquiries wait to be looked at"


def test_who_was_told_of_is_not_told_of_again_each_hour(clock: Any, ask: Ask, told: Callable[[], Any]) -> None:
    ask(name=LINK)
    told()
    for _hour in range(3):
        clock.shift(HOUR)
        tell_of_held()
    assert notices().count() == 1


def test_without_a_held_enquiry_the_hourly_look_says_nothing(clock: Any, ask: Ask) -> None:
    tell_of_held()
    ask()
    tell_of_held()
    assert notices().count() == 1


def test_a_notice_of_what_staff_have_looked_at_meanwhile_is_not_sent(
    clock: Any, ask: Ask, staff: Any, told: Callable[[], Any]
) -> None:
    ask(name=LINK)
    discard_enquiry(enquiry=Enquiry.objects.get(), by=staff)
    assert told() == []
    assert notices().get().state == OutgoingEmail.State.CANCELLED


def test_somebody_who_writes_again_within_the_hour_is_told_of_once(clock: Any, ask: Ask) -> None:
    for minute, address in enumerate(["zoe@example.com", "ZOE@example.com", "zoe@Example.com"]):
        ask(message=str(minute), email=address)
        clock.shift(60)
    assert notices().count() == 1
    ask(email="another@example.com")
    assert notices().count() == 2


def test_somebody_who_goes_on_writing_is_told_of_each_hour(clock: Any, ask: Ask) -> None:
    for part in range(6):
        ask(message=str(part))
        clock.shift(40 * 60)
    assert notices().count() == 3


def test_a_held_enquiry_does_not_hide_the_accepted_one_after_it(clock: Any, ask: Ask, told: Callable[[], Any]) -> None:
    ask(name=LINK)
    ask()
    assert sorted(notice["Subject"] for notice in told()) == [
        "1 enquiry waits to be looked at",
        "A new enquiry came in",
    ]


def test_a_held_enquiry_without_an_address_for_notices_queues_none(ask: Ask, settings: Any) -> None:
    settings.STAFF_ALERT_EMAIL = ""
    ask(name=LINK)
    tell_of_held()
    assert notices().count() == 0


def test_no_notice_holds_a_word_that_was_typed(clock: Any, ask: Ask, told: Callable[[], Any]) -> None:
    fields = dict.fromkeys(("phone", "country", "for_whom", "topic", "contact_by", "message"), "canary")
    ask(name="canary www.canary.example", email="canary@example.com", **fields)
    ask(name="canary", email="canary@example.com", **fields)
    both = told()
    assert len(both) == 2
    for notice in both:
        assert "canary" not in notice.as_string()
        assert "canary" not in text_of(notice)


def test_many_enquiries_within_the_hour_are_told_of_together(clock: Any, ask: Ask, told: Callable[[], Any]) -> None:
    for number in range(29):
        ask(email=f"person{number}@example.com")
    subjects = Counter(notice["Subject"] for notice in told())
    assert subjects == {"A new enquiry came in": 20, "Many enquiries come in": 1}


def test_a_held_sign_up_is_told_of_within_the_hour(clock: Any, client: Any, first_content: None, told: Any) -> None:
    client.post("/newsletter/", {"email": "zoe@example.com", "consent": "on", "leave_this_empty": "x"})
    assert Subscriber.objects.held().count() == 1
    tell_of_held()
    [notice] = told()
    assert "/admin/newsletters/subscriber/?state__exact=held" in text_of(notice)


def test_the_last_notice_of_what_is_held_is_the_one_queued_last(
    clock: Any, ask: Ask, told: Callable[[], list[EmailMessage]]
) -> None:
    ask(name=LINK)
    told()
    clock.shift(HOUR)
    # As when one of the version before is adopted later.
    adopted = queue_email(kind="staff_notice", address="desk@clinic.example", dedupe_key="held-notice:old")
    StaffNotice.objects.create(outgoing=adopted, about=StaffNotice.About.HELD)
    OutgoingEmail.objects.filter(pk=adopted.pk).update(
        created_at="2026-03-02T10:00Z", state="sent", sent_at="2026-03-02T10:00Z"
    )
    tell_of_held()
    assert told() == []


def test_a_notice_of_an_enquiry_without_a_lead_leads_to_the_enquiry(
    clock: Any, ask: Ask, told: Callable[[], list[EmailMessage]]
) -> None:
    ask(name=LINK)
    OutgoingEmail.objects.all().update(state="cancelled")
    enquiry = Enquiry.objects.get()
    outgoing = queue_email(kind="staff_notice", address="desk@clinic.example", dedupe_key="x")
    StaffNotice.objects.create(outgoing=outgoing, about=StaffNotice.About.ENQUIRY, enquiry=enquiry)
    [notice] = told()
    assert f"/admin/enquiries/enquiry/{enquiry.pk}/change/" in text_of(notice)
