from celery import shared_task

from newsletters import actions


@shared_task(name="newsletters.look_after")
def look_after() -> None:
    actions.begin_due()
    actions.end_finished()
