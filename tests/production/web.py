"""Web processes on a database of their own, for tests that put something before or behind them."""

import http.client
import os
import time
from pathlib import Path
from typing import Self

import psycopg

from clinic.embedded.folder import DataFolder
from clinic.embedded.generated import NAMES
from clinic.embedded.processes import Process, Program, failure
from clinic.embedded.programs import Site
from clinic.embedded.pytest_plugin import TEMPLATE
from tests.embedded.site import NOT_INHERITED, free_port

SECRETS = {name: f"{name}-of-a-test-run-and-of-nothing-else-in-the-world" for name in NAMES}


def new_database(name: str) -> str:
    """One with all tables and no rows, on the servers of this test run; returns its address."""
    server = os.environ["DATABASE_URL"]
    # From elsewhere: what somebody is connected to cannot be copied.
    with psycopg.connect(server.replace("/clinic?", "/postgres?"), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{os.environ.get(TEMPLATE, "template1")}"')
    return server.replace("/clinic?", f"/{name}?")


class Web:
    """Made in the main thread only (see clinic.embedded.processes). `folder` holds its logs, mails and static files."""

    def __init__(self, folder: Path, database_url: str, **settings: str) -> None:
        self.folder = DataFolder(folder)
        self.port = free_port()
        inherited = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
        self.env = inherited | {
            **SECRETS,
            "DJANGO_SETTINGS_MODULE": "clinic.settings",
            "DATABASE_URL": database_url,
            "REDIS_URL": os.environ["REDIS_URL"],
            "PORT": str(self.port),
            "SITE_URL": f"http://127.0.0.1:{self.port}",
            "DATA_DIR": str(folder),
            "ADMIN_EMAIL": "manager@clinic.example",
            "ADMIN_PASSWORD": "the first password of a test",
            **settings,
        }
        self.site = Site(self.folder, self.env, dev=False)
        self.process: Process | None = None

    def __enter__(self) -> Self:
        self.process = Process(self.site.web())
        wait_until_answers(self.port, self.site.web(), self.process)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        if self.process:
            self.process.stop()

    def prepare(self) -> None:
        self.finish(self.site.preparation("migrate", "sync_roles", "load_first_content", "create_first_staff"))

    def manage(self, *arguments: str) -> str:
        """What the command printed."""
        program = self.site._python("manage", "django", *arguments)
        program.log.unlink(missing_ok=True)
        self.finish(program)
        return program.log.read_text()

    def finish(self, program: Program) -> None:
        process = Process(program)
        process.popen.wait()
        process.finish()
        if process.popen.returncode:
            raise failure(program, process.how_it_ended())


def wait_until_answers(port: int, program: Program, process: Process, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not answers(port):
        if process.has_ended() or time.monotonic() > deadline:
            raise failure(program, "did not answer")
        time.sleep(0.05)


def answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    else:
        return True
    finally:
        connection.close()
