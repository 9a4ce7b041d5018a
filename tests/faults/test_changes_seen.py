"""Two seconds after somebody at the clinic changed what stands on every page, every web shows it."""

import http.client
import subprocess
import sys
import time

import pytest

from clinic.embedded.processes import ROOT
from tests.faults.changes import NAME, WORDING
from tests.faults.stack import Stack

WEBS = 4
SECONDS = 2.0
PAGE = "/information-packet/"
OPEN = "opening-open"


def page(port: int) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", PAGE)
    text = connection.getresponse().read().decode()
    connection.close()
    return text


def change(stack: Stack, name: str) -> None:
    """And waits until two seconds have gone since."""
    command = [sys.executable, "-m", "tests.faults.changes", name]
    done = subprocess.run(command, cwd=ROOT, env=stack.env, capture_output=True, text=True, check=True)
    time.sleep(max(0.0, float(done.stdout) + SECONDS - time.monotonic()))


@pytest.mark.alone
@pytest.mark.stack
@pytest.mark.timeout(300)
def test_four_webs_show_a_new_name_a_holiday_and_another_wording_within_two_seconds(stack: Stack) -> None:
    with stack.grown(webs=WEBS, workers=stack.worker_count, beats=1) as ports:
        webs = list(ports.values())
        assert len(webs) == WEBS
        for name, words, stands in [("name", NAME, True), ("wording", WORDING, True)]:
            assert [words in page(web) for web in webs] == [not stands] * WEBS
            change(stack, name)
            assert [words in page(web) for web in webs] == [stands] * WEBS
        change(stack, "hours")
        assert [OPEN in page(web) for web in webs] == [True] * WEBS
        change(stack, "holiday")
        assert [OPEN in page(web) for web in webs] == [False] * WEBS
