"""The programs that a site consists of, beside its servers: their command lines, and how each takes its end."""

import shlex
import signal
import sys
from dataclasses import dataclass
from typing import Any

from clinic.embedded.folder import DataFolder
from clinic.embedded.processes import ROOT, Program

GRANIAN = [
    *("--interface", "wsgi", "--http", "1", "--no-ws", "--host", "127.0.0.1"),
    # Requests wait for PostgreSQL more than they compute: some threads, but each holds a connection.
    *("--blocking-threads", "8"),
    # A browser's idle connection must not hold up the end; less than our own patience, which kills.
    *("--workers-kill-timeout", "8"),
    # In the same JSON as the site's own lines.
    *("--log-config", str(ROOT / "clinic" / "granian_logs.json")),
]
# Without its banner, which is no JSON.
CELERY = ["--quiet", "-A", "clinic"]
# With nobody else to talk to, gossip, mingle and heartbeats only cost time at the start and traffic.
WORKER = ["worker", "-c", "2", "-l", "info", "--without-gossip", "--without-mingle", "--without-heartbeat"]
BEAT = ["beat", "-l", "info"]


@dataclass(frozen=True)
class Site:
    folder: DataFolder
    env: dict[str, str]
    dev: bool

    def web(self) -> Program:
        reload = ["--reload", "--reload-ignore-worker-failure"] + [f"--reload-paths={path}" for path in watched()]
        options = [*GRANIAN, "--port", self.env["PORT"], *(reload if self.dev else [])]
        return self._python("web", "granian", *options, "clinic.wsgi:application")

    def worker(self) -> Program:
        # SIGTERM lets it finish the mail in its hands, which a slow mail server may hold for a minute. When we are
        # killed, Valkey is gone too and there is nothing to wait for: SIGKILL, and its own children follow. In dev it
        # is watchfiles that must live to end celery.
        death_signal = signal.SIGTERM if self.dev else signal.SIGKILL
        return self._celery("worker", *WORKER, grace=70, death_signal=death_signal)

    def beat(self) -> Program:
        return self._celery("beat", *BEAT)

    def preparation(self, *commands: str) -> Program:
        return self._python("preparation", "clinic.embedded.preparation", *commands, shown=True)

    def collectstatic(self) -> Program:
        return self._python("collectstatic", "django", "collectstatic", "--noinput")

    def _celery(self, name: str, *arguments: str, **how: Any) -> Program:
        if not self.dev:
            return self._python(name, "celery", *CELERY, *arguments, **how)
        command = shlex.join([sys.executable, "-m", "celery", *CELERY, *arguments])
        return self._python(name, "watchfiles", "--filter", "python", command, *watched(), **how)

    def _python(self, name: str, module: str, *arguments: str, **how: Any) -> Program:
        command = [sys.executable, "-m", module, *arguments]
        return Program(name=name, command=command, log=self.folder.log(name), env=self.env, **how)


def watched() -> list[str]:
    """What dev reloads for: our rooms, but never .venv, and never .data, where each log line is a change."""
    return sorted(path.parent.name for path in ROOT.glob("*/__init__.py") if path.parent.name != "tests")
