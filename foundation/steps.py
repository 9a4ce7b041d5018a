"""A job of several steps, none of which waits for the one before it to go well."""

from collections.abc import Callable
from contextlib import ExitStack


def each(*steps: Callable[[], object]) -> None:
    """What went wrong is raised once all have had their turn; of several the last, with the others as its context."""
    with ExitStack() as left:
        for step in reversed(steps):
            left.callback(step)
