from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from articles.actions import withdraw
from articles.models import Article
from clinic.models import StaffUser
from foundation.actors import JOB, MACHINE
from foundation.models import ClinicProfile
from mailings.models import MailEvent, OutgoingEmail
from newsletters import actions, digest_mail, segments
from newsletters.emails import DIGEST
from newsletters.models import Digest, Newsletter, Subscriber, account_of
from tests.newsletters.conftest import SAYS_OVERTURNED, approve, dated, launch
from tests.newsletters.test_issue_pauses_by_itself import report

OUT_AT, DUE = datetime(2025, 10, 20, 12, tzinfo=UTC), datetime(2025, 11, 5, 18, tzinfo=UTC)
OTHER = "Of something else"


@pytest.fixture
def monthly(join: Callable[..., Subscriber]) -> list[Subscriber]:
    """Some, so that all but the first of their mails go the way of many."""
    return [join(f"zoe{number}@example.org", rhythm=Subscriber.Rhythm.MONTHLY) for number in range(3)]


@pytest.fixture
def out(
    monthly: list[Subscriber],
    join: Callable[..., Subscriber],
    draft: Newsletter,
    under_way: Callable[[], Newsletter],
    deliver: Callable[[], None],
    mailoutbox: Any,
) -> Newsletter:
    join("anna@example.org")
    draft.entries.filter(position=max(draft.entries.values_list("position", flat=True))).delete()
    issue = under_way()
    went_out(issue, deliver)
    mailoutbox.clear()
    return issue


def went_out(issue: Newsletter, deliver: Callable[[], None]) -> None:
    deliver()
    actions.end_finished()
    dated(OUT_AT, OUT_AT, pk=issue.pk)
    issue.refresh_from_db()


@pytest.fixture
def other(
    out: Newsletter, writer: StaffUser, sender: StaffUser, deliver: Callable[[], None], mailoutbox: Any
) -> Newsletter:
    """A second issue of that month, with another article."""
    in_first = [entry["article"] for entry in out.content["entries"]]
    found = Article.objects.published().exclude(SAYS_OVERTURNED).exclude(pk__in=in_first)[:1]
    draft = actions.save_newsletter(by=writer, articles=found, subject=OTHER, preheader="One", introduction="Hello.")
    launched = launch(approve(draft, sender), sender)
    assert launched.scheduled_for
    assert actions.begin_due(launched.scheduled_for) == 1
    went_out(launched, deliver)
    mailoutbox.clear()
    return launched


def take_back(issue: Newsletter) -> None:
    for entry in issue.content["entries"]:
        withdraw(article=Article.objects.get(pk=entry["article"]), reason="Wrong", by=JOB)


def hours(*days: int, opens: int, closes: int) -> None:
    profile = ClinicProfile.objects.get()
    profile.opening_hours.all().delete()
    ClinicProfile.objects.update(time_zone="UTC")
    for day in days:
        profile.opening_hours.create(weekday=day, opens=time(opens), closes=time(closes))


@pytest.mark.parametrize(
    ("day", "hour", "begins"), [(4, 22, False), (5, 3, False), (8, 12, False), (4, 8, False), (4, 9, True)]
)
def test_late_it_waits_for_the_next_hour_of_a_working_day(day: int, hour: int, begins: bool, out: Newsletter) -> None:
    hours(opens=0, closes=0)
    assert actions.begin_due_digest(datetime(2025, 11, day, hour, tzinfo=UTC)) == begins


@pytest.mark.parametrize(("hour", "begins"), [(7, False), (8, True)])
def test_a_clinic_that_never_closes_wakes_nobody(hour: int, begins: bool, out: Newsletter) -> None:
    hours(*range(7), opens=0, closes=0)
    assert actions.begin_due_digest(datetime(2025, 11, 1, hour, 30, tzinfo=UTC)) == begins


def test_after_a_restore_it_goes_to_nobody_a_second_time_by_itself(
    out: Newsletter, sender: StaffUser, deliver: Callable[[], None], mailoutbox: Any
) -> None:
    hours(*range(7), opens=0, closes=0)
    last_month = timezone.now().replace(day=1, hour=12) - timedelta(days=2)
    dated(last_month, last_month, pk=out.pk)
    call_command("doubt_waiting_mail")
    actions.begin_due_digest()
    deliver()
    assert mailoutbox == []
    assert actions.resume_digest(digest=Digest.objects.get(), by=sender)
    deliver()
    assert len(mailoutbox) == 3


