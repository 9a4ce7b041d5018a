from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from articles.actions import open_notices
from articles.models import Paper, RetractionRecord
from clinic.models import StaffUser
from foundation.addresses import lock_address
from mailings.actions import suppress
from mailings.models import MailEvent, OutgoingEmail
from newsletters import actions
from newsletters.models import Digest, Newsletter, NewsletterRecipient, Subscriber, account_of
from tests.articles.shown import shown
from tests.newsletters.conftest import SUBJECT, approve, articles_of, dated, launch, refused_by_postgres

State = Newsletter.State
ANYBODY = "anna@example.org"


def test_each_confirmed_subscriber_gets_it_once(
    under_way: Callable[[], Newsletter], join: Callable[..., Subscriber], deliver: Callable[[], None], mailoutbox: Any
) -> None:
    for address in (ANYBODY, "bob@example.org"):
        join(address)
    join("pending@example.org", state=Subscriber.State.PENDING, confirmed_at=None)
    newsletter = under_way()
    deliver()
    deliver()
    assert sorted(mail.to[0] for mail in mailoutbox) == [ANYBODY, "bob@example.org"]
    assert actions.end_finished() == 1
    newsletter.refresh_from_db()
    assert (newsletter.state, newsletter.number, newsletter.slug) == (State.SENT, 1, "1-what-we-read-zoe-obrien-sons")
    assert account_of(newsletter) == {
        "sent": 2,
        "failed": 0,
        "bounced": 0,
        "cancelled": 0,
        "uncertain": 0,
        "waiting": 0,
    }
    assert newsletter.candidates == 2


def test_the_mail_says_what_was_approved_with_the_limits_of_each_study(
    under_way: Callable[[], Newsletter], join: Callable[..., Subscriber], deliver: Callable[[], None], mailoutbox: Any
) -> None:
    subscriber = join(ANYBODY)
    newsletter = under_way()
    deliver()
    [mail] = mailoutbox
    assert mail.subject == SUBJECT
    html = mail.alternatives[0].content
    for entry in newsletter.content["entries"]:
        for part in ("title", "summary", "limits", "harms"):
            assert entry[part] in mail.body
        assert entry["path"] in html
    assert "<strong>us</strong>" in html
    assert str(subscriber.uuid.hex) in mail.body
    assert "standin.invalid" not in mail.body + html


def test_links_to_our_pages_are_whole_in_its_text_part_too(
    draft: Newsletter,
    under_way: Callable[[], Newsletter],
    join: Callable[..., Subscriber],
    deliver: Callable[[], None],
    mailoutbox: Any,
) -> None:
    draft.introduction = "Read [this](/research/)."
    draft.save()
    join(ANYBODY)
    under_way()
    deliver()
    assert f"Read [this]({settings.SITE_URL}/research/)." in mailoutbox[0].body


def test_the_mail_says_what_speaks_against_each_study(
    draft: Newsletter,
    staff: StaffUser,
    under_way: Callable[[], Newsletter],
    join: Callable[..., Subscriber],
    deliver: Callable[[], None],
    mailoutbox: Any,
) -> None:
    article = draft.entries.all()[0].article
    shown(
        article,
        staff,
        newer_evidence=[{"effect": "changes", "text": "A larger trial.", "url": "https://example.org/newer"}],
    )
    RetractionRecord.objects.create(record_id="1", nature="concern", doi=article.paper.doi)
    open_notices(Paper.objects.all())
    join(ANYBODY)
    under_way()
    deliver()
    [mail] = mailoutbox
    html = mail.alternatives[0].content
    for words in ("The journal has published a concern about this paper.", "Newer evidence changes the picture."):
        assert words in html
        assert words in mail.body
        assert mail.body.index(words) < mail.body.index(article.content["summary"])


def test_its_headers_let_mail_programs_unsubscribe_and_keep_machines_from_answering(
    under_way: Callable[[], Newsletter], join: Callable[..., Subscriber], deliver: Callable[[], None], mailoutbox: Any
) -> None:
    subscriber = join(ANYBODY)
    under_way()
    deliver()
    headers = mailoutbox[0].extra_headers
    assert subscriber.uuid.hex in headers["List-Unsubscribe"]
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["Precedence"] == "bulk"
    assert headers["List-Archive"].endswith("/newsletter/archive/>")
    assert headers["List-ID"].startswith("newsletter <newsletter.")
    assert "anna" not in headers["Feedback-ID"]
    assert subscriber.uuid.hex not in headers["Feedback-ID"]


