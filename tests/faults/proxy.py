"""A TCP proxy that stands in front of a server and takes it away: the server itself notices nothing."""

import select
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Self

FORWARD = "forward"
BLACK_HOLE = "black hole"  # connections stand and new ones are taken, and every byte is swallowed in silence
REFUSE = "refuse"  # as if nobody listened: standing connections are cut, new ones refused


class Proxy:
    """`with Proxy(unix_socket, port) as proxy: proxy.url; proxy.black_hole(); ...; proxy.forward()`.

    A thread for each connection, and not asyncio: of a closing asyncio server, half-taken connections are left open.
    """

    def __init__(self, target: Path, port: int) -> None:
        self.target = target
        self.port = port
        self.url = f"redis://127.0.0.1:{port}/0"
        self.mode = FORWARD
        self.listener: socket.socket | None = None
        self.standing: set[socket.socket] = set()
        self.threads: set[threading.Thread] = set()

    def __enter__(self) -> Self:
        self.forward()
        return self

    def __exit__(self, *_: object) -> None:
        self.refuse()
        while self.threads:
            # Again, for one that was just being taken.
            self.cut()
            time.sleep(0.01)

    def forward(self) -> None:
        """A connection that was in the black hole has lost bytes, so it is cut: as after a network's return."""
        was, self.mode = self.mode, FORWARD
        if was == BLACK_HOLE:
            # Only now: whoever comes back at once would lose bytes to the hole again, and stand uncut.
            self.cut()
        self._listen()

    def black_hole(self) -> None:
        self.mode = BLACK_HOLE
        self._listen()

    def refuse(self) -> None:
        self.mode = REFUSE
        if self.listener:
            self.listener.shutdown(socket.SHUT_RDWR)  # wakes accept()
            self.listener.close()
        self.listener = None
        self.cut()

    def cut(self) -> None:
        """Tears down every standing connection; new ones meet the mode."""
        for client in self.standing.copy():
            with suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)

    def _listen(self) -> None:
        if self.listener is None:
            self.listener = socket.create_server(("127.0.0.1", self.port), backlog=100)
            self._in_thread(self._accept, self.listener)

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _address = listener.accept()
                self.standing.add(client)
                self._in_thread(self._carry, client)

    def _carry(self, client: socket.socket) -> None:
        with client, socket.socket(socket.AF_UNIX) as server, suppress(OSError):
            server.connect(str(self.target))
            to = {client: server, server: client}
            while True:
                for source in select.select(list(to), [], [])[0]:
                    data = source.recv(65536)
                    if not data:
                        raise ConnectionResetError
                    if self.mode == FORWARD:
                        to[source].sendall(data)
        self.standing.discard(client)

    def _in_thread(self, work: Callable[[socket.socket], None], on: socket.socket) -> None:
        def run() -> None:
            work(on)
            self.threads.discard(threading.current_thread())

        thread = threading.Thread(target=run, daemon=True)
        self.threads.add(thread)
        thread.start()
