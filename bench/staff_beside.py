"""Today, the list and the page of a lead beside those of an earlier build with as many leads, asked for in turns."""

import statistics
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from bench import flow
from bench.builds import Build
from clinic.embedded.processes import ROOT

PAGES = ("list", "Today", "lead page")
WARM_UP, ROUNDS = 5, 31
NOWHERE = 9


def measure(base: Path, leads: int) -> dict[str, float]:
    """Milliseconds of each page, and how many times the earlier build's ours takes."""
    with tempfile.TemporaryDirectory(prefix="clinic-bench-") as name, ExitStack() as running:
        theirs = Build(base, "staff_of_base", Path(name), NOWHERE)
        asked = {
            "": running.enter_context(pages(ROOT, None, 0)),
            " of the earlier build": running.enter_context(pages(base, theirs.env, leads)),
        }
        medians = in_turns(asked)
    measured = {f"{page}{whose}, ms": value for (page, whose), value in medians.items()}
    ratios = {ratio(page): medians[page, ""] / medians[page, " of the earlier build"] for page in PAGES}
    return measured | ratios


def ratio(page: str) -> str:
    return f"{page} / {page} of the earlier build"


def in_turns(asked: dict[str, Any]) -> dict[tuple[str, str], float]:
    """So that whatever else the machine does falls on both."""
    times: dict[tuple[str, str], list[float]] = {(page, whose): [] for page in PAGES for whose in asked}
    for _round in range(WARM_UP + ROUNDS):
        for (page, whose), found in times.items():
            found.append(once(asked[whose], page))
    return {key: statistics.median(found[WARM_UP:]) * 1000 for key, found in times.items()}


def once(process: Any, page: str) -> float:
    process.stdin.write(f"{page}\n")
    process.stdin.flush()
    return float(process.stdout.readline())


@contextmanager
def pages(worktree: Path, env: Any, leads: int) -> Iterator[Any]:
    """env: None for our own, whose database has its leads."""
    # -P, so that a build imports its own modules and none of this folder.
    command = [str(worktree / ".venv" / "bin" / "python"), "-P", str(ROOT / "bench" / "staff_pages.py"), str(leads)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=worktree, env=env, stdin=pipe, stdout=pipe, text=True) as process:
        if process.stdout is None or process.stdout.readline().strip() != "ready":
            raise RuntimeError(f"the pages of {worktree} do not answer")
        try:
            yield process
        finally:
            process.terminate()


TARGETS = {ratio(page): 1.0 for page in PAGES}


def rows(measured: dict[str, float]) -> list[dict[str, Any]]:
    return flow.rows(measured, TARGETS, set(TARGETS))


INTRODUCTION = """## Beside the earlier build

Medians of whole requests, each build in a process and a database of its own with as many leads, asked for in turns."""
