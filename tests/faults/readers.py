"""Readers of one article at several webs, who ask in three encodings and mostly whether what they have still holds."""

import gzip
import http.client
import random
import re
import threading
import time
from collections.abc import Callable
from typing import NamedTuple, Self

import brotli

from tests.faults.publisher import TITLE

READ_OUT: dict[str, Callable[[bytes], bytes]] = {"identity": bytes, "gzip": gzip.decompress, "br": brotli.decompress}
EDITION = re.compile(TITLE.format(r"(\d+)"))


class Seen(NamedTuple):
    edition: int
    asked_at: float
    status: int


class Reader:
    """One thread at one web. `pages` are the texts that it got, `editions` which one came with which tag."""

    def __init__(self, port: int, path: str, done: threading.Event) -> None:
        self.port, self.path, self.done = port, path, done
        self.seen: list[Seen] = []
        self.pages: set[str] = set()
        self.editions: dict[str, int] = {}
        self.thread = threading.Thread(target=self._read_on)

    def _read_on(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        tags: dict[str, str] = {}
        while not self.done.is_set():
            encoding = random.choice(list(READ_OUT))
            self._ask(connection, encoding, tags)
            # Else they leave nothing of the machine for whoever publishes.
            time.sleep(0.02)
        connection.close()

    def _ask(self, connection: http.client.HTTPConnection, encoding: str, tags: dict[str, str]) -> None:
        asked_at = time.monotonic()
        known = {"If-None-Match": tags[encoding]} if encoding in tags and random.random() < 0.7 else {}
        connection.request("GET", self.path, headers={"Accept-Encoding": encoding, **known})
        answer = connection.getresponse()
        body = answer.read()
        tag = answer.headers["ETag"]
        if answer.status == 200:
            tags[encoding] = tag
            page = READ_OUT[answer.headers.get("Content-Encoding", "identity")](body).decode()
            self.pages.add(page)
            self.editions[tag] = edition_of(page)
        self.seen.append(Seen(self.editions.get(tag, 0), asked_at, answer.status))


def edition_of(page: str) -> int:
    """0 for the page before the first edition; -1 for one made of two."""
    found = {int(number) for number in EDITION.findall(page)}
    return -1 if len(found) > 1 else max(found, default=0)


class Readers:
    def __init__(self, ports: list[int], path: str) -> None:
        self.done = threading.Event()
        self.all = [Reader(port, path, self.done) for port in ports]

    def __enter__(self) -> Self:
        for reader in self.all:
            reader.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.done.set()
        for reader in self.all:
            reader.thread.join()

    @property
    def seen(self) -> list[Seen]:
        return [seen for reader in self.all for seen in reader.seen]

    def texts(self) -> dict[int, set[str]]:
        """By edition, what was shown of it, by whichever web and in whichever encoding."""
        found: dict[int, set[str]] = {}
        for page in {page for reader in self.all for page in reader.pages}:
            found.setdefault(edition_of(page), set()).add(page)
        return found
