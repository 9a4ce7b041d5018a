"""A child in the foreground of its own session: a Ctrl-C at the terminal reaches only us, and we stop it in order."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from clinic.embedded.errors import Failed
from clinic.embedded.privileges import before_exec

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Program:
    name: str
    command: list[str]
    log: Path
    env: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    stop_with: signal.Signals = signal.SIGTERM
    # What the child gets when we are killed ourselves. It must take the child's own children along.
    death_signal: signal.Signals = signal.SIGTERM
    grace: float = 10  # seconds to stop by itself, before it is killed
    without_root: bool = False
    # What it prints is for the person at the terminal, and not for a log: a password, once. Its errors are for the log.
    shown: bool = False


class Process:
    """A running program. Made in the main thread only: to Linux, the parent is the thread that forked."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.started = time.monotonic()
        with open(program.log, "ab") as log:
            self.popen = subprocess.Popen(
                program.command,
                stdin=subprocess.DEVNULL,
                stdout=None if program.shown else log,
                stderr=log,
                env=dict(program.env),
                cwd=ROOT,
                start_new_session=True,
                preexec_fn=before_exec(program.death_signal, without_root=program.without_root),
            )
        self.pid = self.popen.pid

    @property
    def age(self) -> float:
        return time.monotonic() - self.started

    def has_ended(self) -> bool:
        if self.popen.returncode is None and self.is_zombie():
            self.finish()
        return self.popen.returncode is not None

    def is_zombie(self) -> bool:
        if not hasattr(os, "waitid"):  # macOS before Python 3.13
            return self.popen.poll() is not None
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def finish(self) -> None:
        """Ends what is left of the session, then reaps its leader: in this order the id cannot be anybody else's."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self.popen.wait()

    def stop(self) -> None:
        if self.has_ended():
            return
        self.popen.send_signal(self.program.stop_with)
        deadline = time.monotonic() + self.program.grace
        while not self.is_zombie() and time.monotonic() < deadline:
            time.sleep(0.02)
        self.finish()

    def how_it_ended(self) -> str:
        code = self.popen.returncode
        if code < 0:
            return f"was killed by {signal.Signals(-code).name}"
        return f"exited with code {code}"


def tail(log: Path, lines: int = 15) -> str:
    """The end of a log, for people: what a failure's sentence is followed by."""
    text = log.read_text(errors="replace")[-20_000:].rstrip().splitlines()[-lines:]
    return "\n".join([f"The end of {log}:", *(f"  {line}" for line in text)])


def failure(program: Program, what_happened: str) -> Failed:
    return Failed(f"{program.name} {what_happened}. {tail(program.log)}".rstrip())
