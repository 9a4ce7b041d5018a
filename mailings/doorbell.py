"""Wakes the workers. Nothing is lost when nobody hears it: the sweep finds every row."""

import logging

from celery import current_app
from django.db import transaction

logger = logging.getLogger(__name__)

# A visitor waits behind this call: a closed port must cost 0.1 s and a black hole under 1 s, not the default minute.
FAIL_FAST = {
    "socket_timeout": 0.3,
    "socket_connect_timeout": 0.3,
    "max_retries": 0,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
    "connect_retries_timeout": 1,
}


def ring_after_commit() -> None:
    # robust: the request is saved, so no failure here may answer it with an error.
    transaction.on_commit(ring, robust=True)


def ring() -> None:
    """Asks a worker to drain the outbox; a broker that cannot be reached is only logged."""
    try:
        with current_app.connection(transport_options=FAIL_FAST) as connection:
            current_app.send_task("mailings.deliver_mail", connection=connection, retry=False, ignore_result=True)
    except Exception as error:  # the broker's client raises many kinds; none of them may matter
        logger.warning("the broker cannot be reached, mail waits for the sweep: %s", type(error).__name__)
