from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from articles.actions import withdraw
from articles.models import Article, Topic
from clinic.models import StaffUser
from foundation.actors import JOB
from foundation.models import ClinicProfile
from foundation.tokens import hash_address
from mailings.models import BulkMinute, Mailing, OutgoingEmail, Suppression
from newsletters import actions, segments
from newsletters.digest_mail import first_line
from newsletters.models import Digest, DigestRecipient, Newsletter, NewsletterRecipient, Subscriber, account_of
from tests.newsletters.conftest import SUBJECT, articles_of, dated

MONTHLY = "zoe@example.org"
EACH = "anna@example.org"
# The first of these months is a Saturday and a Sunday; some days after it the clinic has opened for sure.
OUT_AT = datetime(2025, 10, 20, 12, tzinfo=UTC)
TOO_EARLY, DUE = datetime(2025, 11, 2, 23, tzinfo=UTC), datetime(2025, 11, 5, 18, tzinfo=UTC)
LATER = ((2025, 12), (2026, 1))


@pytest.fixture
def monthly(join: Callable[..., Subscriber]) -> Subscriber:
    return join(MONTHLY, rhythm=Subscriber.Rhythm.MONTHLY)


@pytest.fixture
def out(
    join: Callable[..., Subscriber], under_way: Callable[[], Newsletter], deliver: Callable[[], None], mailoutbox: Any
) -> Callable[[], Newsletter]:
    """The issue went out in October to whoever wants each."""

    def sent() -> Newsletter:
        join(EACH)
        issue = under_way()
        deliver()
        actions.end_finished()
        dated(OUT_AT, OUT_AT, pk=issue.pk)
        mailoutbox.clear()
        return issue

    return sent


def test_who_wishes_one_mail_a_month_gets_the_digest_and_not_the_issue(
    monthly: Subscriber, out: Callable[[], Newsletter], deliver: Callable[[], None], mailoutbox: Any
) -> None:
    issue = out()
    assert [found.subscriber.email for found in issue.recipients.all()] == [EACH]
    assert actions.begin_due_digest(DUE)
    deliver()
    [mail] = mailoutbox
    assert (mail.to, mail.subject) == ([MONTHLY], "Our newsletter in October 2025")
    for body in (mail.body, mail.alternatives[0].content):
        assert SUBJECT.partition("'")[0] in body
        assert "Hello from us." in body
        assert issue.get_absolute_url() in body
        assert monthly.uuid.hex in body
    assert monthly.uuid.hex in mail.extra_headers["List-Unsubscribe"]
    assert mail.extra_headers["Precedence"] == "bulk"
    assert account_of(Digest.objects.get())["sent"] == 1
    # Of the issue itself they are no recipient.
    assert NewsletterRecipient.objects.count() == account_of(issue).candidates == 1


def corrects(issue: Newsletter, writer: StaffUser, **segment: Newsletter) -> Newsletter:
    return actions.save_newsletter(by=writer, articles=articles_of(issue), subject="A correction", **segment)


@pytest.mark.parametrize("which", ["got", "did_not_get"])
def test_who_read_of_an_issue_in_the_monthly_mail_is_among_who_got_it(
    monthly: Subscriber,
    out: Callable[[], Newsletter],
    join: Callable[..., Subscriber],
    deliver: Callable[[], None],
    writer: StaffUser,
    which: str,
) -> None:
    issue = out()
    other = join("bob@example.org", rhythm=Subscriber.Rhythm.MONTHLY)
    assert actions.begin_due_digest(DUE)
    OutgoingEmail.objects.filter(digest_recipient__subscriber=other).update(state=OutgoingEmail.State.CANCELLED)
    deliver()
    issue.refresh_from_db()
    correction = corrects(issue, writer, **{which: issue})
    assert set(segments.digest_segment(correction)) == {monthly if which == "got" else other}
    Subscriber.objects.update(rhythm=Subscriber.Rhythm.EACH)
    each = set(segments.segment(correction))
    assert each == (set(Subscriber.objects.exclude(pk=other.pk)) if which == "got" else {other})


@pytest.mark.parametrize("is_hashed", [True, False])
def test_who_is_suppressed_is_not_among_those_who_get_it(
    monthly: Subscriber, out: Callable[[], Newsletter], join: Callable[..., Subscriber], is_hashed: bool
) -> None:
    barred = join("bob@example.org", rhythm=Subscriber.Rhythm.MONTHLY)
    Suppression.objects.create(address_hash=hash_address(barred.email), reason=Suppression.Reason.COMPLAINT)
    if not is_hashed:
        Subscriber.objects.update(address_hash=None)
    out()
    assert actions.begin_due_digest(DUE)
    assert [found.subscriber for found in DigestRecipient.objects.all()] == [monthly]


