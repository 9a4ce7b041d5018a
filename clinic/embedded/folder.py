"""The one folder that holds all state of an embedded run, and who may use it."""

import contextlib
import fcntl
import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from clinic.embedded.errors import Failed, InUse
from clinic.embedded.processes import ROOT

# sun_path holds 108 bytes on Linux and 104 on macOS, and ".s.PGSQL.5432.lock" stands behind it.
LONGEST_SOCKET_PATH = 100

ANNOUNCED = [
    *("DATABASE_URL", "DATABASE_URL_FILE", "REDIS_URL", "REDIS_URL_FILE"),
    *("PORT", "SITE_URL", "DEBUG"),
]


class DataFolder:
    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.logs = self.path / "logs"
        self.mail = self.path / "mail"
        self.static = self.path / "static"
        try:
            self._make()
        except OSError as error:
            raise Failed(f"The data folder {self.path} cannot be used: {error.strerror}.") from None
        self.sockets = self._sockets()

    @classmethod
    def of_this_run(cls) -> "DataFolder":
        given = os.environ.get("DATA_DIR")
        return cls(Path(given) if given else ROOT / ".data")

    def _make(self) -> None:
        # Private: it holds what people wrote, in the database and in mail/.
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        for folder in (self.logs, self.mail, self.static):
            folder.mkdir(exist_ok=True)
        (self.path / "lock").touch()

    def _sockets(self) -> Path:
        folder = self.path / "sockets"
        if len(os.fsencode(folder / ".s.PGSQL.5432")) > LONGEST_SOCKET_PATH:
            short = hashlib.sha256(os.fsencode(self.path.resolve())).hexdigest()[:8]
            folder = Path(tempfile.gettempdir()) / f"clinic-{os.getuid()}-{short}"
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        # Anybody may make a folder in /tmp; ours must be ours alone, because PostgreSQL trusts whoever gets in.
        if found.st_uid != os.getuid() or found.st_mode & 0o077:
            raise Failed(f"The folder for sockets, {folder}, is not a private folder of this user; remove it.")
        return folder

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        with open(self.path / "lock", "a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise InUse(
                    f"Another ./run is using {self.path}; stop it, or give this one its own DATA_DIR and PORT."
                ) from None
            # Whoever held the lock before is gone, so what it announced is no longer true.
            self.announcement.unlink(missing_ok=True)
            yield

    @property
    def announcement(self) -> Path:
        return self.path / "running.json"

    def announce(self, env: dict[str, str]) -> None:
        """Tells `./run manage` where the servers of this run are."""
        write_private(self.announcement, {name: env[name] for name in ANNOUNCED if name in env})

    def announced(self) -> dict[str, str]:
        try:
            settings = json.loads(self.announcement.read_text())
        except FileNotFoundError:
            return {}
        return {name: value for name, value in settings.items() if name not in os.environ}

    @contextlib.contextmanager
    def guest(self) -> Iterator[None]:
        """Held by a `./run manage` on another one's servers, which that one then does not stop under it."""
        with open(self.path / "guests", "a+") as guests:
            fcntl.flock(guests, fcntl.LOCK_SH)
            yield

    def wait_for_guests(self) -> None:
        self.announcement.unlink(missing_ok=True)
        with open(self.path / "guests", "a+") as guests:
            fcntl.flock(guests, fcntl.LOCK_EX)

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def start_new_logs(self) -> None:
        """One older log of each is kept: the reason for a crash is often found after the next start."""
        for log in self.logs.glob("*.log"):
            log.replace(log.with_suffix(".log.1"))


def write_private(path: Path, content: Any) -> None:
    """Whole or not at all, and for this user's eyes only."""
    unfinished = path.with_name(path.name + ".new")
    with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(content, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
