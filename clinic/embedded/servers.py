"""PostgreSQL and Valkey together, for whoever needs them: the site, one management command, or a test run."""

import contextlib
import fcntl
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from clinic.embedded.folder import DataFolder
from clinic.embedded.generated import is_given
from clinic.embedded.postgres import Postgres
from clinic.embedded.supervisor import Supervisor
from clinic.embedded.valkey import Valkey

THROW_AWAY = "clinic-throw-away-"
# A run that begins at the same moment has made the file and is about to lock it.
SECONDS_TO_LOCK = 60


def start_servers(supervisor: Supervisor, *, throw_away: bool = False) -> dict[str, str]:
    """Starts those that the environment does not name, and returns the addresses of what it started."""
    started = {}
    if not is_given("DATABASE_URL"):
        started["DATABASE_URL"] = start_postgres(supervisor, Postgres(supervisor.folder, throw_away=throw_away))
    if not is_given("REDIS_URL"):
        started["REDIS_URL"] = start_valkey(supervisor)
    return started


def start_postgres(supervisor: Supervisor, postgres: Postgres) -> str:
    supervisor.keep(postgres.program, prepare=postgres.prepare, answers=postgres.answers)
    postgres.make_database()
    return postgres.url


def start_valkey(supervisor: Supervisor) -> str:
    valkey = Valkey(supervisor.folder)
    supervisor.keep(valkey.program, answers=valkey.answers)
    return valkey.url


@contextlib.contextmanager
def throw_away_servers(
    database_url: str = "", *, lay_out: Callable[[DataFolder], None] = lambda _folder: None
) -> Iterator[tuple[DataFolder, dict[str, str]]]:
    """Whatever the environment names: a test run must never touch somebody's real database.

    database_url: one that was made to be thrown away too, in place of a new one, which `lay_out` may fill.
    """
    with throw_away_folder() as folder, Supervisor(folder) as supervisor:
        if not database_url:
            lay_out(folder)
            database_url = start_postgres(supervisor, Postgres(folder, throw_away=True))
        yield folder, {"DATABASE_URL": database_url, "REDIS_URL": start_valkey(supervisor)}


@contextlib.contextmanager
def throw_away_folder() -> Iterator[DataFolder]:
    sweep()
    folder = DataFolder(Path(tempfile.mkdtemp(prefix=THROW_AWAY)))
    try:
        with folder.locked():
            yield folder
    finally:
        shutil.rmtree(folder.path, ignore_errors=True)


def sweep() -> None:
    """Removes the folders of test runs that were killed: nobody holds their lock."""
    for lock in Path(tempfile.gettempdir()).glob(f"{THROW_AWAY}*/lock"):
        with contextlib.suppress(OSError), open(lock) as held:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if time.time() - lock.stat().st_mtime < SECONDS_TO_LOCK:
                continue
            shutil.rmtree(lock.parent, ignore_errors=True)
