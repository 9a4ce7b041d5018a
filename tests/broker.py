"""A queue of the run's Valkey to itself, and beats that send to it."""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

from celery import Celery
from django.conf import settings

from clinic.beat import RowScheduler


class Broker:
    def __init__(self) -> None:
        self.app = Celery("of-a-test", broker=settings.CELERY_BROKER_URL, set_as_current=False)
        self.queue = self.app.conf.task_default_queue = f"of-a-test-{uuid.uuid4()}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self.app.connection() as connection:
            connection.default_channel.client.delete(self.queue)
        self.app.close()

    def scheduler(self, schedule: dict[str, Any]) -> RowScheduler:
        self.app.conf.beat_schedule = schedule
        return RowScheduler(self.app)

    def tasks(self) -> list[dict[str, Any]]:
        """As they wait for a worker, oldest first."""
        with self.app.connection() as connection:
            return [json.loads(task) for task in reversed(connection.default_channel.client.lrange(self.queue, 0, -1))]

    @contextmanager
    def away(self) -> Iterator[None]:
        url = self.app.conf.broker_url
        self.app.conf.broker_url = "redis://127.0.0.1:1/0"
        yield
        self.app.conf.broker_url = url
