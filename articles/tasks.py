from functools import partial

from celery import shared_task

from articles import actions
from articles.models import Paper
from foundation.steps import each


@shared_task(name="articles.check_papers")
def check_papers() -> None:
    each(actions.watch_named_papers, partial(actions.open_notices, Paper.objects.all()))


@shared_task(name="articles.withdraw_what_is_due")
def withdraw_what_is_due() -> None:
    actions.withdraw_what_is_due()
