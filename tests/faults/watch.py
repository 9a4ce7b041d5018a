"""Looks on while mails go out, and notes what took longest."""

import time

from tests.faults.stack import Stack


class Watch:
    """Call look() often; `longest_on_the_wire` is how long one worker held one mail, `longest_standstill` how long
    mails were due and nothing happened to any, both in seconds."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.held_since: dict[tuple[int, int], float] = {}
        self.longest_on_the_wire = self.longest_standstill = 0.0
        self.last_progress = time.monotonic()
        self.progress: object = None

    def look(self) -> None:
        now = time.monotonic()
        held = self.stack.outbox.on_the_wire()
        self.held_since = {mail: self.held_since.get(mail, now) for mail in held}
        self.longest_on_the_wire = max([self.longest_on_the_wire, *(now - each for each in self.held_since.values())])
        due, progress = self.stack.outbox.due_and_progress()
        if progress != self.progress or not due:
            self.last_progress, self.progress = now, progress
        self.longest_standstill = max(self.longest_standstill, now - self.last_progress)

    def until_sent(self, seconds: float) -> None:
        self.stack.wait_until(self._all_is_done, seconds)

    def _all_is_done(self) -> bool:
        self.look()
        return self.stack.all_is_done()
