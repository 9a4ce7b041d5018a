"""Times of whole requests, through every middleware, in this process: no network, no other load."""

import gc
import statistics
import time
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client

from bench.tasks import Task, tasks

WARM_UP = 3
REQUESTS = 31
# Stock at a million rows takes seconds.
SECONDS_FOR_ONE_TASK = 15
COORDINATORS = 5


def make_staff() -> Client:
    """Signed in as one of the coordinators, who own the leads that are made after this."""
    users: Any = get_user_model()._default_manager
    staff = [users.create_superuser(f"bench{number}@clinic.example", name="Ben Ch") for number in range(COORDINATORS)]
    client = Client(headers={"host": settings.SITE_HOST})
    client.force_login(staff[0])
    return client


def measure(client: Client) -> dict[str, dict[str, float | None]]:
    """By task, the median milliseconds of ours and of stock."""
    return {task.name: timed(client, task) for task in tasks()}


def timed(client: Client, task: Task) -> dict[str, float | None]:
    return {"ours": median(client, task.ours), "stock": median(client, task.stock) if task.stock else None}


def median(client: Client, url: str) -> float:
    for _number in range(WARM_UP):
        once(client, url)
    gc.collect()
    times: list[float] = []
    began = time.perf_counter()
    while len(times) < REQUESTS and (len(times) < WARM_UP or time.perf_counter() - began < SECONDS_FOR_ONE_TASK):
        times.append(once(client, url))
    return round(statistics.median(times) * 1000, 1)


def once(client: Client, url: str) -> float:
    began = time.perf_counter()
    response = client.get(url)
    seconds = time.perf_counter() - began
    if response.status_code != 200:
        raise RuntimeError(f"{url} answered {response.status_code}")
    return seconds
