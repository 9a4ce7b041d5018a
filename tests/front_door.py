"""The application as the web server calls it: Django's test client goes around its outermost layer."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import RequestFactory

from clinic import wsgi

FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=x"


class Factory(RequestFactory):
    def request(self, **request: Any) -> Any:
        """Only what a server hands over: a request made of it would change it."""
        return self._base_environ(**request)


class Answer:
    def __init__(self, method: str, path: str, body: bytes = b"", kind: str = FORM, **meta: Any) -> None:
        environ = Factory().generic(method, path, body) | {"CONTENT_TYPE": kind, "wsgi.input": io.BytesIO(body)} | meta
        with connection_kept():
            self.parts: Any = wsgi.application(environ, self.start)
            self.body = b"".join(self.parts)
            if hasattr(self.parts, "close"):
                self.parts.close()

    def start(self, status: str, headers: list[tuple[str, str]]) -> None:
        self.status, self.headers = int(status[:3]), dict(headers)


@contextmanager
def connection_kept() -> Iterator[None]:
    """Else it would go, with the transaction of the test in it, as the test client knows too."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)
