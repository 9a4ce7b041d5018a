import uuid
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clinic.models import StaffUser
from mailings import delivery, letters
from mailings.actions import Report, note_report
from mailings.emails import written
from mailings.models import MailEvent, OutgoingEmail
from mailings.signals import email_bounced
from newsletters import actions
from newsletters.models import Newsletter, Subscriber, account_of

MAILS = 12


@pytest.fixture
def readers(join: Callable[..., Subscriber]) -> list[Subscriber]:
    return [join(f"reader{number}@example.org") for number in range(MAILS)]


def dies(mails: int, *, on_the_wire: bool) -> None:
    """A worker with so many mails in its hands, and its lease runs out."""
    for mine in delivery.claim(uuid.uuid4(), mails):
        assert delivery.begin(mine)
        if on_the_wire:
            assert delivery.mark_sending(mine)
    OutgoingEmail.objects.exclude(lease_until=None).update(lease_until=timezone.now() - timedelta(seconds=1))


def test_no_worker_that_dies_loses_a_mail_or_sends_it_twice(
    under_way: Callable[[], Newsletter], readers: list[Subscriber], deliver: Callable[[], None], mailoutbox: Any
) -> None:
    newsletter = under_way()
    dies(3, on_the_wire=False)
    dies(2, on_the_wire=True)
    deliver()
    account = account_of(newsletter)
    assert (account["sent"], account["uncertain"], account["waiting"]) == (MAILS - 2, 2, 0)
    assert account.candidates == newsletter.candidates == MAILS
    assert Counter(mail.to[0] for mail in mailoutbox).most_common(1)[0][1] == 1
    assert len(mailoutbox) == account["sent"]
    assert actions.end_finished() == 1


def test_paused_in_the_middle_of_a_lease_nothing_more_goes_out(
    under_way: Callable[[], Newsletter],
    readers: list[Subscriber],
    sender: StaffUser,
    monkeypatch: pytest.MonkeyPatch,
    mailoutbox: Any,
) -> None:
    newsletter = under_way()
    sent = delivery.transport.send

    def pause_after_three(connection: Any, message: Any) -> Any:
        result = sent(connection, message)
        if len(mailoutbox) == 3:
            actions.pause(newsletter=newsletter, by=sender)
        return result

    monkeypatch.setattr(delivery.transport, "send", pause_after_three)
    while delivery.drain():
        pass
    assert len(mailoutbox) == 3
    assert account_of(newsletter)["waiting"] == MAILS - 3


def test_a_pause_right_before_a_mail_is_written_costs_nobody_theirs(
    under_way: Callable[[], Newsletter],
    readers: list[Subscriber],
    sender: StaffUser,
    monkeypatch: pytest.MonkeyPatch,
    deliver: Callable[[], None],
) -> None:
    newsletter = under_way()
    begin = delivery.begin

    def pause_after_it(outgoing: OutgoingEmail) -> Any:
        begun = begin(outgoing)
        if Newsletter.objects.get().state == Newsletter.State.SENDING:
            actions.pause(newsletter=newsletter, by=sender)
        return begun

    monkeypatch.setattr(delivery, "begin", pause_after_it)
    while delivery.drain():
        pass
    assert account_of(newsletter)["cancelled"] == 0
    monkeypatch.undo()
    actions.resume(newsletter=newsletter, by=sender)
    deliver()
    assert account_of(newsletter)["sent"] == MAILS


@pytest.fixture
def after_three(monkeypatch: pytest.MonkeyPatch, mailoutbox: Any) -> Callable[[Callable[[OutgoingEmail], Any]], None]:
    """Does that, once, when the third mail is out and its result is not written yet; it is told whose that is."""
    sent, turns = delivery.transport.send, iter(range(MAILS))

    def arrange(act: Callable[[OutgoingEmail], Any]) -> None:
        def send(connection: Any, message: Any) -> Any:
            result = sent(connection, message)
            if next(turns) == 2:
                act(OutgoingEmail.objects.get(email=message.to[0], kind="newsletter"))
            return result

        monkeypatch.setattr(delivery.transport, "send", send)

    return arrange


def test_whoever_leaves_in_the_middle_of_a_lease_gets_nothing(
    under_way: Callable[[], Newsletter],
    readers: list[Subscriber],
    after_three: Callable[[Any], None],
    deliver: Callable[[], None],
    mailoutbox: Any,
) -> None:
    newsletter = under_way()

    def all_who_wait_leave(mail: OutgoingEmail) -> None:
        for waits in OutgoingEmail.objects.filter(mailing=newsletter.mailing_id, attempts=0):
            actions.unsubscribe(subscriber=Subscriber.objects.get(email=waits.email).uuid)

    after_three(all_who_wait_leave)
    deliver()
    assert len(mailoutbox) == 3
    account = account_of(newsletter)
    assert (account["sent"], account["cancelled"]) == (3, MAILS - 3)


