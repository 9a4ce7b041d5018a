"""When a mail to many may go: never faster than the limits, and behind whatever somebody waits for."""

import time
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone

from mailings.models import OutgoingEmail

# Asked before a mail to many, and no oftener: a packet waits a second longer for a worker that is among newsletters.
SECONDS_BETWEEN_LOOKS = 1.0
# Where nobody has set a limit or sent an issue yet: what one process does on a small machine, with much to spare.
USUAL_PER_SECOND = 10


def limits() -> tuple[int, int, int]:
    """Per second, hour and day; 0: none."""
    return settings.BULK_PER_SECOND, settings.BULK_PER_HOUR, settings.BULK_PER_DAY


def wait_for_turn() -> bool:
    """Waits for this mail's turn among all workers; False when that is not soon, and the worker should go."""
    if not any(limits()):
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT take_bulk_slot(%s, %s, %s)", limits())
        [seconds] = cursor.fetchone()
    if seconds is None:
        return False
    time.sleep(seconds)
    return True


class Lookout:
    """Sees what somebody waits for while a worker is among newsletters."""

    def __init__(self) -> None:
        self.looked_at = time.monotonic()

    def sees_something(self) -> bool:
        if time.monotonic() - self.looked_at < SECONDS_BETWEEN_LOOKS:
            return False
        self.looked_at = time.monotonic()
        due = OutgoingEmail.objects.due(timezone.now()).flowing()
        return due.filter(priority=OutgoingEmail.Priority.NOW).exists()


def duration(mails: int, per_second: float = 0.0) -> timedelta:
    """How long so many take. per_second: as measured, where no limit of ours is slower."""
    second, hour, day = limits()
    fastest = min(filter(None, [second / 1.1, per_second or USUAL_PER_SECOND]))
    seconds = mails / fastest
    if hour:
        seconds = max(seconds, mails // hour * 3600)
    if day:
        seconds = max(seconds, mails // day * 24 * 3600)
    return timedelta(seconds=seconds)
