from celery import shared_task

from mailings import delivery, doorbell, limits


@shared_task(name="mailings.deliver_mail")
def deliver_mail() -> None:
    if delivery.drain():
        doorbell.ring()


@shared_task(name="mailings.forget_old_budgets")
def forget_old_budgets() -> None:
    limits.forget_old_budgets()
