"""Runs drains and posts in processes that may die: `python -m tests.faults.forks`, one JSON line in, one line out.

Django starts once; each task is a fork of that, with its own connections.
"""

import json
import os
import sys
import traceback
from importlib import import_module
from typing import Any

import django
from django.conf import settings

from tests.faults.fill import fill

BULK = "test_bulk"


def queue(kind: str, addresses: list[str]) -> None:
    from mailings.actions import queue_email

    for address in addresses:
        queue_email(kind=kind, address=address, dedupe_key=f"{kind}:{address}")


def ask(address: str) -> None:
    """Through the front door, with its doorbell."""
    from django.test import Client

    fields = {
        "name": "Zoë O'Brien & Sons",
        "topic": "",
        "country": "FR",
        "consent_packet": "on",
        "consent_contact": "on",
        "email": address,
    }
    answer = Client().post("/information-packet/", fields, HTTP_HOST="127.0.0.1")
    assert answer.status_code == 303, answer.content


def drain() -> None:
    from mailings import delivery

    while delivery.drain():
        pass


TASKS = {task.__name__: task for task in (queue, ask, fill, drain)}


def register_bulk() -> None:
    """A kind such as newsletters will be."""
    from django.core.mail import EmailMultiAlternatives

    from mailings.emails import register

    def message(outgoing: Any) -> EmailMultiAlternatives:
        headers = {"Message-ID": outgoing.message_id}
        return EmailMultiAlternatives("Issue 1", "Text", "news@clinic.example", [outgoing.email], headers=headers)

    register(BULK, label="bulk", message=message, still_wanted=lambda outgoing: True, bulk=True)


def run(database: str, task: str, arguments: list[Any], failpoint: list[str] | None) -> None:
    from django.db import connections

    from tests.faults import failpoints

    connections.settings["default"]["NAME"] = database
    register_bulk()
    if failpoint:
        failpoints.install(*failpoint)
    TASKS[task](*arguments)


def run_in_child(order: dict[str, Any]) -> int:
    """How the child ended: an exit code, or minus a signal's number."""
    child = os.fork()
    if child == 0:
        try:
            run(**order)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    django.setup()
    # What each task would import again.
    for module in (settings.ROOT_URLCONF, "django.test", "mailings.delivery", "django.core.mail.backends.smtp"):
        import_module(module)
    for line in sys.stdin:
        sys.stdout.write(f"{run_in_child(json.loads(line))}\n")
        sys.stdout.flush()
