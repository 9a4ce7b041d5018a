"""People at several webs: some ask for the packet, some read, and staff who have signed in once look at their lists."""

import random
import threading
import time
import urllib.parse
from collections.abc import Callable
from contextlib import suppress
from typing import Self

from tests.faults.balancer import Balancer, CutOff
from tests.faults.posting import FIELDS

READ = ["/", "/research/", "/information-packet/", "/newsletter/"]
WORKED_AT = ["/admin/", "/admin/enquiries/lead/", "/admin/mailings/outgoingemail/"]


class Crowd:
    """`with Crowd(balancer, cookie) as crowd: ...`. `wrong` holds every answer that should have been another."""

    def __init__(self, balancer: Balancer, cookie: str) -> None:
        self.balancer = balancer
        self.cookie = cookie
        self.answered: list[str] = []
        self.wrong: list[tuple[str, int, str]] = []
        self.staff_pages = 0
        self.done = threading.Event()
        lives: list[Callable[[int], None]] = [self._ask, self._ask, self._ask, self._read, self._read, self._work]
        self.threads = [threading.Thread(target=self._live, args=each) for each in enumerate(lives)]

    def __enter__(self) -> Self:
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.done.set()
        for thread in self.threads:
            thread.join()

    def _live(self, person: int, life: Callable[[int], None]) -> None:
        while not self.done.is_set():
            life(person)

    def _ask(self, person: int) -> None:
        address = f"crowd{person}-{len(self.answered)}-{time.monotonic_ns()}@{person}.example.com"
        body = urllib.parse.urlencode({**FIELDS, "email": address})
        status = 0
        while not status:
            # The person sees that it failed, and asks again.
            with suppress(CutOff):
                status = self.balancer.post("/information-packet/", body).status
        self._expect(303, "/information-packet/", status) and self.answered.append(address)

    def _read(self, _person: int) -> None:
        path = random.choice(READ)
        self._expect(200, path, self.balancer.get(path).status)

    def _work(self, _person: int) -> None:
        path = random.choice(WORKED_AT)
        answer = self.balancer.get(path, self.cookie)
        # To be asked to sign in again would be a 302.
        self._expect(200, path, answer.status, answer.location)
        self.staff_pages += 1

    def _expect(self, wanted: int, path: str, status: int, location: str = "") -> bool:
        if status != wanted:
            self.wrong.append((path, status, location))
        return status == wanted
