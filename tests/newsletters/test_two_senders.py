import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from clinic.models import StaffUser
from newsletters import actions
from newsletters.models import Newsletter, Subscriber
from tests.newsletters.conftest import approve, launch

WAITS = "SELECT count(*) FROM pg_locks WHERE NOT granted"


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(WAITS)
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_of_two_who_let_a_late_issue_go_the_second_does_not_undo_the_day_of_the_first(
    draft: Newsletter, sender: StaffUser, join: Callable[..., Subscriber]
) -> None:
    join("anna@example.org")
    issue, day = launch(approve(draft, sender), sender), timezone.now() + timedelta(days=3)
    Newsletter.objects.update(scheduled_for=timezone.now() - timedelta(hours=3))

    def send_at_once() -> str:
        try:
            return str(launch(issue, sender).scheduled_for)
        except ValidationError as error:
            return error.messages[0]
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            actions.launch(newsletter=issue, sha256=issue.frozen_sha256, by=sender, at=day)
            answer = other.submit(send_at_once)
            while not (somebody_waits() or answer.done()):
                time.sleep(0.01)
        assert "This newsletter is “scheduled” by now." in answer.result()
    issue.refresh_from_db()
    assert issue.scheduled_for == day
