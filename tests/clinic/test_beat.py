from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from celery import Celery
from celery.schedules import crontab
from django.conf import settings
from django.db import connection
from django.db.models.functions import Now

from clinic.beat import RowScheduler
from clinic.jobs import next_tick
from clinic.models import JobTick
from tests.broker import Broker

DAY = 24 * 3600
NIGHTLY = crontab(hour=3, minute=17)


@pytest.fixture
def broker() -> Iterator[Broker]:
    with Broker() as broker:
        yield broker


@pytest.fixture
def scheduler(db: None, broker: Broker) -> RowScheduler:
    return broker.scheduler({"job": {"task": "a.job", "schedule": DAY, "options": {"expires": 15}}})


def last_ticked(job: str, ago: timedelta) -> None:
    JobTick.objects.update_or_create(job=job, defaults={"ticked_at": Now() - ago})


def test_a_job_whose_period_has_begun_ticks_once_with_its_options(scheduler: RowScheduler, broker: Broker) -> None:
    last_ticked("job", timedelta(days=1))
    scheduler.tick()
    scheduler.tick()
    [task] = broker.tasks()
    assert task["headers"]["task"] == "a.job"
    assert task["headers"]["expires"]


def test_a_new_job_begins_with_its_next_period(scheduler: RowScheduler, broker: Broker) -> None:
    scheduler.tick()
    assert JobTick.objects.get().job == "job"
    assert broker.tasks() == []


def test_a_nightly_job_missed_for_three_nights_ticks_once_at_the_next_start(db: None, broker: Broker) -> None:
    last_ticked("night", timedelta(days=3))
    for _start in range(2):
        broker.scheduler({"night": {"task": "a.job", "schedule": NIGHTLY}}).tick()
    assert len(broker.tasks()) == 1


def test_a_beat_sleeps_until_the_next_period_and_never_long(db: None, broker: Broker) -> None:
    assert broker.scheduler({"soon": {"task": "a.job", "schedule": 1}}).tick() <= 1
    assert 0 < broker.scheduler({"late": {"task": "a.job", "schedule": NIGHTLY}}).tick() <= 5


def test_who_read_the_row_before_another_beat_ticked_does_not_tick(scheduler: RowScheduler, broker: Broker) -> None:
    last_ticked("job", timedelta(days=1))
    [seen] = scheduler.rows()
    scheduler.tick()
    assert scheduler.is_settled(seen)
    assert len(broker.tasks()) == 1


def test_without_a_broker_the_tick_is_not_used_up_and_one_line_says_so(
    scheduler: RowScheduler, broker: Broker, caplog: pytest.LogCaptureFixture
) -> None:
    last_ticked("job", timedelta(days=1))
    before = JobTick.objects.get().ticked_at
    with broker.away():
        assert [scheduler.tick() for _try in range(3)] == [1, 1, 1]
    assert JobTick.objects.get().ticked_at == before
    assert [record.message for record in caplog.records] == ["the jobs wait for the broker (OperationalError)"]
    scheduler.tick()
    assert len(broker.tasks()) == 1


def test_a_job_that_cannot_be_sent_holds_up_no_other(db: None, broker: Broker) -> None:
    for job in ("broken", "whole"):
        last_ticked(job, timedelta(days=1))
    broken = {"task": "a.job", "schedule": DAY, "args": [object()]}
    broker.scheduler({"broken": broken, "whole": {"task": "whole.job", "schedule": DAY}}).tick()
    assert [task["headers"]["task"] for task in broker.tasks()] == ["whole.job"]


@pytest.mark.django_db(transaction=True)
def test_without_a_database_a_beat_says_one_line_and_waits(
    broker: Broker, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    scheduler = broker.scheduler({"job": {"task": "a.job", "schedule": DAY}})
    last_ticked("job", timedelta(days=1))
    connection.close()
    with monkeypatch.context() as away:
        away.setitem(connection.settings_dict, "HOST", "127.0.0.1")
        away.setitem(connection.settings_dict, "PORT", "1")
        assert [scheduler.tick() for _try in range(3)] == [1, 1, 1]
    assert [record.message for record in caplog.records] == ["the jobs wait for the database (OperationalError)"]
    scheduler.tick()
    assert len(broker.tasks()) == 1


def test_a_server_whose_clock_was_years_ahead_does_not_stop_a_job_for_years(
    scheduler: RowScheduler, broker: Broker
) -> None:
    last_ticked("job", timedelta(days=-1000))
    scheduler.tick()
    last_ticked("job", timedelta(days=1))
    scheduler.tick()
    assert len(broker.tasks()) == 1


def test_what_ended_well_years_ahead_is_waited_for_from_now_on(scheduler: RowScheduler) -> None:
    JobTick.objects.create(job="job", ticked_at=Now(), ended_at=Now() + timedelta(days=1000))
    scheduler.tick()
    assert not JobTick.objects.filter(ended_at__gt=Now()).exists()


@pytest.mark.parametrize(
    ("schedule", "after", "then"),
    [
        (NIGHTLY, datetime(2026, 3, 1, 3, 16, 59, tzinfo=UTC), datetime(2026, 3, 1, 3, 17, tzinfo=UTC)),
        (NIGHTLY, datetime(2026, 3, 1, 3, 17, 0, 5, tzinfo=UTC), datetime(2026, 3, 2, 3, 17, tzinfo=UTC)),
        (crontab(minute=0), datetime(2026, 12, 31, 23, 0, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)),
        (15, datetime(2026, 3, 1, 3, 16, 59, tzinfo=UTC), datetime(2026, 3, 1, 3, 17, tzinfo=UTC)),
        (15, datetime(2026, 3, 1, 3, 17, tzinfo=UTC), datetime(2026, 3, 1, 3, 17, 15, tzinfo=UTC)),
    ],
)
def test_periods_begin_at_the_same_moment_for_every_beat(schedule: Any, after: datetime, then: datetime) -> None:
    entry = RowScheduler.Entry(name="job", task="a.job", schedule=schedule, app=Celery("periods", set_as_current=False))
    assert next_tick(entry.schedule, after) == then


def test_the_sites_own_schedule_is_all_in_rows(db: None) -> None:
    from clinic.celery import app

    RowScheduler(app).tick()
    assert set(JobTick.objects.values_list("job", flat=True)) == set(settings.CELERY_BEAT_SCHEDULE)
    assert app.conf.beat_scheduler == "clinic.beat:RowScheduler"
