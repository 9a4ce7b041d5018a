import smtplib
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.mail.backends.locmem import EmailBackend
from django.db.models import F
from django.test import Client
from django.utils import timezone

from mailings import pace
from mailings.actions import queue_email, suppress
from mailings.models import BulkDay, BulkMinute, OutgoingEmail, SlowProvider, Suppression
from newsletters import actions
from newsletters.models import Newsletter, Subscriber
from tests.newsletters.readers import path_of

SLOW = "slow.example"


@pytest.fixture(autouse=True)
def looks_at_each_mail(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setattr(pace, "SECONDS_BETWEEN_LOOKS", 0.0)
    # Longer than any test of this file takes, on whatever machine.
    settings.MAIL_SLOW_SECONDS = (60, 300)


@pytest.fixture
def server_says(monkeypatch: pytest.MonkeyPatch) -> Callable[[int, bytes], None]:
    """Of the mails to one provider; the others are taken."""
    taken = EmailBackend.send_messages

    def refuse(code: int, words: bytes) -> None:
        def send_messages(self: Any, messages: Any) -> Any:
            if messages[0].to[0].endswith(f"@{SLOW}"):
                raise smtplib.SMTPRecipientsRefused({messages[0].to[0]: (code, words)})
            return taken(self, messages)

        monkeypatch.setattr(EmailBackend, "send_messages", send_messages)

    return refuse


@pytest.fixture
def issue(under_way: Callable[[], Newsletter], join: Callable[..., Subscriber]) -> Newsletter:
    for number in range(4):
        join(f"reader{number}@{SLOW}")
        join(f"reader{number}@example.org")
    return under_way()


def tried() -> dict[str, int]:
    """By provider, how many of its readers' mails were on the wire."""
    mails = OutgoingEmail.objects.filter(kind="newsletter", attempts__gt=0)
    return {where: mails.filter(email__endswith=where).count() for where in (SLOW, "example.org")}


def time_passes(seconds: float) -> None:
    ago = timedelta(seconds=seconds)
    SlowProvider.objects.update(next_at=F("next_at") - ago, grown_at=F("grown_at") - ago)


def test_a_provider_that_wants_it_slowly_gets_it_slowly_and_nobody_else_waits(
    issue: Newsletter, server_says: Callable[[int, bytes], None], deliver: Callable[[], None], ask: Callable[..., Any]
) -> None:
    server_says(450, b"4.7.1 try again later")
    deliver()
    assert tried() == {SLOW: 1, "example.org": 4}
    ask(email=f"zoe@{SLOW}")
    deliver()
    assert OutgoingEmail.objects.get(kind="packet").attempts == 1
    time_passes(60)
    deliver()
    assert tried() == {SLOW: 2, "example.org": 4}


def test_once_it_takes_our_mail_again_the_rest_goes_ever_faster(
    issue: Newsletter,
    server_says: Callable[[int, bytes], None],
    deliver: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server_says(421, b"4.7.0 too many connections")
    deliver()
    monkeypatch.undo()
    before = SlowProvider.objects.get().seconds
    time_passes(before)
    assert pace.take_turn_at(SLOW)
    assert not pace.take_turn_at(SLOW)
    assert SlowProvider.objects.get().seconds < before
    for _turn in range(5):
        time_passes(before)
        pace.take_turn_at(SLOW)
    assert not SlowProvider.objects.exists()


def test_each_refusal_makes_it_slower_up_to_an_end_and_two_at_once_count_as_one(
    first_content: None, settings: Any
) -> None:
    pace.slow_down(f"anna@{SLOW}")
    pace.slow_down(f"bob@mail.{SLOW}")
    first, longest = settings.MAIL_SLOW_SECONDS
    assert SlowProvider.objects.get().seconds == first
    time_passes(first)
    pace.slow_down(f"anna@{SLOW}")
    assert SlowProvider.objects.get().seconds == 3 * first
    for _refusal in range(9):
        time_passes(longest)
        pace.slow_down(f"anna@{SLOW}")
    assert SlowProvider.objects.get().seconds == longest


def test_what_it_said_hours_ago_makes_it_no_slower(first_content: None, settings: Any) -> None:
    first, longest = settings.MAIL_SLOW_SECONDS
    for _refusal in range(3):
        pace.slow_down(f"anna@{SLOW}")
        time_passes(longest)
    pace.slow_down("zoe@other.example")
    assert SlowProvider.objects.count() == 2
    time_passes(2 * SlowProvider.FORGOTTEN_AFTER.total_seconds())
    pace.slow_down(f"anna@{SLOW}")
    assert [(found.provider, found.seconds) for found in SlowProvider.objects.all()] == [(SLOW, first)]


@pytest.mark.parametrize(("code", "words"), [(452, b"4.2.2 mailbox full"), (550, b"5.1.1 no such user")])
def test_what_is_about_one_mailbox_slows_nobody(
    code: int,
    words: bytes,
    issue: Newsletter,
    server_says: Callable[[int, bytes], None],
    deliver: Callable[[], None],
) -> None:
    server_says(code, words)
    OutgoingEmail.objects.filter(email__endswith=SLOW).exclude(email__startswith="reader0").update(
        next_attempt_at=timezone.now() + timedelta(minutes=30)
    )
    deliver()
    assert not SlowProvider.objects.exists()


def test_a_packet_that_is_put_off_slows_nobody(
    ask: Callable[..., Any], server_says: Callable[[int, bytes], None], deliver: Callable[[], None]
) -> None:
    server_says(450, b"4.7.1 try again later")
    ask(email=f"zoe@{SLOW}")
    deliver()
    assert OutgoingEmail.objects.get(kind="packet").attempts == 1
    assert not SlowProvider.objects.exists()


@pytest.mark.parametrize(
    ("readers", "said"),
    [
        (10, f"{SLOW} takes our mail slowly. 10 mails there wait, and one goes every 60 seconds."),
        (9, "9 mails wait for other providers that take our mail slowly."),
    ],
)
def test_the_page_of_the_issue_says_who_takes_it_slowly_unless_that_tells_of_one_person(
    readers: int,
    said: str,
    under_way: Callable[[], Newsletter],
    join: Callable[..., Subscriber],
    server_says: Callable[[int, bytes], None],
    deliver: Callable[[], None],
    desk: Client,
) -> None:
    for number in range(readers):
        join(f"reader{number}@{SLOW}")
    issue = under_way()
    server_says(450, b"4.7.1 try again later")
    deliver()
    page = desk.get(f"/admin/newsletters/newsletter/{issue.pk}/change/").text
    assert said in page
    assert (SLOW in page) == (readers >= 10)
    assert " at this pace." in page


def test_a_new_sender_begins_with_few_and_may_send_twice_as_many_the_next_day(
    issue: Newsletter, settings: Any, deliver: Callable[[], None], desk: Client
) -> None:
    settings.BULK_WARMUP = 3
    deliver()
    assert sum(tried().values()) == 3
    page = desk.get(f"/admin/newsletters/newsletter/{issue.pk}/change/").text
    assert "The sender is new: 3 mails may go in a day now, and the next day twice as many." in page
    BulkDay.objects.update(day=F("day") - timedelta(days=1))
    assert pace.per_day() == 6
    settings.BULK_PER_DAY = 5
    assert pace.per_day() == 5
    settings.FROM_EMAIL = "news@another.example"
    assert pace.per_day() == 3


def test_without_a_ramp_no_days_are_counted(
    first_content: None, issue: Newsletter, settings: Any, deliver: Callable[[], None]
) -> None:
    settings.BULK_PER_DAY = 5
    deliver()
    assert sum(tried().values()) == 5
    assert not BulkDay.objects.exists()


def test_a_forecast_heeds_that_the_share_of_a_new_sender_doubles(first_content: None, settings: Any) -> None:
    settings.BULK_WARMUP = 100
    # 100, 200 and 400 on the first three days, the last on the fourth.
    assert pace.duration(701) == timedelta(days=3)


@pytest.mark.parametrize(("fewest", "stood_still", "speed"), [(9, False, 0), (8, True, 0), (8, False, 0.8)])
def test_how_fast_an_issue_went_is_not_told_by_one_of_a_few_nor_by_one_that_stood_still(
    issue: Newsletter,
    deliver: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
    fewest: int,
    stood_still: bool,
    speed: float,
) -> None:
    monkeypatch.setattr(Newsletter, "FEWEST_TIMED", fewest)
    deliver()
    assert actions.end_finished() == 1
    out = Newsletter.objects.get()
    assert out.begun_at
    over, resumed_at = out.begun_at + timedelta(seconds=10), out.begun_at if stood_still else None
    Newsletter.objects.update(sent_at=over, resumed_at=resumed_at)
    assert Newsletter.objects.all().last_speed() == speed


def test_one_mail_a_second_is_said_as_one(issue: Newsletter, settings: Any, desk: Client) -> None:
    settings.BULK_PER_SECOND = 1
    page = desk.get(f"/admin/newsletters/newsletter/{issue.pk}/change/").text
    assert "1 mail may go in a second." in page


def leave(client: Client, reader: Subscriber) -> None:
    client.post(path_of("unsubscribe", reader))


WAYS: dict[str, Callable[[Client, Subscriber], Any]] = {
    "left": leave,
    "pauses": lambda client, reader: Subscriber.objects.filter(pk=reader.pk).update(
        paused_until=timezone.now() + timedelta(days=9)
    ),
    "is dead": lambda client, reader: suppress(address=reader.email, reason=Suppression.Reason.HARD_BOUNCE),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_mail_that_goes_to_nobody_any_more_takes_no_turn_from_who_waits(
    issue: Newsletter, settings: Any, deliver: Callable[[], None], client: Client, way: str
) -> None:
    settings.BULK_PER_DAY = 5
    first = OutgoingEmail.objects.filter(kind="newsletter").order_by("pk")[:3]
    for reader in Subscriber.objects.filter(email__in=[mail.email for mail in first]):
        WAYS[way](client, reader)
    deliver()
    assert states() == {"sent": 5, "cancelled": 3}
    assert turns() == 5


def states() -> Counter[str]:
    return Counter(OutgoingEmail.objects.filter(kind="newsletter").values_list("state", flat=True))


def turns() -> int:
    return sum(BulkMinute.objects.values_list("mails", flat=True))


def test_of_an_issue_that_is_cancelled_while_a_worker_has_it_in_hand_none_takes_a_turn(
    issue: Newsletter, settings: Any, deliver: Callable[[], None], sender: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.BULK_PER_DAY = 100
    taken = EmailBackend.send_messages

    def cancelled_meanwhile(self: Any, messages: Any) -> Any:
        actions.cancel(newsletter=Newsletter.objects.get(pk=issue.pk), by=sender)
        return taken(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", cancelled_meanwhile)
    deliver()
    assert states() == {"sent": 1, "cancelled": 7}
    assert turns() == 1


def test_who_left_takes_no_turn_at_a_provider_that_wants_it_slowly(
    issue: Newsletter, deliver: Callable[[], None], client: Client, settings: Any
) -> None:
    settings.BULK_PER_DAY = 100
    pace.slow_down(f"anna@{SLOW}")
    time_passes(60)
    mails = OutgoingEmail.objects.filter(kind="newsletter", email__endswith=SLOW).order_by("pk")
    leave(client, Subscriber.objects.get(email=mails[0].email))
    deliver()
    # Whichever comes first: one turn, of which nothing went to who left.
    states = [mail.state for mail in mails.all()]
    assert (states[0], states.count("sent")) == ("cancelled", 1)


def test_an_invitation_that_nobody_waits_for_takes_no_turn(
    first_content: None, settings: Any, deliver: Callable[[], None]
) -> None:
    settings.BULK_PER_HOUR = 100
    mail = queue_email(kind="newsletter_invite", address="zoe@example.org", dedupe_key="invite")
    deliver()
    mail.refresh_from_db()
    assert (mail.state, turns()) == ("cancelled", 0)
