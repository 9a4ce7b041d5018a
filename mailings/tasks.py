from celery import shared_task

from mailings import delivery, doorbell


@shared_task(name="mailings.deliver_mail")
def deliver_mail() -> None:
    if delivery.drain():
        doorbell.ring()
