"""Owns the running programs: starts them in order, starts again what dies, stops all of them in the opposite order."""

import signal
import time
from collections.abc import Callable
from types import FrameType
from typing import Self

from clinic.embedded import leftovers
from clinic.embedded.errors import Failed, Stopped
from clinic.embedded.folder import DataFolder
from clinic.embedded.processes import Process, Program, failure
from clinic.embedded.speech import say

FIRST_PAUSE = 0.5  # seconds before a dead program is started again
LONGEST_PAUSE = 5.0
SECONDS_OF_HEALTH = 30  # a program that ran this long died of something new, and its pause starts small again
TICK = 0.1
# No new requests first; then nothing new is announced, and the worker finishes while its servers are still there.
STOP_ORDER = ("web", "beat", "worker", "valkey", "postgres")

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Kept:
    """A program that is to be running, and its current process."""

    def __init__(self, program: Program, prepare: Callable[[], None]) -> None:
        self.program = program
        self.prepare = prepare
        self.pause = FIRST_PAUSE
        self.start_at: float | None = None  # set while it is down
        self.start()

    def start(self) -> None:
        self.prepare()
        self.process = Process(self.program)
        self.start_at = None

    def note_death(self) -> None:
        if self.process.age > SECONDS_OF_HEALTH:
            self.pause = FIRST_PAUSE
        self.start_at = time.monotonic() + self.pause
        say(f"{self.program.name} {self.process.how_it_ended()}; starting it again in {self.pause:g} s.")
        self.pause = min(self.pause * 2, LONGEST_PAUSE)


class Supervisor:
    def __init__(self, folder: DataFolder) -> None:
        self.folder = folder
        self.kept: list[Kept] = []
        self.steps: list[Process] = []
        self.asked_to_stop = False

    def __enter__(self) -> Self:
        leftovers.clear(self.folder)
        return self

    def __exit__(self, *_: object) -> None:
        self.asked_to_stop = True
        for step in self.steps:
            step.stop()
        for kept in sorted(self.kept, key=lambda kept: STOP_ORDER.index(kept.program.name)):
            kept.process.stop()

    def obey_signals(self) -> None:
        for number in SIGNALS:
            # A SIGHUP that is ignored already comes from nohup: somebody wants us to outlive the terminal.
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._ask_to_stop)

    def _ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        # Only a note: an exception from here could strike between a fork and the line that remembers its child.
        self.asked_to_stop = True

    def keep(
        self, program: Program, *, prepare: Callable[[], None] = lambda: None, answers: Callable[[], bool] | None = None
    ) -> None:
        """Starts a program, now and whenever it dies. Waits until it answers, if it can be asked."""
        self.stop_if_asked()
        kept = Kept(program, prepare)
        self.kept.append(kept)
        self._record()
        if answers:
            self.wait_for(kept, answers)

    def wait_for(self, kept: Kept, answers: Callable[[], bool], seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while not answers():
            self.stop_if_asked()
            if kept.process.has_ended():
                raise failure(kept.program, f"{kept.process.how_it_ended()} before it was ready")
            if time.monotonic() > deadline:
                raise failure(kept.program, f"was not ready after {seconds:g} s")
            time.sleep(TICK / 2)

    def begin(self, program: Program) -> Process:
        """Starts a program that ends by itself."""
        self.stop_if_asked()
        self.steps.append(Process(program))
        return self.steps[-1]

    def finish(self, step: Process) -> None:
        """Waits for its end, with the others kept up meanwhile."""
        while not step.has_ended():
            self.stop_if_asked()
            self.look_after()
            time.sleep(TICK / 2)
        if step.popen.returncode != 0:
            raise failure(step.program, step.how_it_ended())

    def look_after(self) -> None:
        for kept in self.kept:
            if kept.start_at is None and kept.process.has_ended():
                kept.note_death()
            elif kept.start_at is not None and time.monotonic() >= kept.start_at:
                self._start_again(kept)

    def _start_again(self, kept: Kept) -> None:
        try:
            kept.start()
        except Failed as reason:
            say(str(reason))
            kept.note_death()
        else:
            self._record()
            say(f"{kept.program.name} is started again.")

    def look_after_all_until_stopped(self) -> None:
        while not self.asked_to_stop:
            self.look_after()
            time.sleep(TICK)

    def stop_if_asked(self) -> None:
        if self.asked_to_stop:
            raise Stopped

    def _record(self) -> None:
        leftovers.record(self.folder, (kept.process for kept in self.kept))
