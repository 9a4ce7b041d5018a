import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.production.front import Front
from tests.production.nginx import Nginx
from tests.production.web import Web


@pytest.fixture(scope="package")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    front = Front(tmp_path_factory.mktemp("front"))
    front.prepare()
    with ExitStack() as running:
        for web in front.webs:
            running.enter_context(web)
        running.enter_context(front.nginx)
        yield front


@pytest.fixture
def nginx(front: Front) -> Nginx:
    return front.nginx


@pytest.fixture
def all_webs(front: Front) -> Iterator[list[Web]]:
    """For a test that kills some of them."""
    yield front.webs
    for web in front.webs:
        web.stop()
        web.__enter__()
    # nginx leaves alone for five seconds who failed it three times.
    deadline = time.monotonic() + 10
    while front.nginx.get("/healthz").status != 200:
        assert time.monotonic() < deadline
        time.sleep(0.2)
