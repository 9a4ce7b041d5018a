from celery import shared_task

from enquiries import actions
from foundation.steps import each


@shared_task(name="enquiries.erase_old")
def erase_old() -> None:
    actions.erase_old()


@shared_task(name="enquiries.forget_old_lists")
def forget_old_lists() -> None:
    each(actions.forget_lists, actions.forget_what_stood_there)


@shared_task(name="enquiries.tell_of_held")
def tell_of_held() -> None:
    actions.tell_of_held_since()


@shared_task(name="enquiries.queue_waiting_packets")
def queue_waiting_packets() -> None:
    actions.queue_waiting()


@shared_task(name="enquiries.write_digests")
def write_digests() -> None:
    actions.write_digests()


@shared_task(name="enquiries.write_reminders")
def write_reminders() -> None:
    actions.write_reminders()
