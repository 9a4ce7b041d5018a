"""The test's side of the scripted SMTP server: starts, kills and restarts it, and reads what it took."""

import json
import socket
import sys
import time
from pathlib import Path
from typing import Self

from clinic.embedded.processes import Process, Program
from tests.embedded.site import free_port
from tests.faults.script import FOR_EVER, Script, fate, people

# As the kernel writes it.
ESTABLISHED = "01"


class Lines:
    """A growing log, of which each line is read once: tests ask many times a second."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.read = 0
        self.known: list[tuple[str, str]] = []

    def words(self) -> list[tuple[str, str]]:
        """The first two of each line."""
        with open(self.path, "rb") as file:
            file.seek(self.read)
            new = file.read()
        whole = new[: new.rfind(b"\n") + 1]
        self.read += len(whole)
        self.known += [(line.split()[0], line.split()[1]) for line in whole.decode().splitlines()]
        return list(self.known)


class ScriptedMail:
    """`with ScriptedMail(folder, {"450": 0.3}, seed=1) as mail: ...`; see script.py for what may stand in a script."""

    def __init__(self, folder: Path, script: Script | None = None, seed: int = 0) -> None:
        self.folder = folder
        self.script, self.seed = script or {}, seed
        self.port = free_port()
        self.url = f"smtp://127.0.0.1:{self.port}"
        self.log = folder / "accepted.log"
        self._accepted, self._tries = Lines(self.log), Lines(self.log.with_name(f"{self.log.name}.tries"))
        self.process: Process | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        what = {"port": self.port, "log": self.log, "script": json.dumps(self.script), "seed": self.seed}
        options = [f"--{name}={value}" for name, value in what.items()]
        command = [sys.executable, "-m", "tests.faults.smtp_server", *options]
        self.process = Process(Program(name="smtp", command=command, log=self.folder / "smtp.log"))
        deadline = time.monotonic() + 20
        while not self.answers():
            assert time.monotonic() < deadline, (self.folder / "smtp.log").read_text()
            time.sleep(0.02)

    def answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as client:
                return client.recv(3) == b"220"
        except OSError:
            return False

    def is_at_rest(self) -> bool:
        """Nobody is connected: a killed process has left nothing on the wire, and a living one connects first."""
        state, server = 3, 2
        lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        at_it = f"0100007F:{self.port:04X}"
        return not any(words[server] == at_it and words[state] == ESTABLISHED for words in lines)

    def stop(self) -> None:
        if self.process:
            self.process.stop()

    def kill(self) -> None:
        """kill -9. What it took before stays in the log."""
        assert self.process
        self.process.popen.kill()
        self.process.finish()

    def restart(self) -> None:
        """Keeps the log and the count of tries."""
        self.stop()
        self.start()

    def begin(self, script: Script, seed: int) -> None:
        """Another script, and nothing taken yet; the port stays."""
        self.stop()
        self.script, self.seed = script, seed
        for lines in (self._accepted, self._tries):
            lines.path.unlink(missing_ok=True)
        self._accepted, self._tries = Lines(self._accepted.path), Lines(self._tries.path)
        self.start()

    def accepted(self) -> list[tuple[str, str]]:
        """(Message-ID, recipient) of each mail taken, in order."""
        return self._accepted.words()

    def accepted_at(self) -> list[tuple[str, float]]:
        """(recipient, unix time) of each mail taken, in order."""
        lines = [line.split() for line in self.log.read_text().splitlines()] if self.log.exists() else []
        return [(recipient, float(at)) for _name, recipient, at in lines]

    def tries(self) -> list[tuple[str, str]]:
        """(recipient, behaviour) of each RCPT, in order."""
        return self._tries.words()

    def people(self, size: int, name: str) -> list[str]:
        return people(self.seed, self.script, size, name)

    def fate(self, recipient: str) -> str:
        return fate(self.seed, self.script, recipient)

    def delivers_to(self, recipient: str) -> bool:
        """In the end."""
        return self.fate(recipient) != FOR_EVER
