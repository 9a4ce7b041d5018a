import time
from collections.abc import Iterator

import pytest
from celery import current_app

from mailings import doorbell
from tests.embedded.site import free_port


@pytest.fixture
def closed_port() -> Iterator[None]:
    before = current_app.conf.broker_url
    current_app.conf.broker_url = current_app.conf.broker_write_url = f"redis://127.0.0.1:{free_port()}/0"
    yield
    current_app.conf.broker_url = current_app.conf.broker_write_url = before


def test_a_broker_that_is_not_there_is_logged_and_costs_little(
    closed_port: None, caplog: pytest.LogCaptureFixture
) -> None:
    began = time.monotonic()
    doorbell.ring()
    assert time.monotonic() - began < 1
    assert "mail waits for the sweep" in caplog.text
