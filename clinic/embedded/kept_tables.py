"""The tables of a test run, kept from one run of a checkout to the next: to migrate takes most of a minute."""

import contextlib
import fcntl
import hashlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from clinic.embedded.environment import environment
from clinic.embedded.folder import DataFolder
from clinic.embedded.processes import ROOT
from clinic.embedded.programs import Site
from clinic.embedded.servers import start_servers, throw_away_folder
from clinic.embedded.speech import complain
from clinic.embedded.supervisor import Supervisor

KEPT = ROOT / ".pytest_cache" / "tables"
# Whatever changes what `migrate` makes. The first content is left out: each run makes it by the code that it tests.
SOURCES = [
    *("requirements.lock", "clinic/settings.py", "clinic/embedded/postgres.py"),
    *("*/migrations/*.py", "*/sql/*", "foundation/*.py", "*/models.py", "*/models/*.py", "articles/sections.py"),
]


def lay_out(folder: DataFolder) -> None:
    """Copies the database to where no server runs yet; first makes it when anything that it is made of has changed."""
    with one_at_a_time():
        kept = KEPT / fingerprint()
        if not kept.exists():
            make(kept)
        # A sixth of what shutil.copytree takes for its 1,600 files.
        subprocess.run(["cp", "-Rp", kept, folder.path / "postgres"], check=True)  # noqa: S607


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Of two runs that begin together, the second waits for what the first makes."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with open(KEPT / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def fingerprint() -> str:
    digest = hashlib.sha256()
    for path in sorted(path for pattern in SOURCES for path in ROOT.glob(pattern) if path.is_file()):
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def make(kept: Path) -> None:
    complain("Making the tables that test runs of this checkout begin with.")
    with throw_away_folder() as folder:
        migrate(folder)
        forget_all()
        # The server has stopped; by a second name, so that what a kill interrupts is not taken for whole.
        unfinished = Path(shutil.copytree(folder.path / "postgres", kept.with_suffix(".unfinished")))
        unfinished.rename(kept)


def migrate(folder: DataFolder) -> None:
    with Supervisor(folder) as supervisor:
        site = Site(folder, environment(folder, start_servers(supervisor, throw_away=True)), dev=False)
        supervisor.finish(supervisor.begin(site.preparation("migrate")))


def forget_all() -> None:
    """Each is 60 MB, and an older one is wanted again only by who goes back in history."""
    for older in KEPT.iterdir():
        if older.is_dir():
            shutil.rmtree(older)