def test_a_worker_that_ends_among_mails_has_written_down_each_that_it_sent(
    under_way: Callable[[], Newsletter], readers: list[Subscriber], after_three: Callable[[Any], None]
) -> None:
    newsletter = under_way()

    def end(mail: OutgoingEmail) -> None:
        assert mail.state == OutgoingEmail.State.SENDING
        raise KeyboardInterrupt

    after_three(end)
    with pytest.raises(KeyboardInterrupt):
        delivery.drain()
    mails = OutgoingEmail.objects.filter(mailing=newsletter.mailing_id)
    assert mails.filter(state="sent").count() == 2
    assert mails.filter(state="sending").count() == 1
    assert mails.filter(state="queued", lease_id=None, attempts=0).count() == MAILS - 3


def test_a_mail_that_came_back_before_we_wrote_that_it_is_out_came_back(
    under_way: Callable[[], Newsletter],
    readers: list[Subscriber],
    after_three: Callable[[Any], None],
    deliver: Callable[[], None],
) -> None:
    newsletter = under_way()
    after_three(
        lambda mail: note_report(report=Report(f"test:{mail.pk}", MailEvent.Kind.BOUNCED, mail, is_permanent=True))
    )
    deliver()
    account = account_of(newsletter)
    assert (account["bounced"], account["sent"]) == (1, MAILS - 1)


def test_a_worker_that_ends_at_the_report_of_one_mail_leaves_no_other_in_doubt(
    under_way: Callable[[], Newsletter],
    readers: list[Subscriber],
    after_three: Callable[[Any], None],
    deliver: Callable[[], None],
) -> None:
    newsletter = under_way()

    def end(**kwargs: Any) -> None:
        raise KeyboardInterrupt

    after_three(
        lambda mail: note_report(report=Report(f"test:{mail.pk}", MailEvent.Kind.BOUNCED, mail, is_permanent=True))
    )
    email_bounced.connect(end)
    try:
        with pytest.raises(KeyboardInterrupt):
            delivery.drain()
    finally:
        email_bounced.disconnect(end)
    # The one that came back, which is not written down as sent; the next was not on the wire.
    in_hand = OutgoingEmail.objects.get(mailing=newsletter.mailing_id, state=OutgoingEmail.State.SENDING)
    deliver()
    in_hand.refresh_from_db()
    account = account_of(newsletter)
    assert in_hand.state == OutgoingEmail.State.BOUNCED
    assert (account["sent"], account["uncertain"]) == (MAILS - 1, 0)


def test_each_mail_of_an_issue_takes_one_statement(
    under_way: Callable[[], Newsletter],
    readers: list[Subscriber],
    join: Callable[..., Subscriber],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Else a slow machine looks out for packets once more.
    monkeypatch.setattr("mailings.pace.SECONDS_BETWEEN_LOOKS", 3600.0)
    for number in range(20):
        join(f"more{number}@example.org")
    join("first@example.org")
    under_way()

    def statements(whose: str) -> int:
        mails = OutgoingEmail.objects.filter(kind="newsletter")
        mails.update(next_attempt_at=timezone.now() + timedelta(minutes=10))
        mails.filter(email__startswith=whose).update(next_attempt_at=timezone.now() - timedelta(minutes=1))
        with CaptureQueriesContext(connection) as asked:
            delivery.drain()
        assert mails.filter(email__startswith=whose).exclude(state="sent").count() == 0
        return len(asked)

    # What is alike is rendered for the first.
    statements("first")
    assert statements("more") - statements("reader") == 20 - MAILS


def test_a_packet_that_comes_while_an_issue_goes_out_does_not_wait_for_the_rest(
    under_way: Callable[[], Newsletter],
    readers: list[Subscriber],
    ask: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    mailoutbox: Any,
) -> None:
    under_way()
    monkeypatch.setattr("mailings.pace.SECONDS_BETWEEN_LOOKS", 0.0)
    sent = delivery.transport.send

    def ask_after_two(connection: Any, message: Any) -> Any:
        result = sent(connection, message)
        if len(mailoutbox) == 2:
            ask()
        return result

    monkeypatch.setattr(delivery.transport, "send", ask_after_two)
    while delivery.drain():
        pass
    assert [mail.to[0] for mail in mailoutbox].index("zoe@example.com") == 2
    assert len(mailoutbox) == MAILS + 1


def test_what_is_alike_is_encoded_once_and_each_mail_has_its_own_links(
    under_way: Callable[[], Newsletter], readers: list[Subscriber]
) -> None:
    under_way()
    letters.encoded.cache_clear()
    for outgoing in OutgoingEmail.objects.filter(kind="newsletter").select_related("newsletter_recipient__subscriber"):
        subscriber = outgoing.newsletter_recipient.subscriber
        mail = message_from_bytes(written(outgoing).ready())  # type: ignore[attr-defined]
        assert mail["To"] == subscriber.email
        assert mail["Message-ID"] == outgoing.message_id
        links = mail["List-Unsubscribe"]
        assert subscriber.uuid.hex in links
        for part in mail.walk():
            if not part.is_multipart():
                words = part.get_payload(decode=True).decode()  # type: ignore[union-attr]
                assert words.count(subscriber.uuid.hex) == 2
                assert "standin" not in words
        assert "standin" not in str(mail)
    assert letters.encoded.cache_info().misses == 1
