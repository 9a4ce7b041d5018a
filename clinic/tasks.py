from celery import shared_task

from clinic.accounts import sessions


@shared_task(name="clinic.clear_old_sessions")
def clear_old_sessions() -> None:
    sessions.clear_old_sessions()
