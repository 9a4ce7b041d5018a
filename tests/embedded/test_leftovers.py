import contextlib
import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from clinic.embedded import leftovers
from clinic.embedded.folder import DataFolder, write_private
from clinic.embedded.postgres import Postgres
from clinic.embedded.servers import start_postgres
from clinic.embedded.supervisor import Supervisor


@pytest.fixture
def folder(tmp_path):
    return DataFolder(tmp_path / "data")


@pytest.fixture
def sleeper():
    process = subprocess.Popen(["sleep", "60"], start_new_session=True)
    yield process
    process.kill()
    process.wait()


def record(folder, process, started):
    write_private(folder.path / "children.json", [("web", process.pid, started, int(signal.SIGTERM))])


def test_recorded_process_that_still_runs_is_ended(folder, sleeper):
    record(folder, sleeper, leftovers.started_at(sleeper.pid))
    leftovers.clear(folder)
    assert sleeper.wait(5) == -signal.SIGTERM


def test_process_that_only_got_a_recorded_number_is_left_alone(folder, sleeper):
    record(folder, sleeper, "1")
    leftovers.clear(folder)
    assert sleeper.poll() is None


# A worker that holds a port, and so much memory that to give it back takes a while, outlives its leader.
LEADER = """
import os, signal, socket, sys
port = socket.create_server(("127.0.0.1", 0))
if os.fork() == 0:
    memory = bytearray(os.urandom(1 << 20)) * 600
    print(os.getpid(), port.getsockname()[1], flush=True)
signal.pause()
"""


@pytest.fixture
def orphan(folder):
    """Process id of the leader, of the worker, and the worker's port."""
    env = {**os.environ, "DATA_DIR": str(folder.path)}
    command = [sys.executable, "-c", LEADER]
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True, start_new_session=True) as leader:
        worker, port = map(int, leader.stdout.readline().split())
        started = leftovers.started_at(leader.pid)
        leader.kill()
    record(folder, leader, started)
    yield worker, port
    with contextlib.suppress(ProcessLookupError):
        os.kill(worker, signal.SIGKILL)


def test_the_port_of_a_worker_whose_leader_was_killed_is_free_when_it_is_said_to_be_gone(folder, orphan):
    _worker, port = orphan
    leftovers.clear(folder)
    take(port)


def take(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))


def test_a_worker_that_begins_to_die_while_it_is_looked_at_is_not_gone_yet(folder, orphan, monkeypatch):
    worker, port = orphan
    look = leftovers.stat

    def die_after(process):
        fields = look(process)
        if process.name == str(worker) and not leftovers.is_dying(fields):
            os.kill(worker, signal.SIGKILL)
            while not leftovers.is_dying(look(process)):
                pass
        return fields

    monkeypatch.setattr(leftovers, "stat", die_after)
    [leader] = leftovers.recorded(folder)
    if leftovers.followers(leader, folder) != [worker]:
        take(port)


def test_postgres_starts_although_its_old_number_is_another_process(folder, sleeper):
    with Supervisor(folder) as supervisor:
        start_postgres(supervisor, Postgres(folder, throw_away=True))
    (folder.path / "postgres" / "postmaster.pid").write_text(f"{sleeper.pid}\n")
    with Supervisor(folder) as supervisor:
        start_postgres(supervisor, Postgres(folder, throw_away=True))
    assert sleeper.poll() is None


def test_shell_standing_in_the_data_folder_is_left_alone(folder):
    with subprocess.Popen(["sleep", "60"], cwd=folder.path) as shell:
        leftovers.end_all_in(folder.path, "postgres", 0)
        assert shell.poll() is None
        shell.kill()


def test_interrupted_initdb_is_done_again(folder):
    (folder.path / "postgres").mkdir()
    (folder.path / "postgres" / "PG_VERSION").write_text("18\n")
    (folder.path / "postgres.unfinished").touch()
    with Supervisor(folder) as supervisor:
        started = time.monotonic()
        assert start_postgres(supervisor, Postgres(folder, throw_away=True))
        assert time.monotonic() - started < 60
    assert not (folder.path / "postgres.unfinished").exists()


def test_long_data_folder_gets_a_short_folder_for_its_sockets(tmp_path):
    folder = DataFolder(tmp_path / ("long" * 25))
    assert len(os.fsencode(folder.sockets)) < 60
    assert folder.sockets.stat().st_mode & 0o077 == 0
    folder.sockets.rmdir()
