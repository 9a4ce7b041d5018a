"""Today, the list and the page of a lead beside those of an earlier build with the same leads, asked for in turns."""

import statistics
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from bench.builds import Build
from bench.copies import Copies
from clinic.embedded.processes import ROOT

PAGES = ("Today", "lead page", "list")
# Thought of one by one; all others are copies of them.
PEOPLE = 20_000
# Of each lead whose page is asked for, five times.
WARM_UP, ROUNDS = 8, 40
NOWHERE = 9

# By page and build, the seconds of Python and of Postgres.
Measured = dict[tuple[str, str], tuple[float, float]]


def measure(base: Path, sizes: list[int]) -> dict[int, Measured]:
    """By how many leads there are."""
    with tempfile.TemporaryDirectory(prefix="clinic-bench-") as name, ExitStack() as running:
        worktrees = {"ours": ROOT, "earlier": base}
        builds = {whose: Build(tree, f"staff_{whose}", Path(name), NOWHERE) for whose, tree in worktrees.items()}
        asked = {whose: running.enter_context(pages(build)) for whose, build in builds.items()}
        people = min(PEOPLE, *sizes)
        all_answers(asked, f"make {people}")
        copies = [Copies(build.database) for build in builds.values()]
        measured = {}
        for size in sizes:
            with ThreadPoolExecutor() as both:
                list(both.map(lambda one, size=size: one.add(size // people - 1 - one.made), copies))
            all_answers(asked, "look")
            measured[size] = in_turns(asked)
    return measured


def all_answers(asked: dict[str, Any], line: str) -> list[str]:
    """Both at once, for it may take minutes."""
    for process in asked.values():
        say(process, line)
    return [process.stdout.readline() for process in asked.values()]


def say(process: Any, line: str) -> None:
    process.stdin.write(f"{line}\n")
    process.stdin.flush()


def in_turns(asked: dict[str, Any]) -> Measured:
    """So that whatever else the machine does falls on both."""
    times: dict[tuple[str, str], list[Any]] = {(page, whose): [] for page in PAGES for whose in asked}
    for _round in range(WARM_UP + ROUNDS):
        for (page, whose), found in times.items():
            say(asked[whose], page)
            found.append([float(part) for part in asked[whose].stdout.readline().split()])
    return {key: medians(found[WARM_UP:]) for key, found in times.items()}


def medians(found: list[list[float]]) -> tuple[float, float]:
    python, postgres = (statistics.median(part) for part in zip(*found, strict=True))
    return python, postgres


@contextmanager
def pages(build: Build) -> Iterator[Any]:
    # -P, so that a build imports its own modules and none of this folder.
    command = [build.python, "-P", str(ROOT / "bench" / "staff_pages.py")]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=build.worktree, env=build.env, stdin=pipe, stdout=pipe, text=True) as process:
        if process.stdout is None or process.stdout.readline().strip() != "ready":
            raise RuntimeError(f"the pages of {build.worktree} do not answer")
        try:
            yield process
        finally:
            process.terminate()


def rows(measured: dict[int, Measured]) -> list[dict[str, Any]]:
    return [row(size, page, found) for size, found in measured.items() for page in PAGES]


def row(size: int, page: str, found: Measured) -> dict[str, Any]:
    ours, earlier = found[page, "ours"], found[page, "earlier"]
    ratio = sum(ours) / sum(earlier)
    times = {"ours": in_ms(ours), "earlier": in_ms(earlier)}
    return {"leads": size, "page": page, **times, "ratio": round(ratio, 3), "within_target": ratio <= 1}


def in_ms(times: tuple[float, float]) -> list[float]:
    return [round(1000 * seconds, 2) for seconds in times]


HEADS = ["page", "leads", "Python", "Postgres", "Python, earlier", "Postgres, earlier", "of the earlier", ""]


def table(found: list[dict[str, Any]]) -> str:
    lines = [HEADS, ["---", *["---:"] * (len(HEADS) - 2), "---"], *map(line, found)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def line(row: dict[str, Any]) -> list[str]:
    times = [f"{ms:.1f} ms" for ms in (*row["ours"], *row["earlier"])]
    verdict = "ok" if row["within_target"] else "beyond its target"
    return [row["page"], f"{row['leads']:,}", *times, f"× {row['ratio']:.2f}", verdict]


INTRODUCTION = """# Staff's pages beside the earlier build

Written by `./run bench --only "staff pages" --base WORKTREE --leads 100000,1000000`: of whole requests the time of a
processor that Python and the session in Postgres each took, medians; the lead page is that of eight leads. Each build
has a process and a database of its own with the same leads, and they are asked in turns.
Target: both together at most what the earlier build takes."""
