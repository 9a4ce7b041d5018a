"""A job that ends in an error each night is seen by more than the worker's log."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from celery.exceptions import TimeLimitExceeded
from celery.schedules import maybe_schedule
from celery.signals import task_failure
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone

from clinic import jobs
from clinic.celery import app
from clinic.models import JobTick
from tests.clinic.test_metrics import numbers
from tests.test_architecture import ROOT

HOURLY = "forget-old-lists"
TASK = settings.CELERY_BEAT_SCHEDULE[HOURLY]["task"]
CANARY = "Ms Canary, 555 0100"


@pytest.fixture
def job(db: None) -> JobTick:
    return JobTick.objects.create(job=HOURLY, ticked_at=Now(), ended_at=Now() - timedelta(hours=3))


def the_task() -> Any:
    app.loader.import_default_modules()
    return app.tasks[TASK]


def run() -> None:
    """As a worker does, which sends the signals."""
    the_task().apply()


def fail(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise LookupError(CANARY)

    monkeypatch.setattr(the_task(), "run", broken)
    run()
    monkeypatch.undo()


def test_each_job_is_said_in_words(db: None) -> None:
    assert set(jobs.WORDS) == set(settings.CELERY_BEAT_SCHEDULE)


def test_the_alert_of_hourly_jobs_leaves_out_the_rare_ones() -> None:
    [left_out] = re.findall(r'job!~"(.+?)"', (ROOT / "docs/operating.md").read_text())
    rare = {job for job, entry in settings.CELERY_BEAT_SCHEDULE.items() if period(entry) > timedelta(hours=1)}
    assert set(left_out.split("|")) == rare


def period(entry: dict[str, Any]) -> timedelta:
    schedule = maybe_schedule(entry["schedule"])
    turn = jobs.next_tick(schedule, timezone.now())
    return jobs.next_tick(schedule, turn) - turn


def test_a_job_that_ends_well_says_so(job: JobTick) -> None:
    assert jobs.behind() == [job]
    run()
    assert jobs.behind() == []


def test_a_job_that_fails_is_behind_with_the_name_of_its_error_alone(
    job: JobTick, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail(monkeypatch)
    [found] = jobs.behind()
    assert found.error == "LookupError"
    assert found.failed_at
    assert CANARY not in str(vars(found))
    run()
    job.refresh_from_db()
    assert job.error == ""
    assert jobs.behind() == []


@pytest.fixture
def colleague(django_user_model: Any) -> Any:
    return django_user_model.objects.create_user("first@clinic.example")


def test_a_site_that_was_set_up_a_moment_ago_has_no_job_behind(colleague: Any) -> None:
    assert jobs.behind() == []


@pytest.mark.django_db(transaction=True)
def test_a_beat_that_was_never_started_is_seen(
    colleague: Any, client: Client, browser: Callable[[str], Client], django_user_model: Any
) -> None:
    django_user_model.objects.update(joined_at=Now() - timedelta(hours=3))
    assert f"remark: the job {HOURLY} never ran" in client.get("/readyz").text
    page = browser("manager").get("/admin/").text
    assert "What the site does by itself is behind" in page
    assert "never ran" in page
    assert "last well" not in page
    assert "tried again" not in page


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_ends_a_job_for_its_time_keeps_no_connection(job: JobTick) -> None:
    task_failure.send(sender=the_task(), exception=TimeLimitExceeded(180))
    assert connection.connection is None
    assert jobs.behind()[0].error == "TimeLimitExceeded"


def test_an_error_of_a_moment_ago_is_not_called_behind_yet(job: JobTick, monkeypatch: pytest.MonkeyPatch) -> None:
    run()
    fail(monkeypatch)
    assert jobs.behind() == []
    assert JobTick.objects.get().error == "LookupError"


def test_a_job_that_is_new_or_has_no_turn_is_not_behind(db: None) -> None:
    JobTick.objects.create(job="erase-old", ticked_at=Now() - timedelta(days=9))
    JobTick.objects.create(job="backup", ticked_at=Now(), ended_at=Now() - timedelta(days=9))
    assert jobs.behind() == []


def test_what_runs_all_the_time_is_written_once_a_minute(db: None) -> None:
    JobTick.objects.create(job=HOURLY, ticked_at=Now(), ended_at=Now() - timedelta(seconds=30))
    before = JobTick.objects.get().ended_at
    run()
    assert JobTick.objects.get().ended_at == before


def test_a_clock_that_ran_years_ahead_hides_no_failure(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    job = JobTick.objects.create(job=HOURLY, ticked_at=Now(), ended_at=Now() + timedelta(days=1000))
    fail(monkeypatch)
    assert jobs.behind() == [job]
    run()
    job.refresh_from_db()
    assert job.ended_at < timezone.now() + timedelta(minutes=1)
    assert jobs.behind() == []


def test_a_clock_a_little_ahead_is_no_job_behind(db: None) -> None:
    JobTick.objects.create(job=HOURLY, ticked_at=Now(), ended_at=Now() + timedelta(minutes=10))
    assert jobs.behind() == []


@pytest.mark.parametrize(("role", "sees"), [("manager", True), ("auditor", True), ("coordinator", False)])
def test_today_names_it_to_who_may_see_jobs(
    role: str, sees: bool, job: JobTick, browser: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    fail(monkeypatch)
    page = browser(role).get("/admin/").text
    assert ("What the site does by itself is behind" in page) is sees
    assert ("in an error, LookupError" in page) is sees
    assert CANARY not in page


def test_today_is_silent_while_all_end_well(job: JobTick, browser: Callable[[str], Client]) -> None:
    run()
    assert "is behind" not in browser("manager").get("/admin/").text


def test_the_list_says_what_each_does_and_how_it_stands(job: JobTick, browser: Callable[[str], Client]) -> None:
    manager = browser("manager")
    page = manager.get("/admin/clinic/jobtick/").text
    assert str(jobs.WORDS[HOURLY]) in page
    assert "behind" in page
    run()
    assert "in time" in manager.get("/admin/clinic/jobtick/").text


def test_the_list_says_when_the_last_backup_was_made(
    db: None, browser: Callable[[str], Client], tmp_path: Path
) -> None:
    JobTick.objects.create(job="backup", ticked_at=Now(), ended_at=Now() - timedelta(days=9))
    call_command("backup", to=tmp_path / "clinic.dump")
    row = JobTick.objects.get(job="backup")
    assert row.ended_at == row.ticked_at
    assert "makes a backup" in browser("manager").get("/admin/clinic/jobtick/").text


@pytest.mark.django_db(transaction=True)
def test_a_host_whose_clock_is_wrong_measures_by_that_of_postgres(client: Client) -> None:
    JobTick.objects.create(job=HOURLY, ticked_at=Now(), ended_at=Now())
    with time_machine.travel(timezone.now() + timedelta(hours=5), tick=False):
        found = numbers(client)
    assert found[f'clinic_job_last_success_seconds{{job="{HOURLY}"}}'] < 60
    assert found[f'clinic_job_last_tick_seconds{{job="{HOURLY}"}}'] < 60


@pytest.mark.django_db(transaction=True)
def test_readyz_and_the_metrics_tell_whoever_runs_the_site(job: JobTick, client: Client) -> None:
    assert f"remark: the job {HOURLY} last ended well" in client.get("/readyz").text
    assert numbers(client)[f'clinic_job_last_success_seconds{{job="{HOURLY}"}}'] > 3 * 3600 - 1
    run()
    assert "remark" not in client.get("/readyz").text
    assert numbers(client)[f'clinic_job_last_success_seconds{{job="{HOURLY}"}}'] < 60


@pytest.mark.parametrize(
    ("job", "steps"),
    [
        ("newsletters.look_after", ["begin_due", "begin_due_digest", "end_finished", "pause_stopped", "fill_hashes"]),
        ("enquiries.forget_old_lists", ["forget_lists", "forget_what_stood_there"]),
        ("articles.check_papers", ["watch_named_papers", "open_notices"]),
    ],
)
def test_no_step_of_a_job_waits_for_the_one_before_to_go_well(
    db: None, monkeypatch: pytest.MonkeyPatch, job: str, steps: list[str]
) -> None:
    done: list[str] = []

    def break_at(step: str) -> Callable[..., None]:
        def broken(*args: Any) -> None:
            done.append(step)
            raise LookupError(step)

        return broken

    app.loader.import_default_modules()
    for step in steps:
        monkeypatch.setattr(f"{job.partition('.')[0]}.actions.{step}", break_at(step))
    with pytest.raises(LookupError, match=steps[-1]):
        app.tasks[job].run()
    assert done == steps
