from celery import shared_task

from foundation.steps import each
from newsletters import actions


@shared_task(name="newsletters.look_after")
def look_after() -> None:
    """An issue that cannot begin keeps no other from being paused."""
    each(
        actions.begin_due,
        actions.begin_due_digest,
        actions.end_finished,
        actions.pause_stopped,
        actions.fill_hashes,
    )


@shared_task(name="newsletters.forget_old_lists")
def forget_old_lists() -> None:
    actions.forget_subscriber_lists()
