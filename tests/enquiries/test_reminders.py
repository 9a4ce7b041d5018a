from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.test import Client

from enquiries.actions import assign_lead, move_lead, set_next_action
from enquiries.models import Lead, Reminder
from enquiries.tasks import write_reminders
from tests.browser_posts import untouched
from tests.conftest import AWKWARD_NAME

ACCOUNT = "/accounts/"
# Nine in the morning in New York, where the clinic is.
NINE = datetime(2026, 3, 9, 13, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HALF_PAST_TEN = NINE + 90 * MINUTE


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(NINE, tick=False) as clock:
        yield clock


@pytest.fixture
def cora(clock: Any, first_content: None, django_user_model: Any) -> Any:
    account = django_user_model.objects.create_user("cora@clinic.example", name="Cora")
    account.groups.set(Group.objects.filter(name="coordinator"))
    return account


@pytest.fixture
def planned(clock: Any, cora: Any, lead: Lead, staff: Any) -> Lead:
    set_next_action(
        lead=lead,
        next_action="Ask about the tumour",
        next_action_on=NINE.date(),
        next_action_at=HALF_PAST_TEN,
        by=staff,
    )
    return assign_lead(lead=lead, owner=cora, by=staff)


def press(account: Any) -> None:
    client = Client()
    client.force_login(account)
    form = untouched(client.get(ACCOUNT), "reminders-form")
    assert client.post(f"{ACCOUNT}reminders/", form).status_code == 302


@pytest.fixture
def mails(clock: Any, deliver: Callable[[], None], mailoutbox: list[Any]) -> Callable[[datetime], list[Any]]:
    """What reminders come when the job runs at a moment."""

    def at(moment: datetime) -> list[Any]:
        mailoutbox.clear()
        clock.move_to(moment)
        write_reminders()
        deliver()
        return [mail for mail in mailoutbox if mail.subject.startswith("Planned for ")]

    return at


def test_who_asked_for_it_gets_one_before_each_time_without_a_word_of_the_person(
    cora: Any, planned: Lead, mails: Any
) -> None:
    press(cora)
    assert mails(HALF_PAST_TEN - 16 * MINUTE) == []
    (mail,) = mails(HALF_PAST_TEN - 14 * MINUTE)
    assert (mail.to, mail.subject) == (["cora@clinic.example"], "Planned for 10:30 a.m.")
    assert f"/admin/enquiries/lead/{planned.pk}/change/\n" in mail.body
    whole = mail.message().as_string()
    assert not any(word in whole for word in (AWKWARD_NAME, planned.email or "", "tumour", "Answer"))
    assert mails(HALF_PAST_TEN - 9 * MINUTE) == []
    assert Reminder.objects.count() == 1


def test_nobody_gets_one_unasked_or_after_they_ended_it(cora: Any, planned: Lead, mails: Any) -> None:
    assert mails(HALF_PAST_TEN - 10 * MINUTE) == []
    press(cora)
    press(cora)
    assert mails(HALF_PAST_TEN - 9 * MINUTE) == []


def put_off(lead: Lead, staff: Any) -> None:
    plan = {"next_action": lead.next_action, "next_action_on": NINE.date()}
    set_next_action(lead=lead, next_action_at=HALF_PAST_TEN + 60 * MINUTE, by=staff, **plan)


def done(lead: Lead, staff: Any) -> None:
    set_next_action(lead=lead, next_action="Call", next_action_on=NINE.date() + timedelta(days=1), by=staff)


def close(lead: Lead, staff: Any) -> None:
    move_lead(lead=lead, stage="lost", reason="Elsewhere", by=staff)


def hand_over(lead: Lead, staff: Any) -> None:
    assign_lead(lead=lead, owner=staff, by=staff)


def leave(lead: Lead, staff: Any) -> None:
    assert lead.owner
    lead.owner.is_active = False
    lead.owner.save()


@pytest.mark.parametrize("change", [put_off, done, close, hand_over, leave])
@pytest.mark.parametrize("is_written", [False, True])
def test_none_comes_of_what_changed_before_or_after_it_was_written(
    cora: Any, planned: Lead, mails: Any, clock: Any, staff: Any, change: Any, is_written: bool
) -> None:
    press(cora)
    clock.move_to(HALF_PAST_TEN - 10 * MINUTE)
    if is_written:
        write_reminders()
    change(planned, staff)
    assert mails(HALF_PAST_TEN - 9 * MINUTE) == []
    assert Reminder.objects.exists() is is_written


def test_one_that_waited_too_long_is_not_sent(cora: Any, planned: Lead, mails: Any, clock: Any) -> None:
    press(cora)
    clock.move_to(HALF_PAST_TEN - 10 * MINUTE)
    write_reminders()
    assert mails(HALF_PAST_TEN + 20 * MINUTE) == []


def test_who_follows_up_no_leads_may_not_ask_for_it(cora: Any) -> None:
    Group.objects.get(name="coordinator").user_set.clear()
    client = Client()
    client.force_login(cora)
    assert "reminders-form" not in client.get(ACCOUNT).text
    assert client.post(f"{ACCOUNT}reminders/", {"wanted": "yes"}).status_code == 403


def plan_for(lead: Lead, moment: datetime, staff: Any) -> None:
    plan = {"next_action": lead.next_action, "next_action_on": NINE.date()}
    set_next_action(lead=lead, next_action_at=moment, by=staff, **plan)


def next_run(schedule: Any, after: datetime) -> datetime:
    minutes = (after.replace(second=0) + number * MINUTE for number in range(1, 61))
    return next(moment for moment in minutes if moment.minute in schedule.minute)


@pytest.mark.parametrize("minutes", [1, 2, 4, 14])
def test_what_is_put_off_by_minutes_or_planned_for_soon_is_reminded_of_before_its_time(
    cora: Any, planned: Lead, mails: Any, clock: Any, staff: Any, settings: Any, minutes: int
) -> None:
    press(cora)
    assert len(mails(HALF_PAST_TEN - 15 * MINUTE)) == 1
    put_off_at = HALF_PAST_TEN + timedelta(seconds=30)
    clock.move_to(put_off_at)
    moment = HALF_PAST_TEN + (1 + minutes) * MINUTE
    plan_for(planned, moment, staff)
    runs_at = next_run(settings.CELERY_BEAT_SCHEDULE["write-reminders"]["schedule"], put_off_at)
    assert runs_at < moment
    [mail] = mails(runs_at)
    assert mail.subject == f"Planned for 10:{moment.minute} a.m."


def test_what_was_put_off_and_back_before_its_mail_was_out_is_reminded_of(
    cora: Any, planned: Lead, mails: Any, clock: Any, staff: Any
) -> None:
    press(cora)
    clock.move_to(HALF_PAST_TEN - 15 * MINUTE)
    write_reminders()
    plan_for(planned, HALF_PAST_TEN + 60 * MINUTE, staff)
    assert mails(HALF_PAST_TEN - 14 * MINUTE) == []
    plan_for(planned, HALF_PAST_TEN, staff)
    [mail] = mails(HALF_PAST_TEN - 13 * MINUTE)
    assert mail.subject == "Planned for 10:30 a.m."
    assert mails(HALF_PAST_TEN - 12 * MINUTE) == []


def test_the_minute_itself_is_not_too_late(cora: Any, planned: Lead, mails: Any, clock: Any, staff: Any) -> None:
    press(cora)
    clock.move_to(HALF_PAST_TEN - 40 * timedelta(seconds=1))
    plan_for(planned, HALF_PAST_TEN, staff)
    assert len(mails(HALF_PAST_TEN + timedelta(seconds=20))) == 1
    assert mails(HALF_PAST_TEN + 2 * MINUTE) == []
