"""Processes that a supervisor killed with -9 left behind: the next start waits for them, then ends them.

A process id alone proves nothing (it may be somebody else's by now), so each is recorded with the moment it started.
"""

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from clinic.embedded.errors import Failed
from clinic.embedded.folder import DataFolder, write_private
from clinic.embedded.privileges import LINUX
from clinic.embedded.processes import Process

SECONDS_TO_STOP = 20  # PostgreSQL writes its last checkpoint in this time
SECONDS_TO_DIE = 5


@dataclass(frozen=True)
class Leftover:
    name: str
    pid: int
    started: str
    stop_with: int


def record(folder: DataFolder, processes: Iterable[Process]) -> None:
    children = [(p.program.name, p.pid, started_at(p.pid), int(p.program.stop_with)) for p in processes]
    write_private(folder.path / "children.json", children)


def recorded(folder: DataFolder) -> list[Leftover]:
    try:
        return [Leftover(*row) for row in json.loads((folder.path / "children.json").read_text())]
    except FileNotFoundError:
        return []


def clear(folder: DataFolder) -> None:
    children = recorded(folder)
    for child in children:
        # Those whose leader is gone have nobody to tell them to stop.
        end(living(child, folder), child.stop_with if is_alive(child) else signal.SIGKILL)
    if not all_gone(folder, children, SECONDS_TO_STOP):
        for child in children:
            end(living(child, folder), signal.SIGKILL)
        if not all_gone(folder, children, SECONDS_TO_DIE):
            raise Failed(f"Processes of an earlier run on {folder.path} will not end; see children.json in it.")


def end(pids: list[int], number: int) -> None:
    for pid in pids[:1] if number != signal.SIGKILL else pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def all_gone(folder: DataFolder, children: list[Leftover], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while any(living(child, folder) for child in children):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def living(child: Leftover, folder: DataFolder) -> list[int]:
    """The leader, if it lives, and then its followers: what granian and celery forked shares their session."""
    return [child.pid] * is_alive(child) + followers(child, folder)


def followers(child: Leftover, folder: DataFolder) -> list[int]:
    if not LINUX:
        return []
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            fields = stat(process)
            if fields[3] == str(child.pid) != process.name and not has_ended(fields):
                # In this order: one that begins to die meanwhile is told of nothing, and its memory is gone by then.
                found += [int(process.name)] * (was_told_of(folder, process) or is_dying(stat(process)))
    return found


def was_told_of(folder: DataFolder, process: Path) -> bool:
    """A session's number is free again once all in it have ended: only who was told of our folder is surely ours."""
    with contextlib.suppress(OSError):
        return f"DATA_DIR={folder.path}".encode() in (process / "environ").read_bytes().split(b"\0")
    return False


def is_dying(fields: list[str]) -> bool:
    """Its memory is gone, and with it what it was told; its port is not yet."""
    return fields[20] == "0"


def has_ended(fields: list[str]) -> bool:
    """A leader of threads that has ended alone leaves to them what it held, its port for one."""
    return fields[0] in "ZX" and int(fields[17]) <= 1


def end_all_in(data: Path, program: str, seconds: float) -> None:
    """Ends a program's processes that stand in a folder: of a dead PostgreSQL, one that lives on may still write."""
    deadline = time.monotonic() + seconds
    while pids := standing_in(data, program):
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGINT if time.monotonic() < deadline else signal.SIGKILL)
        time.sleep(0.05)


def standing_in(folder: Path, program: str) -> list[int]:
    # The program is asked for too: a person's shell may stand there as well.
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (process / "cwd").readlink() == folder.resolve() and (process / "exe").readlink().name == program:
                found.append(int(process.name))
    return found


def is_alive(child: Leftover) -> bool:
    return child.started != "" and started_at(child.pid) == child.started


def started_at(pid: int) -> str:
    """When a process was started, in whatever unit the system tells it; "" for one that has ended."""
    if not LINUX:
        ask = ["/bin/ps", "-o", "lstart=", "-p", str(pid)]
        told = subprocess.run(ask, capture_output=True, text=True, check=False)
        return told.stdout.strip()
    try:
        fields = stat(Path(f"/proc/{pid}"))
    except OSError:
        return ""
    return "" if has_ended(fields) else fields[19]


def stat(process: Path) -> list[str]:
    """State, parent, group, session and so on; 17 counts threads, 19 is the start, 20 the memory in bytes.

    The name before them may hold spaces and brackets.
    """
    return (process / "stat").read_text().rpartition(")")[2].split()
