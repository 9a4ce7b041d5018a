"""A build on a database of its own: its web server, its worker, its one delivering process."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import psycopg

from clinic.embedded.processes import ROOT
from clinic.embedded.programs import GRANIAN, WORKER
from tests.embedded.site import free_port

PREPARATION = ("migrate", "sync_roles", "load_first_content")


class Build:
    def __init__(self, worktree: Path, name: str, folder: Path, mail_port: int, *, has_tables: bool = True) -> None:
        self.worktree, self.name, self.folder, self.port = worktree, name, folder, free_port()
        address = os.environ["DATABASE_URL"]
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        self.database = address.replace("/clinic?", f"/{name}?")
        self.env = {
            **os.environ,
            "DATABASE_URL": self.database,
            "DATA_DIR": str(folder / name),
            "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
            "FORM_LIMITS": "off",
            "PORT": str(self.port),
            "PYTHONPATH": str(worktree),
            "SITE_URL": f"http://127.0.0.1:{self.port}",
            "STAFF_ALERT_EMAIL": "desk@example.org",
        }
        for command in PREPARATION if has_tables else ():
            self.start("manage.py", command).wait()

    @property
    def python(self) -> str:
        return str(self.worktree / ".venv" / "bin" / "python")

    def start(self, *arguments: str) -> "subprocess.Popen[bytes]":
        with open(self.folder / f"{self.name}.log", "ab") as log:
            return subprocess.Popen(
                [self.python, *arguments], cwd=self.worktree, env=self.env, stdout=log, stderr=subprocess.STDOUT
            )

    @contextmanager
    def running(self, *arguments: str) -> Iterator[Any]:
        process = self.start(*arguments)
        try:
            yield process
        finally:
            process.terminate()
            process.wait(90)

    @contextmanager
    def web(self, application: str = "clinic.wsgi:application") -> Iterator[int]:
        options = [part.replace(str(ROOT), str(self.worktree)) for part in GRANIAN]
        with self.running("-m", "granian", *options, "--port", str(self.port), application):
            wait_until_it_answers(self.port)
            yield self.port

    @contextmanager
    def worker(self) -> Iterator[None]:
        with self.running("-m", "celery", "--quiet", "-A", "clinic", *WORKER):
            time.sleep(10)
            yield

    def ask(self, query: str, *values: Any) -> Any:
        with psycopg.connect(self.database, autocommit=True) as connection:
            [found] = connection.execute(query, values or None).fetchone() or [None]
            return found


def wait_until_it_answers(port: int) -> None:
    for _try in range(600):
        with suppress(OSError):
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            connection.getresponse().read()
            return
        time.sleep(0.1)
    raise RuntimeError("the web server does not answer")