@pytest.mark.parametrize("over_at", [datetime(2025, 11, 1, 17, tzinfo=UTC), DUE + timedelta(hours=3)])
def test_an_issue_of_the_last_day_is_in_the_mail_of_its_month_or_if_it_was_still_under_way_in_the_next(
    monthly: Subscriber, out: Callable[[], Newsletter], over_at: datetime
) -> None:
    """One mailbox that was full keeps it under way for a day, and a limit for a week."""
    issue = out()
    begun_at = datetime(2025, 10, 31, 12, tzinfo=UTC)
    dated(begun_at, *((over_at, "sent") if over_at < DUE else (None, "sending")))
    months = [actions.begin_due_digest(DUE)]
    dated(begun_at, over_at)
    months += [actions.begin_due_digest(datetime(year, month, 5, 18, tzinfo=UTC)) for year, month in LATER]
    assert months == ([True, False, False] if over_at < DUE else [False, True, False])
    assert DigestRecipient.objects.get().issues == [issue.pk]


def test_it_cuts_no_sentence_in_two(
    monthly: Subscriber, draft: Newsletter, out: Callable[[], Newsletter], deliver: Callable[[], None], mailoutbox: Any
) -> None:
    first = f"In one trial{', as its authors have written,' * 9} the cells seemed to help, but chance may explain it."
    Newsletter.objects.filter(pk=draft.pk).update(introduction=f"{first} {'And more of it. ' * 20}")
    draft.refresh_from_db()
    out()
    assert actions.begin_due_digest(DUE)
    deliver()
    assert f"{first} …\n" in mailoutbox[0].body
    assert first_line(first) == first


def test_it_begins_once_on_the_first_working_morning(
    monthly: Subscriber, out: Callable[[], Newsletter], deliver: Callable[[], None], mailoutbox: Any
) -> None:
    out()
    assert not actions.begin_due_digest(TOO_EARLY)
    assert actions.begin_due_digest(DUE)
    assert not actions.begin_due_digest(DUE + timedelta(days=3))
    deliver()
    assert len(mailoutbox) == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Digest.objects.create(month=Digest.objects.get().month, mailing_id=Digest.objects.get().mailing_id)
    with pytest.raises(IntegrityError), transaction.atomic():
        DigestRecipient.objects.update(issues=[])


def test_a_month_without_an_issue_has_none(monthly: Subscriber, out: Callable[[], Newsletter]) -> None:
    out()
    dated(OUT_AT - timedelta(days=30), OUT_AT - timedelta(days=30))
    assert not actions.begin_due_digest(DUE)
    assert not Digest.objects.exists()


def test_it_lists_what_is_on_their_topics_and_what_they_have_not_had(
    monthly: Subscriber, draft: Newsletter, join: Callable[..., Subscriber], out: Callable[[], Newsletter]
) -> None:
    liver, safety = Topic.objects.all()[:2]
    draft.topics.add(liver)
    monthly.topics.add(safety)
    reads_it, had_it = (join(f"{name}@example.org") for name in ("reads", "had"))
    reads_it.topics.add(liver)
    Subscriber.objects.filter(pk=reads_it.pk).update(rhythm=Subscriber.Rhythm.MONTHLY)
    out()
    Subscriber.objects.filter(pk=had_it.pk).update(rhythm=Subscriber.Rhythm.MONTHLY)
    assert actions.begin_due_digest(DUE)
    assert [found.subscriber for found in DigestRecipient.objects.all()] == [reads_it]


@pytest.mark.parametrize(
    "change",
    [
        {"rhythm": "each"},
        {"state": "unsubscribed"},
        {"paused_until": timezone.now() + timedelta(days=9)},
    ],
)
def test_it_is_asked_again_for_each_mail(
    change: dict[str, Any],
    monthly: Subscriber,
    out: Callable[[], Newsletter],
    deliver: Callable[[], None],
    mailoutbox: Any,
) -> None:
    out()
    assert actions.begin_due_digest(DUE)
    Subscriber.objects.filter(pk=monthly.pk).update(**change)
    deliver()
    assert mailoutbox == []
    digest = Digest.objects.get()
    assert (account_of(digest)["cancelled"], account_of(digest).candidates) == (1, digest.candidates)


