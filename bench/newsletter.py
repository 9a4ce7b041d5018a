"""How fast an issue of the newsletter goes out, what it costs to begin it, and that its size costs no memory."""

import json
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench import flow
from bench.builds import Build
from bench.posts import posts_per_second
from bench.sink import Sink
from clinic.embedded.processes import ROOT

SECONDS, SECONDS_OF_POSTS = 15, 30
# Of a hundred sample subscribers ninety read it.
READERS_OF = 0.9
FEW = 10_000
PAGE, PAGE_AT_MOST = "page: ", 250
TARGETS = {
    "newsletter / raw smtplib with ready bytes": 0.35,
    "newsletter / packets": 4,
    "freezing 100,000 recipients, seconds": 2,
    "claim, p95, ms": 20,
    "memory with 10,000 recipients, MB": 150,
    "memory with many recipients, MB": 150,
}
AT_LEAST = {"newsletter / raw smtplib with ready bytes", "newsletter / packets"}
INTRODUCTION = """# Newsletter

An issue of four articles, sent by one process to a mail server that takes everything at once. *Raw smtplib* sends ready
bytes of the same size over one connection, *packets* are those of the same build with their PDF. A claim is of a whole
batch, among the mails that wait and the ledger of the issues that went out before, and so is each page of staff: the
time within which 95 of 100 whole answers came."""


def measure(ledger: int, recipients: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="clinic-bench-") as name:
        sink, folder = Sink(), Path(name)
        return dict(found(Build(ROOT, "newsletter", folder, sink.port), sink, ledger, recipients))


def found(build: Build, sink: Sink, ledger: int, recipients: int) -> Iterator[tuple[str, float]]:
    packets = packets_per_second(build)
    few = issue_to(build, FEW)
    newsletter = ask(build, "drain", str(SECONDS))
    raw = flow.raw(sink)
    yield "newsletter, mails/s", newsletter["rate"]
    yield "raw smtplib with ready bytes, mails/s", raw
    yield "packets, mails/s", packets
    yield "bytes of a newsletter", float(sink.bytes_of_last)
    yield "newsletter / raw smtplib with ready bytes", newsletter["rate"] / raw
    yield "newsletter / packets", newsletter["rate"] / packets
    yield "memory with 10,000 recipients, MB", max(few["memory"], newsletter["memory"])
    leave_nothing(build)
    many = issue_to(build, recipients - FEW)
    yield "recipients of the second issue", float(many["recipients"])
    yield "freezing 100,000 recipients, seconds", many["freeze_seconds"] * 100_000 / many["recipients"]
    mails = ask(build, "ledger", str(ledger))["mails"]
    yield "mails in the ledger", float(mails)
    yield "claim, p95, ms", ask(build, "claims")["p95"]
    for name, p95 in ask_module(build, "bench.issue_pages").items():
        yield f"{PAGE}{name}, p95, ms", p95
    newsletter = ask(build, "drain", str(SECONDS))
    yield "newsletter with that ledger, mails/s", newsletter["rate"]
    yield "memory with many recipients, MB", max(many["memory"], newsletter["memory"])


def rows(measured: dict[str, float]) -> list[dict[str, Any]]:
    targets = TARGETS | {name: PAGE_AT_MOST for name in measured if name.startswith(PAGE)}
    return flow.rows(measured, targets, targets.keys() - AT_LEAST)


def packets_per_second(build: Build) -> float:
    with build.web() as port:
        posts_per_second(port, SECONDS_OF_POSTS)
    rate = flow.delivered(build)
    leave_nothing(build)
    return rate


def leave_nothing(build: Build) -> None:
    build.ask(
        "WITH left_over AS (UPDATE mailings_outgoingemail SET state = 'cancelled' WHERE state = 'queued') SELECT 1"
    )


def issue_to(build: Build, more: int) -> Any:
    """An issue to all, when so many more read it."""
    build.start("manage.py", "make_sample_subscribers", str(round(more / READERS_OF))).wait()
    return ask(build, "launch")


def ask(build: Build, *arguments: str) -> Any:
    return ask_module(build, "bench.issue", *arguments)


def ask_module(build: Build, *arguments: str) -> Any:
    command = [build.python, "-m", *arguments]
    done = subprocess.run(command, cwd=build.worktree, env=build.env, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])
