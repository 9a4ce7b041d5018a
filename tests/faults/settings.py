"""The product's settings with short times, for sites that tests kill: seconds where a clinic waits minutes."""

from celery.signals import task_prerun

from clinic.settings import *  # noqa: F403 - whatever the product sets holds here too, except for what follows
from clinic.settings import BULK_PER_SECOND, CELERY_BEAT_SCHEDULE, CELERY_BROKER_TRANSPORT_OPTIONS, DATA_DIR, STORAGES
from tests.faults.passing import Passing

MAIL_LEASE_SECONDS = 2
MAIL_SWEEP_SECONDS = 1
# Also a sixth of how long a mail that was on the wire waits for whoever was killed.
EMAIL_TIMEOUT = 2
MAIL_RETRY_SECONDS = [1, 1, 2, 2, 3, 3]
MAIL_HOLD_OFF_SECONDS = [0, 0.5, 1, 1, 1]
MAIL_SLOW_SECONDS = (0.1, 5)

CELERY_BEAT_SCHEDULE = {
    **CELERY_BEAT_SCHEDULE,
    **{
        job: {**CELERY_BEAT_SCHEDULE[job], "schedule": MAIL_SWEEP_SECONDS}
        for job in ("deliver-mail", "look-after-newsletters")
    },
}
# Above the worst drain, as in production: a task that Redis hands out twice is no fault of a kill.
CELERY_TASK_TIME_LIMIT = 40
CELERY_BROKER_TRANSPORT_OPTIONS = {**CELERY_BROKER_TRANSPORT_OPTIONS, "visibility_timeout": 60}

# Tests count the mails to visitors.
STAFF_ALERT_EMAIL = ""
# Hashed file names need collectstatic, which costs seconds and has nothing to do with mail.
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

passing = Passing(DATA_DIR, EMAIL_TIMEOUT=EMAIL_TIMEOUT, BULK_PER_SECOND=BULK_PER_SECOND)
task_prerun.connect(passing.set, weak=False)