def test_what_nobody_should_be_sent_to_any_more_is_not_listed(
    monthly: Subscriber, out: Callable[[], Newsletter], sender: StaffUser
) -> None:
    issue = out()
    withdraw(article=Article.objects.get(pk=issue.content["entries"][0]["article"]), reason="Wrong", by=JOB)
    assert not actions.begin_due_digest(DUE)


def test_whoever_is_erased_leaves_the_account_as_it_is(
    monthly: Subscriber, out: Callable[[], Newsletter], deliver: Callable[[], None], mailoutbox: Any
) -> None:
    out()
    assert actions.begin_due_digest(DUE)
    actions.erase_subscriber(subscriber=monthly.uuid)
    deliver()
    assert mailoutbox == []
    recipient = DigestRecipient.objects.select_related("outgoing").get()
    assert (recipient.subscriber_id, recipient.outgoing.is_erased) == (None, True)


def test_staff_hold_it_and_let_it_go_on(
    monthly: Subscriber, out: Callable[[], Newsletter], deliver: Callable[[], None], mailoutbox: Any, desk: Client
) -> None:
    out()
    assert actions.begin_due_digest(DUE)
    digest, page = Digest.objects.get(), "/admin/newsletters/newsletter/digests/"
    assert "Paused. Other mail goes on." in desk.post(f"{page}{digest.pk}/pause/", follow=True).text
    deliver()
    assert mailoutbox == []
    assert "Somebody who works here paused it. Sam Staff</li>" in desk.get(page).text
    assert "Monthly e-mails that wait" in desk.get("/admin/").text
    assert "It goes on." in desk.post(f"{page}{digest.pk}/resume/", follow=True).text
    assert "It went on. Sam Staff</li>" in desk.get(page).text
    deliver()
    assert [mail.to for mail in mailoutbox] == [[MONTHLY]]


def test_older_ones_stand_on_pages_of_their_own(first_content: None, desk: Client) -> None:
    for month in range(1, 8):
        Digest.objects.create(month=date(2025, month, 1), mailing=Mailing.objects.create())
    first, second = (desk.get(f"/admin/newsletters/newsletter/digests/?page={number}").text for number in (1, 2))
    assert [first.count("<section"), second.count("<section")] == [6, 1]
    assert "January 2025" in second
    assert "page=2" in first


def test_a_clinic_that_states_no_hours_sends_it_on_monday_at_nine(
    monthly: Subscriber, out: Callable[[], Newsletter]
) -> None:
    profile = ClinicProfile.objects.get()
    profile.opening_hours.all().delete()
    ClinicProfile.objects.update(time_zone="UTC")
    out()
    # Monday the third, before and after nine.
    assert not actions.begin_due_digest(datetime(2025, 11, 3, 8, tzinfo=UTC))
    assert actions.begin_due_digest(datetime(2025, 11, 3, 9, tzinfo=UTC))


def test_who_left_takes_no_turn_of_the_monthly_mail_from_who_waits(
    monthly: Subscriber,
    join: Callable[..., Subscriber],
    out: Callable[[], Newsletter],
    deliver: Callable[[], None],
    mailoutbox: Any,
    settings: Any,
) -> None:
    others = [join(f"reader{number}@example.org", rhythm=Subscriber.Rhythm.MONTHLY) for number in range(3)]
    out()
    assert actions.begin_due_digest(DUE)
    first = DigestRecipient.objects.order_by("outgoing")[0].subscriber
    assert first
    Subscriber.objects.filter(pk=first.pk).update(state="unsubscribed")
    settings.BULK_PER_DAY = 3
    deliver()
    assert {mail.to[0] for mail in mailoutbox} == {found.email for found in (monthly, *others)} - {first.email}


def test_who_has_nothing_left_to_read_takes_no_turn(
    monthly: Subscriber,
    out: Callable[[], Newsletter],
    deliver: Callable[[], None],
    mailoutbox: Any,
    settings: Any,
) -> None:
    issue = out()
    assert actions.begin_due_digest(DUE)
    withdraw(article=Article.objects.get(pk=issue.content["entries"][0]["article"]), reason="Wrong", by=JOB)
    settings.BULK_PER_DAY = 3
    deliver()
    assert mailoutbox == []
    assert DigestRecipient.objects.get().outgoing.state == OutgoingEmail.State.CANCELLED
    assert not BulkMinute.objects.exists()
