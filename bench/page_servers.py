"""The servers between which the pages are compared: ours, an empty view, nginx before ours, and an earlier build."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import psycopg

from bench.load import length_of_answer
from clinic.embedded.folder import DataFolder
from clinic.embedded.processes import Process, Program
from clinic.embedded.programs import GRANIAN, Site
from tests.embedded.site import free_port
from tests.production.nginx import NGINX, Nginx
from tests.production.web import wait_until_answers

PREPARATION = ("migrate", "sync_roles", "load_first_content")
PLAIN = "/plain/"


class Ports(NamedTuple):
    ours: int
    empty: int
    nginx: int | None
    base: int | None


@contextmanager
def servers(base: Path | None, folder: Path) -> Iterator[Ports]:
    with ExitStack() as running:

        def start(program: Program, port: int) -> int:
            process = Process(program)
            running.callback(process.stop)
            wait_until_answers(port, program, process)
            return port

        ours = site(folder / "ours", os.environ["DATABASE_URL"])
        wait_for(ours.collectstatic())
        port = start(ours.web(), int(ours.env["PORT"]))
        base_port = start_base(base, folder, start) if base else None
        nginx = running.enter_context(nginx_before(port, folder)) if Path(NGINX).exists() else None
        yield Ports(port, start_empty(folder, start), nginx, base_port)


def site(folder: Path, database: str) -> Site:
    port = str(free_port())
    env = {**os.environ, "DATABASE_URL": database, "PORT": port, "SITE_URL": f"http://127.0.0.1:{port}"}
    return Site(DataFolder(folder), {**env, "DATA_DIR": str(folder)}, dev=False)


def wait_for(program: Program) -> None:
    process = Process(program)
    process.popen.wait()
    process.finish()
    if process.popen.returncode:
        raise RuntimeError(f"{program.name} failed; see {program.log}")


def start_empty(folder: Path, start: object) -> int:
    port = free_port()
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": ""}
    command = [sys.executable, "-m", "granian", *GRANIAN, "--port", str(port), "bench.empty:application"]
    return start(Program(name="empty", command=command, log=folder / "empty.log", env=env), port)  # type: ignore[operator]


def start_base(base: Path, folder: Path, start: object) -> int:
    """Another worktree with its own .venv, on a database of its own."""
    address = os.environ["DATABASE_URL"]
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute('CREATE DATABASE "base"')
    there = site(folder / "base", address.replace("/clinic?", "/base?"))
    for program in (there.collectstatic(), there.preparation(*PREPARATION)):
        wait_for(moved(program, base))
    return start(moved(there.web(), base), int(there.env["PORT"]))  # type: ignore[operator]


def moved(program: Program, base: Path) -> Program:
    python = str(base / ".venv" / "bin" / "python")
    command = ["env", "-C", str(base), python, *program.command[1:]]
    here = str(Path(__file__).parent.parent)
    command = [part.replace(here, str(base)) if part.endswith(".json") else part for part in command]
    return Program(name="base", command=command, log=program.log, env={**program.env, "PYTHONPATH": str(base)})


@contextmanager
def nginx_before(web: int, folder: Path) -> Iterator[int]:
    """As we ship it, but by plain http, and with a file beside the site that is as long as the page."""
    nginx, port = Nginx(folder / "nginx", [web]), free_port()
    files = nginx.folder / "files" / "plain"
    files.mkdir(parents=True)
    server = f"""
    server {{
        listen 127.0.0.1:{port};
        server_name 127.0.0.1;
        location {PLAIN} {{ root {nginx.folder}/files; }}
        include clinic/site.conf;
    }}"""
    (nginx.folder / "conf.d" / "bench.conf").write_text(server)
    (files / "page.html").write_bytes(b"x" * page_length(web))
    with nginx:
        time.sleep(0.2)
        yield port


def page_length(web: int) -> int:
    import socket

    from bench.page_speed import PAGE

    asked = f"GET {PAGE} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: br\r\n\r\n".encode()
    with socket.create_connection(("127.0.0.1", web), timeout=30) as sock:
        return length_of_answer(sock, asked)