def test_whoever_is_suppressed_is_no_candidate(
    under_way: Callable[[], Newsletter], join: Callable[..., Subscriber]
) -> None:
    join(ANYBODY)
    join("back@example.org")
    lock_address("back@example.org")
    suppress(address="back@example.org", reason="comes_back")
    newsletter = under_way()
    assert newsletter.candidates == 1
    assert [found.subscriber.email for found in newsletter.recipients.all()] == [ANYBODY]


@pytest.mark.parametrize("leaves", ["unsubscribes", "is suppressed", "is erased"])
def test_whoever_leaves_after_the_launch_gets_nothing(
    leaves: str,
    under_way: Callable[[], Newsletter],
    join: Callable[..., Subscriber],
    deliver: Callable[[], None],
    mailoutbox: Any,
) -> None:
    subscriber = join(ANYBODY)
    join("stays@example.org")
    newsletter = under_way()
    if leaves == "unsubscribes":
        actions.unsubscribe(subscriber=subscriber.uuid)
    elif leaves == "is suppressed":
        lock_address(ANYBODY)
        suppress(address=ANYBODY, reason="comes_back")
    else:
        subscriber.delete()
    deliver()
    assert [mail.to for mail in mailoutbox] == [["stays@example.org"]]
    account = account_of(newsletter)
    assert (account["sent"], account["cancelled"], account.candidates) == (1, 1, newsletter.candidates)


def test_it_can_be_taken_back_for_a_minute(
    draft: Newsletter, sender: StaffUser, join: Callable[..., Subscriber]
) -> None:
    join(ANYBODY)
    launched = launch(approve(draft, sender), sender)
    assert actions.begin_due() == 0
    actions.take_back(newsletter=launched, by=sender)
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        assert actions.begin_due() == 0
    assert NewsletterRecipient.objects.count() == 0


def test_what_was_due_in_a_restored_backup_waits_for_somebody_to_send_it(
    draft: Newsletter, sender: StaffUser, join: Callable[..., Subscriber]
) -> None:
    join(ANYBODY)
    launched = launch(approve(draft, sender), sender)
    assert launched.scheduled_for is not None
    with time_machine.travel(launched.scheduled_for + timedelta(minutes=5)):
        call_command("doubt_waiting_mail")
        assert actions.begin_due() == 0
        launched.refresh_from_db()
        assert launch(launched, sender).state == State.SCHEDULED


def test_what_is_late_by_more_than_two_hours_asks_first(
    draft: Newsletter, sender: StaffUser, join: Callable[..., Subscriber]
) -> None:
    join(ANYBODY)
    launched = launch(approve(draft, sender), sender)
    assert launched.scheduled_for is not None
    late = launched.scheduled_for + timedelta(hours=2)
    assert actions.begin_due(late) == 0
    with time_machine.travel(late, tick=False):
        assert launched.is_late
        launch(launched, sender)
    launched.refresh_from_db()
    assert actions.begin_due(launched.scheduled_for) == 1


def test_paused_nothing_goes_out_but_other_mail_and_resumed_everybody_gets_it(
    under_way: Callable[[], Newsletter],
    join: Callable[..., Subscriber],
    deliver: Callable[[], None],
    mailoutbox: Any,
    sender: StaffUser,
    ask: Callable[..., Any],
) -> None:
    for number in range(3):
        join(f"reader{number}@example.org")
    newsletter = under_way()
    actions.pause(newsletter=newsletter, by=sender)
    ask()
    deliver()
    assert [mail.to for mail in mailoutbox] == [["zoe@example.com"]]
    assert account_of(newsletter)["waiting"] == 3
    actions.resume(newsletter=newsletter, by=sender)
    deliver()
    account = account_of(newsletter)
    assert (account["sent"], account.candidates) == (3, newsletter.candidates)


def test_cancelled_nobody_else_gets_it_and_the_account_balances(
    under_way: Callable[[], Newsletter],
    join: Callable[..., Subscriber],
    deliver: Callable[[], None],
    mailoutbox: Any,
    sender: StaffUser,
) -> None:
    join(ANYBODY)
    join("bob@example.org")
    newsletter = under_way()
    actions.cancel(newsletter=newsletter, by=sender)
    deliver()
    assert mailoutbox == []
    account = account_of(newsletter)
    assert (account["cancelled"], account.candidates) == (2, newsletter.candidates)
    assert MailEvent.objects.filter(kind="cancelled", actor=sender).count() == 2


