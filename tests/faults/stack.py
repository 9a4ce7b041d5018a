"""A whole site on servers of its own, whose processes the test starts, kills and supervises itself.

Not ./run: its pauses before a restart would be most of what a test measures.
"""

import dataclasses
import http.client
import json
import os
import random
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Self

from clinic.embedded.folder import DataFolder
from clinic.embedded.generated import NAMES
from clinic.embedded.postgres import Postgres
from clinic.embedded.processes import Process, Program, failure
from clinic.embedded.programs import Site
from clinic.embedded.valkey import Valkey
from tests.embedded.site import NOT_INHERITED, free_port, with_tables
from tests.faults import passing
from tests.faults.outbox import Outbox
from tests.faults.proxy import Proxy
from tests.faults.script import Script
from tests.faults.scripted_mail import ScriptedMail

TICK = 0.02
CHILDREN = 2


class Kept:
    """A process that is started again at once when it ends, as a supervisor does in production."""

    def __init__(self, program: Program, prepare: Callable[[], None]) -> None:
        self.program = program
        self.prepare = prepare
        self.graves: list[Process] = []
        self.start()

    def start(self) -> None:
        self.prepare()
        self.process = Process(self.program)
        self.is_wanted = True

    @property
    def pid(self) -> int:
        return self.process.pid

    def look_after(self) -> None:
        if self.is_wanted and self.process.is_zombie():
            # Not reaped yet: its children may go on for a while, and its number stays theirs.
            self.graves.append(self.process)
            self.start()

    def children(self) -> list[int]:
        with suppress(OSError):
            return [int(pid) for pid in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()]
        return []

    def bury(self) -> None:
        """Ends what the dead have left behind."""
        while self.graves:
            self.graves.pop().finish()

    def stop(self) -> None:
        """Until somebody calls start()."""
        self.is_wanted = False
        self.process.stop()
        self.bury()


