from celery import shared_task

from clinic import review_reminders
from clinic.accounts import sessions


@shared_task(name="clinic.clear_old_sessions")
def clear_old_sessions() -> None:
    sessions.clear_old_sessions()


@shared_task(name="clinic.remind_of_reviews")
def remind_of_reviews() -> None:
    review_reminders.remind()
