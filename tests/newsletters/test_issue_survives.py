import uuid
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes
from typing import Any

import pytest
from django.utils import timezone

from clinic.models import StaffUser
from mailings import delivery, letters
from mailings.emails import written
from mailings.models import OutgoingEmail
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