def test_nobody_is_added_to_the_account_or_taken_out_of_it(
    under_way: Callable[[], Newsletter], join: Callable[..., Subscriber]
) -> None:
    join(ANYBODY)
    newsletter = under_way()
    assert "written down" in refused_by_postgres(lambda: newsletter.recipients.all().delete())
    mail = OutgoingEmail.objects.get(kind="newsletter")
    assert "counted by" in refused_by_postgres(lambda: OutgoingEmail.objects.filter(pk=mail.pk).update(mailing=None))
    with connection.cursor() as cursor:
        told = refused_by_postgres(
            lambda: cursor.execute("DELETE FROM mailings_outgoingemail WHERE id = %s", [mail.pk])
        )
    assert "counted by" in told


def test_a_segment_is_by_language_joining_and_earlier_issues(
    under_way: Callable[[], Newsletter],
    join: Callable[..., Subscriber],
    deliver: Callable[[], None],
    writer: StaffUser,
) -> None:
    got_it = join(ANYBODY)
    first = under_way()
    deliver()
    new = join("new@example.org", confirmed_at=timezone.now() + timedelta(days=3), language="de")
    assert candidates(writer, first, got=first) == {got_it}
    assert candidates(writer, first, did_not_get=first) == {new}
    assert candidates(writer, first, to_language="de") == {new}
    assert candidates(writer, first, joined_since=(timezone.now() + timedelta(days=2)).date()) == {new}
    assert candidates(writer, first) == {got_it, new}


def test_whoever_may_still_get_an_issue_is_none_who_did_not_get_it(
    under_way: Callable[[], Newsletter], join: Callable[..., Subscriber], writer: StaffUser, sender: StaffUser
) -> None:
    waits = join(ANYBODY)
    first = under_way()
    assert candidates(writer, first, did_not_get=first) == set()
    actions.cancel(newsletter=first, by=sender)
    assert candidates(writer, first, did_not_get=first) == {waits}


def candidates(writer: StaffUser, like: Newsletter, **segment: Any) -> set[Subscriber]:
    from newsletters.segments import segment as of

    saved = actions.save_newsletter(by=writer, articles=articles_of(like), subject="Next", **segment)
    return set(of(saved))


def check_names(mails: list[OutgoingEmail]) -> None:
    """One behind the other for the index; each has digits by chance, and no bit of them is the same in all."""
    assert [int(mail.uuid.hex[8:16], 16) for mail in mails] == list(range(1, len(mails) + 1))
    assert len({mail.uuid.hex[:8] for mail in mails}) == 1
    tails = [int(mail.uuid.hex[16:], 16) for mail in mails]
    assert len({*tails}) == len(mails)
    assert reduce(or_, (tail ^ tails[0] for tail in tails)) == 2**64 - 1
    assert all(mail.message_id.startswith(f"<{mail.uuid.hex}@") for mail in mails)


def test_each_name_and_key_is_the_last_one_so_far(
    join: Callable[..., Subscriber], under_way: Callable[[], Newsletter], writer: StaffUser, sender: StaffUser
) -> None:
    for number in range(12):
        join(f"reader{number}@example.org")
    first = under_way()
    for subject in ("Second", "Third"):
        saved = actions.save_newsletter(by=writer, articles=articles_of(first), subject=subject)
        launched = launch(approve(saved, sender), sender)
        assert actions.begin_due(launched.scheduled_for) == 1
    mails = OutgoingEmail.objects.filter(mailing__isnull=False).order_by("pk")
    for column in ("uuid", "message_id", "dedupe_key"):
        values = list(mails.values_list(column, flat=True))
        assert len(values) == 36
        assert values == sorted(values)


@pytest.mark.parametrize("rhythm", Subscriber.Rhythm.values)
def test_who_reads_the_name_of_their_mail_can_name_no_other(
    rhythm: str, join: Callable[..., Subscriber], under_way: Callable[[], Newsletter]
) -> None:
    # So many that a bit is the same in all of them by chance once in 2**57 runs.
    join(ANYBODY)
    for number in range(64):
        join(f"reader{number}@example.org", rhythm=rhythm)
    mailing = under_way().mailing
    if rhythm == Subscriber.Rhythm.MONTHLY:
        dated(datetime(2025, 10, 20, 12, tzinfo=UTC), datetime(2025, 10, 20, 12, tzinfo=UTC))
        assert actions.begin_due_digest(datetime(2025, 11, 5, 18, tzinfo=UTC))
        mailing = Digest.objects.get().mailing
    assert mailing
    check_names(list(mailing.mails.order_by("uuid")))
