"""`./run` and `./run dev`: from a data folder, empty or not, to a site that answers."""

import errno
import http.client
import shlex
import signal
import socket
import sys
from dataclasses import dataclass

from clinic.embedded.environment import environment, own_url, port, where_mail_goes
from clinic.embedded.errors import Failed
from clinic.embedded.folder import DataFolder
from clinic.embedded.processes import ROOT, Program
from clinic.embedded.servers import start_servers
from clinic.embedded.speech import say
from clinic.embedded.static_files import are_collected, fingerprint, note_collected
from clinic.embedded.supervisor import Supervisor

# Without other workers to talk to, gossip, mingle and heartbeats only cost start-up time and traffic.
WORKER = ["worker", "-c", "2", "-l", "info", "--without-gossip", "--without-mingle", "--without-heartbeat"]


@dataclass(frozen=True)
class Site:
    folder: DataFolder
    env: dict[str, str]
    dev: bool

    def program(self, name: str, command: list[str], **how: object) -> Program:
        return Program(name=name, command=command, log=self.folder.log(name), env=self.env, **how)  # type: ignore[arg-type]

    def preparation(self, *commands: str) -> Program:
        command = [sys.executable, "-m", "clinic.embedded.preparation", *commands]
        log = self.folder.log("preparation")
        return Program(name="preparation of the database", command=command, log=log, env=self.env, shown=True)

    def collectstatic(self) -> Program:
        return self.program("collectstatic", [sys.executable, "manage.py", "collectstatic", "--noinput"])

    def web(self) -> Program:
        # Requests wait for PostgreSQL more than they compute: some threads, but each holds a connection.
        serve = [
            "--interface",
            "wsgi",
            "--http",
            "1",
            "--no-ws",
            "--blocking-threads",
            "8",
            "--workers-kill-timeout",
            "8",
        ]
        address = ["--host", "127.0.0.1", "--port", str(port())]
        reload = [f"--reload-paths={room}" for room in [*rooms(), "templates"]] if self.dev else []
        if self.dev:
            reload += ["--reload", "--reload-ignore-worker-failure"]
        return self.program(
            "web", [sys.executable, "-m", "granian", *serve, *address, *reload, "clinic.wsgi:application"]
        )

    def worker(self) -> Program:
        # A worker may finish the mail in its hands; a killed one loses nothing, only time.
        return self.program("worker", self._celery(*WORKER), grace=20, death_signal=self._celery_death_signal)

    def beat(self) -> Program:
        schedule = str(self.folder.path / "beat-schedule")
        return self.program("beat", self._celery("beat", "-l", "info", "-s", schedule))

    def _celery(self, *arguments: str) -> list[str]:
        command = [sys.executable, "-m", "celery", "-A", "clinic", *arguments]
        if not self.dev:
            return command
        return [sys.executable, "-m", "watchfiles", "--filter", "python", shlex.join(command), *rooms()]

    @property
    def _celery_death_signal(self) -> signal.Signals:
        # SIGTERM would let it wait for tasks and for a Valkey that is gone too; its own children follow it at once.
        # In dev the child is watchfiles, which must get the chance to end celery.
        return signal.SIGTERM if self.dev else signal.SIGKILL


def run_site(*, dev: bool) -> None:
    folder = DataFolder.of_this_run()
    with folder.locked(), Supervisor(folder) as supervisor:
        supervisor.obey_signals()
        require_free_port()
        folder.start_new_logs()
        say("Starting PostgreSQL and Valkey.")
        servers = start_servers(supervisor)
        site = Site(folder, environment(folder, servers, debug=dev), dev)
        prepare(supervisor, site)
        folder.announce(site.env)
        serve(supervisor, site)
        say_ready(site)
        supervisor.look_after_all_until_stopped()
        say("Stopping.")
    say("Stopped.")


def prepare(supervisor: Supervisor, site: Site) -> None:
    say("Bringing the database up to date.")
    # Beside each other: one works on the disk and the processor, the other waits for PostgreSQL.
    sources = fingerprint()
    collected = site.dev or are_collected(site.folder, sources)
    collecting = None if collected else supervisor.begin(site.collectstatic())
    supervisor.finish(supervisor.begin(site.preparation("migrate", "load_first_content", "create_first_staff")))
    if collecting:
        say("Compressing the static files.")
        supervisor.finish(collecting)
        note_collected(site.folder, sources)


def serve(supervisor: Supervisor, site: Site) -> None:
    say("Starting web, worker and beat.")
    # Again, because granian shares a port that somebody took meanwhile instead of refusing it.
    require_free_port()
    supervisor.keep(site.web(), answers=site_answers)
    supervisor.keep(site.worker())
    supervisor.keep(site.beat())


def say_ready(site: Site) -> None:
    say(f"READY {own_url()}/")
    say(f"Staff pages: {own_url()}/admin/")
    say(where_mail_goes(site.folder))
    say(f"Logs: {site.folder.logs}/")
    say("Ctrl-C stops everything.")


def require_free_port() -> None:
    with socket.socket() as probe:
        # Else the closed connections of a site that has just stopped would count as taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port()))
        except OSError as error:
            why = "is taken" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
            raise Failed(f"Port {port()} {why}; choose another one with PORT.") from None


def site_answers() -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port(), timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def rooms() -> list[str]:
    return sorted(path.parent.name for path in ROOT.glob("*/__init__.py") if path.parent.name != "tests")
