from celery import shared_task

from enquiries import actions


@shared_task(name="enquiries.erase_old")
def erase_old() -> None:
    actions.erase_old()
