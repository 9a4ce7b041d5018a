"""Lines for the person at the terminal."""

import contextlib
import os
import sys


def say(line: str, *, to: int = 1) -> None:
    """Never raises: the terminal, or the program that reads us, may be gone while the site must stay up."""
    with contextlib.suppress(OSError):
        os.write(to, f"{line}\n".encode())


def complain(line: str) -> None:
    sys.stdout.flush()
    say(line, to=2)