class Stack:
    """Made and driven in the main thread only (see Process). `folder` holds all of its state."""

    def __init__(self, folder: Path, seed: int, workers: int = 2) -> None:
        self.seed = seed
        self.folder = DataFolder(with_tables(folder))
        # A durable one: the throw-away kind forgets, when killed, what it has confirmed.
        self.postgres = Postgres(self.folder)
        self.valkey = Valkey(self.folder)
        self.proxy = Proxy(self.valkey.socket, free_port())
        self.mail = ScriptedMail(folder)
        self.outbox = Outbox(self.postgres.url)
        self.port = free_port()
        self.worker_count = workers
        self.kept: dict[str, Kept] = {}
        self.cleaning = ExitStack()

    # -- from start to end

    def __enter__(self) -> Self:
        with ExitStack() as cleaning:
            cleaning.enter_context(self.proxy)
            cleaning.enter_context(self.mail)
            cleaning.callback(self.stop_all)
            self.start_servers()
            self.finish(self.site.preparation("migrate", "sync_roles", "load_first_content"))
            # For tests that want the same tables to themselves.
            self.outbox.ask("CREATE DATABASE pristine TEMPLATE clinic")
            self.start_site()
            self.cleaning = cleaning.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self.cleaning.close()
        shutil.rmtree(self.folder.sockets, ignore_errors=True)

    def start_servers(self) -> None:
        self.keep("postgres", self.postgres.program, self.postgres.prepare)
        self.keep("valkey", self.valkey.program)
        self.wait_until(self.postgres.answers, 30)
        self.wait_until(self.valkey.answers, 30)
        self.postgres.make_database()
        # A throw-away server answers before it has written; what it answered must outlive its death here.
        self.outbox.ask("ALTER DATABASE clinic SET synchronous_commit = on")
        self.outbox.close()

    def start_site(self) -> None:
        self.keep("web", self.site.web())
        self.keep("beat", self.site.beat())
        for name in self.workers:
            self.keep(name, self.worker(name))
        self.wait_until(self.is_up, 60)

    def stop_all(self) -> None:
        self.outbox.close()
        # The servers came first.
        for name in reversed(self.kept):
            self.kept[name].stop()

    @property
    def workers(self) -> list[str]:
        return [f"worker{number}" for number in range(self.worker_count)]

    @contextmanager
    def grown(self, *, webs: int, workers: int, beats: int) -> Iterator[dict[str, int]]:
        """As by `docker compose up --scale`. Gives the port of each web."""
        ports = {"web": self.port} | {f"web{number}": free_port() for number in range(1, webs)}
        more = [self.web(name, port) for name, port in ports.items() if name not in self.kept]
        more += [self.named(self.site.beat(), f"beat{number}") for number in range(1, beats)]
        more += [self.worker(f"worker{number}") for number in range(self.worker_count, workers)]
        usual, self.worker_count = self.worker_count, workers
        try:
            for program in more:
                self.keep(program.name, program)
            self.wait_until(lambda: self.is_up() and all(map(self.web_answers, ports.values())), 60)
            yield ports
        finally:
            self.worker_count = usual
            for program in more:
                if program.name in self.kept:
                    self.kept.pop(program.name).stop()

    @contextmanager
    def workers_with(self, **settings: int) -> Iterator[None]:
        """Workers under other settings until the end of the block, and none of them started anew for it."""
        passing.write(self.folder.path, settings)
        try:
            yield
        finally:
            passing.write(self.folder.path, {})

    @property
    def site(self) -> Site:
        return Site(self.folder, self.env, dev=False)

    @property
    def env(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
        return inherited | {
            **{name: f"{name}-of-a-test-run-and-of-nothing-else-in-the-world" for name in NAMES},
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
            "DATABASE_URL": self.postgres.url,
            "REDIS_URL": self.proxy.url,
            "EMAIL_URL": self.mail.url,
            "PORT": str(self.port),
            "SITE_URL": f"http://127.0.0.1:{self.port}",
            "DATA_DIR": str(self.folder.path),
            "FORM_LIMITS": "off",
            "PYTHONUNBUFFERED": "1",
        }

    def worker(self, name: str) -> Program:
        return self.named(self.site.worker(), name, "-c", str(CHILDREN), "-n", f"{name}@%h")

    def web(self, name: str, port: int) -> Program:
        return self.named(dataclasses.replace(self.site, env=self.env | {"PORT": str(port)}).web(), name)

    def named(self, program: Program, name: str, *options: str) -> Program:
        command = [*program.command, *options]
        return dataclasses.replace(program, name=name, command=command, log=self.folder.log(name))

    # -- supervising

    def keep(self, name: str, program: Program, prepare: Callable[[], None] = lambda: None) -> None:
        self.kept[name] = Kept(program, prepare)

    def look_after(self) -> None:
        for kept in self.kept.values():
            kept.look_after()

    def wait_until(self, is_so: Callable[[], bool], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not is_so():
            assert time.monotonic() < deadline, f"{is_so.__name__}: not after {seconds:g} s, {self.where_to_look}"
            self.pause(TICK)

    @property
    def where_to_look(self) -> str:
        return f"FAULTS_SEED={self.seed}, logs in {self.folder.logs}"

    def pause(self, seconds: float) -> None:
        """Time goes by, with everything kept up."""
        end = time.monotonic() + seconds
        self.look_after()
        while (left := end - time.monotonic()) > 0:
            time.sleep(min(left, TICK))
            self.look_after()

    def finish(self, program: Program) -> None:
        """Runs a program that ends by itself."""
        process = Process(program)
        self.wait_until(process.has_ended, 600)
        if process.popen.returncode:
            raise failure(program, process.how_it_ended())

    def is_up(self) -> bool:
        return self.web_answers() and all(self.is_working(name) for name in self.workers)

    def web_answers(self, port: int = 0) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=2)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def somebody_works(self) -> bool:
        return any(map(self.is_working, self.workers))

    def is_working(self, name: str) -> bool:
        return len(self.kept[name].children()) >= CHILDREN

    # -- one test

    def begin(self, script: Script | None = None) -> None:
        """Nothing of the test before, and a mail server that follows the script."""
        for kept in self.kept.values():
            kept.bury()
            if not kept.is_wanted:
                kept.start()
        self.proxy.forward()
        self.mail.begin(script or {}, self.seed)
        self.outbox.begin()
        self.wait_until(self.is_up, 60)

    def queue(self, addresses: list[str]) -> Process:
        """Begins to fill the outbox, half with packets and half with confirmations; returns who does it."""
        file = self.folder.path / "addresses.json"
        file.write_text(json.dumps(addresses))
        filling = self.site._python("fill", "tests.faults.fill", str(file))
        return Process(filling)

    def wait_until_queued(self, filling: Process, look_on: Callable[[], None] = lambda: None) -> None:
        while not filling.has_ended():
            self.pause(TICK)
            look_on()
        if filling.popen.returncode:
            raise failure(filling.program, filling.how_it_ended())

    def wait_until_sent(self, seconds: float) -> None:
        """Until nothing is left to do. Nothing may be killed any more."""

        def all_is_sent() -> bool:
            self.let_go_of_the_killed()
            return self.all_is_done()

        self.wait_until(all_is_sent, seconds)

    def all_is_done(self) -> bool:
        return self.outbox.left() == 0

    def let_go_of_the_killed(self) -> None:
        """For who waits for the last, when nothing is killed any more: a lease is up to a minute of nothing."""
        if self.mail.is_at_rest():
            self.outbox.let_go()

    # -- killing

    def kill(self, *pids: int) -> None:
        """kill -9 of processes of ours; look_after() starts those again that it keeps."""
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def kill_worker(self, name: str) -> int:
        """The parent alone; returns how many children went with it, as Celery has asked of the kernel for each."""
        children = self.kept[name].children()
        self.kill(self.kept[name].pid)
        return len(children)

    def kill_child(self, name: str, chance: random.Random) -> int:
        self.kill(*chance.sample(self.kept[name].children(), 1))
        return 1

    def kill_with_children(self, name: str) -> int:
        """As when a container is killed; returns how many children went with it."""
        children = self.kept[name].children()
        self.kill(self.kept[name].pid, *children)
        return len(children)

    def terminate(self, name: str, is_up: Callable[[], bool]) -> None:
        """What a deployment does: SIGTERM, the next start only after the end, and on to others when that one is up."""
        kept = self.kept[name]
        old = kept.process
        old.popen.send_signal(signal.SIGTERM)

        def is_replaced() -> bool:
            return kept.process is not old

        self.wait_until(is_replaced, 60)
        self.wait_until(is_up, 60)
