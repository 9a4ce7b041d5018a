"""Django's own driver, but that it looks at a connection that was in use a moment ago, and does not ask over it."""

import select
import time
from typing import Any

from django.db.backends.postgresql import base

# Longer, and something between us and Postgres may have forgotten the connection without a word.
TRUSTED_SECONDS = 5.0


class DatabaseWrapper(base.DatabaseWrapper):
    """Each request begins with a health check, whose trip is a tenth of what a post of a form waits for."""

    # Django's own, which its stubs leave out.
    health_check_done: bool
    _good_at = float("-inf")

    def close_if_health_check_failed(self) -> None:
        if self.connection is None or self.health_check_done:
            return
        if time.monotonic() - self._good_at < TRUSTED_SECONDS and is_silent(self.connection):
            self.health_check_done = True
        super().close_if_health_check_failed()
        self._good_at = time.monotonic()


def is_silent(connection: Any) -> bool:
    """A server that ends a connection says so, and nobody asked it anything."""
    if connection.closed:
        return False
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return not poll.poll(0)
