from celery import shared_task

from foundation import budgets


@shared_task(name="foundation.forget_old_budgets")
def forget_old_budgets() -> None:
    budgets.forget_old_budgets()
