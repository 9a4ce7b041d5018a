"""Django's own driver, but that it closes what a thread leaves behind, and looks at a connection where it may."""

import select
import threading
import time
import weakref
from typing import Any

from django.db.backends.postgresql import base
from psycopg.pq import TransactionStatus

from foundation import outage

# Longer, and something between us and Postgres may have forgotten the connection without a word.
TRUSTED_SECONDS = 5.0


class Opened(weakref.WeakSet[Any]):
    """By one thread. A web server ends threads that have nothing to do, and Django's side of a connection is a ring of
    objects: its session would stay until Python next looks for such rings, in a quiet process for hours.
    """

    def __del__(self) -> None:
        for connection in list(self):
            connection.close()


of_thread = threading.local()


class DatabaseWrapper(base.DatabaseWrapper):
    # Django's own, which its stubs leave out.
    health_check_done: bool
    # Nobody asked over it in this request.
    is_trusted = False
    _good_at = float("-inf")

    def get_new_connection(self, conn_params: Any) -> Any:
        # Else a post that meets no server at all would wait for a second one that is not there.
        self.is_trusted = False
        connection = super().get_new_connection(conn_params)
        if not hasattr(of_thread, "opened"):
            of_thread.opened = Opened()
        of_thread.opened.add(connection)
        return connection

    def close_if_health_check_failed(self) -> None:
        """Each request begins with one, whose trip is a tenth of what a post of a form waits for."""
        if self.connection is None or self.health_check_done:
            return
        was_good = time.monotonic() - self._good_at < TRUSTED_SECONDS
        self.is_trusted = outage.is_done_again() and was_good and is_silent(self.connection)
        if self.is_trusted:
            self.health_check_done = True
        super().close_if_health_check_failed()
        self._good_at = time.monotonic()


def is_silent(connection: Any) -> bool:
    """A server that ends a connection mostly says so, and nobody asked it anything."""
    if connection.closed or connection.info.transaction_status != TransactionStatus.IDLE:
        return False
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return not poll.poll(0)
