"""`./run manage ...`: one management command, on the servers of a running site or on servers of its own."""

import signal
import subprocess
import sys
import time

from clinic.embedded.environment import environment
from clinic.embedded.errors import Failed, InUse
from clinic.embedded.folder import DataFolder
from clinic.embedded.generated import is_given
from clinic.embedded.postgres import Postgres
from clinic.embedded.privileges import before_exec
from clinic.embedded.processes import ROOT
from clinic.embedded.programs import Site
from clinic.embedded.servers import start_servers
from clinic.embedded.speech import complain
from clinic.embedded.supervisor import Supervisor

# These make or look at migrations, so an empty database is no reason to run them first.
NEED_NO_TABLES = {"migrate", "makemigrations", "showmigrations", "sqlmigrate", "check", "help"}
SECONDS_FOR_A_SITE_TO_START = 120


def run_manage(arguments: list[str]) -> int:
    folder = DataFolder.of_this_run()
    deadline = time.monotonic() + SECONDS_FOR_A_SITE_TO_START
    while time.monotonic() < deadline:
        try:
            return on_own_servers(folder, arguments)
        except InUse:
            code = on_running_servers(folder, arguments)
        if code is not None:
            return code
        time.sleep(0.2)
    raise Failed(f"The ./run on {folder.path} is still starting; try again when it says READY.")


def on_running_servers(folder: DataFolder, arguments: list[str]) -> int | None:
    """None while they are not up yet."""
    with folder.guest():
        servers = folder.announced()
        return run_command(arguments, environment(folder, servers)) if servers else None


def on_own_servers(folder: DataFolder, arguments: list[str]) -> int:
    with folder.locked(), Supervisor(folder) as supervisor:
        supervisor.obey_signals()
        env = environment(folder, start_servers(supervisor))
        fill_empty_database(supervisor, Site(folder, env, dev=False), arguments)
        folder.announce(env)
        try:
            return run_command(arguments, env)
        finally:
            folder.wait_for_guests()


def fill_empty_database(supervisor: Supervisor, site: Site, arguments: list[str]) -> None:
    """So that a command works in a fresh clone; a database with tables is migrated only by who asks for it."""
    if is_given("DATABASE_URL") or NEED_NO_TABLES.intersection(arguments[:1]) or Postgres(site.folder).has_tables():
        return
    complain("The database is new; filling it first.")
    try:
        supervisor.finish(supervisor.begin(site.preparation("migrate", "sync_roles", "load_first_content")))
    except Failed as reason:
        complain(str(reason))


def run_command(arguments: list[str], env: dict[str, str]) -> int:
    # In our own session and folder, unlike the servers: it may ask questions at the terminal and open files by name.
    child = subprocess.Popen(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        env=env,
        preexec_fn=before_exec(signal.SIGTERM, without_root=False),
    )
    # The terminal's Ctrl-C reaches the child by itself; what is sent to us alone is passed on.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda sent, _frame: child.send_signal(sent))
    code = child.wait()
    return code if code >= 0 else 128 - code
