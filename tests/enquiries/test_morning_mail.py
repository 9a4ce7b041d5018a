from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from enquiries.actions.digests import choose_digest
from enquiries.models import Digest, Lead
from enquiries.tasks import write_digests
from foundation import counts
from foundation.models import ClinicProfile
from mailings.models import OutgoingEmail
from tests.browser_posts import untouched
from tests.conftest import AWKWARD_NAME

ACCOUNT = "/accounts/"
# Nine in the morning in New York, where the clinic opens then on weekdays.
MONDAY = datetime(2026, 3, 9, 13, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def clock() -> Any:
    with time_machine.travel(MONDAY - DAY, tick=False) as clock:
        yield clock


@pytest.fixture
def coordinator(clock: Any, first_content: None, django_user_model: Any) -> Client:
    # One who asks for it, and one who does not.
    account, silent = (django_user_model.objects.create_user(f"{name}@clinic.example") for name in ("cora", "sil"))
    for one in (account, silent):
        one.groups.set(Group.objects.filter(name="coordinator"))
    client = Client()
    client.force_login(account)
    return client


def press(client: Client) -> None:
    assert (
        client.post(f"{ACCOUNT}morning-mail/", untouched(client.get(ACCOUNT), "morning-mail-form")).status_code == 302
    )


@pytest.fixture
def morning(clock: Any, deliver: Callable[[], None], mailoutbox: list[Any]) -> Callable[[datetime], list[Any]]:
    """What mail of the kind comes when the job runs at a moment."""

    def at(moment: datetime) -> list[Any]:
        mailoutbox.clear()
        clock.move_to(moment)
        write_digests()
        deliver()
        return [mail for mail in mailoutbox if mail.subject == "What waits this morning"]

    return at


def test_who_asked_for_it_gets_one_a_day_with_counts_and_links_alone(
    coordinator: Client, lead: Lead, morning: Any
) -> None:
    press(coordinator)
    Lead.objects.filter(pk=lead.pk).update(next_action="Ask about the tumour")
    (mail,) = morning(MONDAY)
    assert mail.to == ["cora@clinic.example"]
    assert "Overdue: 1\n" in mail.body
    assert "New and without an owner: 1\n" in mail.body
    assert "?due=overdue\n" in mail.body
    whole = mail.message().as_string()
    assert not any(word in whole for word in (AWKWARD_NAME, lead.email or "", "tumour"))
    assert morning(MONDAY + HOUR) == []
    assert Digest.objects.count() == 1
    assert len(morning(MONDAY + DAY)) == 1


def test_who_ended_it_gets_none(coordinator: Client, lead: Lead, morning: Any) -> None:
    press(coordinator)
    press(coordinator)
    assert morning(MONDAY) == []


def test_none_comes_when_nothing_waits_or_the_clinic_is_closed(coordinator: Client, lead: Lead, morning: Any) -> None:
    press(coordinator)
    for moment in (MONDAY - DAY, MONDAY - 3 * HOUR, MONDAY + 6 * HOUR):
        assert morning(moment) == [], moment
    profile = ClinicProfile.objects.current()
    profile.holidays.create(day=MONDAY.date(), name="A holiday")
    assert morning(MONDAY) == []
    Lead.objects.update(stage="lost", closed_reason="Elsewhere")
    assert morning(MONDAY + DAY) == []


def test_who_left_or_may_see_no_leads_gets_none(coordinator: Client, lead: Lead, morning: Any) -> None:
    press(coordinator)
    Group.objects.get(name="coordinator").user_set.clear()
    assert "morning-mail-form" not in coordinator.get(ACCOUNT).text
    assert coordinator.post(f"{ACCOUNT}morning-mail/", {"wanted": "yes"}).status_code == 403
    assert morning(MONDAY) == []


def test_whoever_has_theirs_is_not_asked_of_again(coordinator: Client, lead: Lead, morning: Any) -> None:
    press(coordinator)
    assert len(morning(MONDAY)) == 1
    with CaptureQueriesContext(connection) as asked:
        write_digests()
    assert not [query for query in asked.captured_queries if '"enquiries_lead"' in query["sql"]]


def test_what_is_wrong_with_one_account_keeps_nobody_elses_mail(
    coordinator: Client, lead: Lead, morning: Any, django_user_model: Any, caplog: pytest.LogCaptureFixture
) -> None:
    press(coordinator)
    broken = django_user_model.objects.get(email="cora@clinic.example")
    fine = django_user_model.objects.get(email="sil@clinic.example")
    choose_digest(account=fine, wanted=True)
    # A mail of that key is another's already.
    other = OutgoingEmail.objects.create(kind="digest", email=broken.email, dedupe_key=f"digest:{broken.pk}:2026-03-09")
    Digest.objects.create(account=fine, day=MONDAY.date() - DAY, outgoing=other)
    assert [mail.to for mail in morning(MONDAY)] == [[fine.email]]
    assert f"account {broken.pk}" in caplog.text


def test_a_list_of_thousands_is_not_counted_out(
    coordinator: Client, lead: Lead, morning: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    press(coordinator)
    for name in "abc":
        Lead.objects.create(email=f"{name}@example.org", next_action="Call", next_action_on=MONDAY.date() - DAY)
    monkeypatch.setattr(counts, "MOST_COUNTED", 2)
    (mail,) = morning(MONDAY)
    assert "Overdue: more than 2\n" in mail.body
