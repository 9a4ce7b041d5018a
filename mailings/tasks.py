import ctypes
import multiprocessing
from typing import Any

from celery import shared_task
from celery.signals import worker_shutting_down

from mailings import delivery, doorbell

# Made before the worker forks, and so shared with its children, which a SIGTERM does not reach. Without a lock, which
# a child that is killed would keep for ever.
stopping = multiprocessing.RawValue(ctypes.c_bool, False)


@worker_shutting_down.connect
def stop_after_the_mail_in_hand(**kwargs: Any) -> None:
    stopping.value = True


@shared_task(name="mailings.deliver_mail")
def deliver_mail() -> None:
    if delivery.drain(is_over=lambda: stopping.value):
        doorbell.call()
