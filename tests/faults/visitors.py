"""People who ask for the packet, one after the other, while things are stopped and started under them."""

import http.client
import threading
import time
import urllib.parse
from typing import Self

from tests.faults.stack import Stack

FIELDS = {"name": "Zoë O'Brien & Sons", "topic": "", "country": "FR", "consent_packet": "on", "consent_contact": "on"}


class Visitors:
    """`with Visitors(stack, "name") as visitors: ...`. Each posts until it is answered, as a browser's owner would."""

    def __init__(self, stack: Stack, name: str, together: int = 3) -> None:
        self.port = stack.port
        self.name = name
        self.answered: list[str] = []
        self.wrong: list[int] = []
        # Sent and not answered: whether it was stored, the visitor cannot know, and asks again.
        self.cut_off = 0
        self.done = threading.Event()
        self.threads = [threading.Thread(target=self._come, args=[number]) for number in range(together)]

    def __enter__(self) -> Self:
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.done.set()
        for thread in self.threads:
            thread.join()

    def _come(self, thread: int) -> None:
        number = 0
        while not self.done.is_set():
            address = f"{self.name}{thread}-{number}@{number % 50}.example.com"
            number += 1
            status = self._ask_until_answered(address)
            self.answered.append(address) if status == 303 else self.wrong.append(status)

    def _ask_until_answered(self, address: str) -> int:
        while True:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
            try:
                connection.connect()
            except OSError:
                # Nobody listens for a moment; whoever stands before the site in production waits and asks again.
                time.sleep(0.05)
                continue
            try:
                return self._post(connection, address)
            except (OSError, http.client.HTTPException):
                self.cut_off += 1
            finally:
                connection.close()

    def _post(self, connection: http.client.HTTPConnection, address: str) -> int:
        body = urllib.parse.urlencode({**FIELDS, "email": address})
        connection.request("POST", "/information-packet/", body, {"Content-Type": "application/x-www-form-urlencoded"})
        response = connection.getresponse()
        response.read()
        return response.status
