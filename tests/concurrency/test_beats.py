import threading
import time
from collections import Counter
from collections.abc import Iterator

import pytest
from django.db import connection

from clinic.embedded.speech import say
from tests import ticks
from tests.broker import Broker

BEATS = 8
PERIODS = 11
JOB = "every-second"


@pytest.fixture
def history(transactional_db: None) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(ticks.NOTE)
    yield
    with connection.cursor() as cursor:
        cursor.execute(ticks.FORGET)


def ticked_periods() -> Counter[int]:
    with connection.cursor() as cursor:
        cursor.execute(ticks.PERIODS, [JOB])
        return Counter(period for (period,) in cursor.fetchall())


def beat(broker: Broker, stop_at: float) -> None:
    scheduler = broker.scheduler({JOB: {"task": "a.job", "schedule": 1}})
    while time.monotonic() < stop_at:
        time.sleep(scheduler.tick())
    connection.close()


def test_eight_beats_tick_each_period_once(history: None) -> None:
    with Broker() as broker:
        stop_at = time.monotonic() + PERIODS + 1
        beats = [threading.Thread(target=beat, args=[broker, stop_at]) for _beat in range(BEATS)]
        for thread in beats:
            thread.start()
        for thread in beats:
            thread.join()
        ticked, sent = ticked_periods(), len(broker.tasks())
    periods = range(min(ticked), max(ticked) + 1)
    say(f"{BEATS} beats: periods {len(periods)}, ticked {len(ticked)}, ticks {ticked.total()}, tasks {sent}")
    assert len(periods) >= PERIODS
    assert ticked.total() == sent
    assert ticked == Counter(periods)
