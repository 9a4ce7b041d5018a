"""What stands before several webs, without stickiness: each request goes to any, as nginx would send it."""

import http.client
import random
import threading
import time
from typing import NamedTuple

from tests.faults.posting import FORM


class Cut(NamedTuple):
    """A request that was on its way when its web went; times of time.monotonic()."""

    port: int
    began: float
    ended: float


class CutOff(Exception):
    pass


class Answer(NamedTuple):
    status: int
    location: str


class Balancer:
    def __init__(self, ports: list[int]) -> None:
        self.ports = ports
        self.lock = threading.Lock()
        self.requests = 0
        self.cuts: list[Cut] = []

    def get(self, path: str, cookie: str = "") -> Answer:
        """Asked again elsewhere when it is cut off: it changes nothing."""
        while True:
            try:
                return self._send("GET", path, None, {"Cookie": cookie} if cookie else {})
            except CutOff:
                continue

    def post(self, path: str, body: str) -> Answer:
        """Raises CutOff: whether it was taken, nobody here can know."""
        return self._send("POST", path, body, FORM)

    def _send(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        port, connection = self._connect()
        began = time.monotonic()
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            response.read()
        except (OSError, http.client.HTTPException):
            with self.lock:
                self.cuts.append(Cut(port, began, time.monotonic()))
            raise CutOff from None
        finally:
            connection.close()
        with self.lock:
            self.requests += 1
        return Answer(response.status, response.headers.get("Location", ""))

    def _connect(self) -> tuple[int, http.client.HTTPConnection]:
        """Whoever refuses has had nothing of the request, so that another one can have it."""
        while True:
            port = random.choice(self.ports)
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            try:
                connection.connect()
            except OSError:
                time.sleep(0.01)
            else:
                return port, connection
