"""Celery runs a job in no transaction, which tests otherwise do."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone

from clinic.celery import app

# So long that whatever is kept for a time is over.
LATER = timedelta(days=800)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("days", [timedelta(0), LATER], ids=["now", "once all is old"])
def test_each_periodic_job_runs_outside_of_a_transaction(days: timedelta, rows: dict[str, Any]) -> None:
    app.loader.import_default_modules()
    tasks = sorted(job["task"] for job in settings.CELERY_BEAT_SCHEDULE.values())
    assert len(tasks) > 10
    with time_machine.travel(timezone.now() + days, tick=True):
        for task in tasks:
            app.tasks[task].run()
