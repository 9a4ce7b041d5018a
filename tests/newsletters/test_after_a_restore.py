"""What staff read of issues and monthly e-mails that may be out since the backup was made."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from clinic.models import StaffUser
from foundation.models import ClinicProfile
from newsletters import actions
from newsletters.models import Digest, Newsletter, NewsletterRecipient, Subscriber
from tests.browser_posts import untouched
from tests.newsletters.conftest import approve, dated, launch

DIGESTS = "/admin/newsletters/newsletter/digests/"
RESTORED = "The database was restored from a backup"


@pytest.fixture
def path(draft: Newsletter, sender: StaffUser, join: Callable[..., Subscriber]) -> str:
    """Of an issue that somebody said to send, with one reader for it."""
    join("zoe@example.org")
    launch(approve(draft, sender), sender)
    return f"/admin/newsletters/newsletter/{draft.pk}/"


@pytest.mark.parametrize("hours", [1, 5])
def test_nobody_is_told_of_what_may_be_out_that_nobody_got_it(path: str, desk: Client, hours: int) -> None:
    Newsletter.objects.update(scheduled_for=timezone.now() - timedelta(hours=hours))
    call_command("doubt_waiting_mail")
    page = desk.get(f"{path}change/").text
    assert RESTORED in page
    assert "Nobody got it" not in page
    assert "the site was away" not in page
    assert "held after a restore" in page
    assert "Newsletters that wait" in desk.get("/admin/").text


def test_sent_or_made_a_draft_again_it_says_so_no_more(path: str, desk: Client) -> None:
    Newsletter.objects.update(scheduled_for=timezone.now() - timedelta(hours=5))
    call_command("doubt_waiting_mail")
    desk.post(f"{path}launch/", untouched(desk.get(f"{path}change/"), "launch_form"))
    assert Newsletter.objects.get().state == Newsletter.State.SCHEDULED
    assert RESTORED not in desk.get(f"{path}change/").text


def test_what_is_for_a_time_to_come_goes_out_at_it(path: str, desk: Client) -> None:
    call_command("doubt_waiting_mail")
    found = Newsletter.objects.get()
    assert found.scheduled_for
    assert RESTORED not in desk.get(f"{path}change/").text
    assert actions.begin_due(found.scheduled_for) == 1
    assert NewsletterRecipient.objects.count() == 1


def test_of_a_monthly_e_mail_the_page_says_that_it_may_be_out(
    under_way: Callable[[], Newsletter], deliver: Callable[[], None], join: Callable[..., Subscriber], desk: Client
) -> None:
    join("anna@example.org")
    join("zoe@example.org", rhythm=Subscriber.Rhythm.MONTHLY)
    under_way()
    deliver()
    actions.end_finished()
    first_day = ClinicProfile.objects.current().today().replace(day=1)
    last_month = datetime.combine(first_day, time(), UTC) - timedelta(days=2)
    dated(last_month, last_month)
    call_command("doubt_waiting_mail")
    assert Digest.objects.get().paused_because
    page = desk.get(DIGESTS).text
    assert page.count(RESTORED) == 2
    assert "Somebody who works here paused it" not in page