def test_what_was_withdrawn_after_it_began_is_left_out(
    out: Newsletter, other: Newsletter, deliver: Callable[[], None], mailoutbox: Any
) -> None:
    assert actions.begin_due_digest(DUE)
    take_back(out)
    deliver()
    assert len(mailoutbox) == 3
    for one in mailoutbox:
        assert other.get_absolute_url() in one.body
        assert out.get_absolute_url() not in one.body


def test_with_nothing_left_to_list_nobody_gets_it(
    out: Newsletter, deliver: Callable[[], None], mailoutbox: Any
) -> None:
    assert actions.begin_due_digest(DUE)
    take_back(out)
    deliver()
    assert mailoutbox == []
    assert account_of(Digest.objects.get())["cancelled"] == 3


@pytest.mark.parametrize("waits", [True, False])
def test_a_report_holds_it_only_while_something_waits(
    waits: bool, out: Newsletter, deliver: Callable[[], None]
) -> None:
    assert actions.begin_due_digest(DUE)
    deliver()
    mails = OutgoingEmail.objects.filter(mailing=Digest.objects.get().mailing_id).order_by("pk")
    if waits:
        mails.filter(pk=mails[2].pk).update(state=OutgoingEmail.State.QUEUED)
    report(mails[0], MailEvent.Kind.COMPLAINED)
    actions.heed_digest_result(mails[0], by=MACHINE)
    assert Digest.objects.get().paused_because == ("complaints" if waits else "")


def test_a_month_in_which_nobody_wishes_one_has_none(out: Newsletter) -> None:
    Subscriber.objects.update(rhythm=Subscriber.Rhythm.EACH)
    assert not actions.begin_due_digest(DUE)
    assert not Digest.objects.exists()


def test_postgres_joins_who_has_an_issue_and_compares_nobody_with_all_of_them(out: Newsletter) -> None:
    out.got = out.did_not_get = out
    for found in (segments.segment(out), segments.digest_segment(out)):
        assert "SubPlan" not in found.explain()
        assert list(found) == []


class WithdrawsAfterTheSecond(EmailBackend):
    """A mail server that takes its time: meanwhile an editor withdraws what the next ones would list."""

    what: Newsletter

    def send_messages(self, messages: Any) -> int:
        sent = int(super().send_messages(messages))
        if len(mail.outbox) == 2:
            take_back(self.what)
        return sent


def test_what_is_withdrawn_while_mails_are_in_hand_is_not_in_the_next_one(
    out: Newsletter, other: Newsletter, deliver: Callable[[], None], mailoutbox: Any, settings: Any
) -> None:
    assert actions.begin_due_digest(DUE)
    settings.EMAIL_BACKEND = f"{__name__}.WithdrawsAfterTheSecond"
    WithdrawsAfterTheSecond.what = out
    deliver()
    assert [out.get_absolute_url() in one.body for one in mailoutbox] == [True, True, False]
    assert all(other.get_absolute_url() in one.body for one in mailoutbox)


def test_what_goes_by_its_day_is_not_listed_from_that_moment(out: Newsletter, deliver: Callable[[], None]) -> None:
    """Of a mail that was prepared before it."""
    assert actions.begin_due_digest(DUE)
    outgoing, day = OutgoingEmail.objects.filter(kind=DIGEST)[0], timezone.now() + timedelta(days=1)
    Article.objects.filter(pk=out.content["entries"][0]["article"]).update(withdraws_at=day)
    digest_mail.prepare([outgoing])
    assert digest_mail.as_prepared(outgoing)[1] == day
    assert may_go(outgoing, day)
    assert not may_go(outgoing, timezone.now() - timedelta(seconds=1))


def may_go(outgoing: OutgoingEmail, until: datetime) -> bool:
    version = digest_mail.as_prepared(outgoing)[0]
    with connection.cursor() as cursor:
        cursor.execute("SELECT digest_may_go(%s, %s, %s)", [outgoing.pk, version, until])
        return bool(cursor.fetchone()[0])
