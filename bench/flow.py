"""How fast an enquiry comes in and its packet goes out: beside the least that each can cost, and an earlier build."""

import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Set
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench.builds import Build
from bench.posts import a_post, check, posts_per_second
from bench.sink import Sink
from clinic.embedded.processes import ROOT

ROUNDS, SECONDS = 3, 4
DELIVERING_SECONDS, RAW_SECONDS = 15, 5
# Of each of several turns, and how long visitors post before them, so that none ends for want of mails.
TURN_SECONDS, STOCKING_SECONDS = 4, 10
SUBMITS = 40
RAW = "raw smtplib with ready bytes"
WAITING = "SELECT count(*) FROM mailings_outgoingemail WHERE kind = 'packet' AND state = 'queued'"
SENT_SINCE = "FROM mailings_outgoingemail WHERE kind = 'packet' AND state = 'sent' AND sent_at > to_timestamp(%s)"
SENT = f"SELECT count(*) {SENT_SINCE}"
RATE = f"SELECT ((count(*) - 1) / extract(epoch FROM max(sent_at) - min(sent_at)))::float {SENT_SINCE}"  # noqa: S608
TARGETS = {
    "post / post with one INSERT": 0.15,
    "post / post of the earlier build": 10,
    f"delivery / {RAW}": 0.25,
    "delivery / delivery of the earlier build": 5,
    "submit to SMTP, idle, p95, seconds": 1,
}
AT_MOST = {"submit to SMTP, idle, p95, seconds"}
Found = Iterator[tuple[str, float]]


def measure(base: Path | None) -> dict[str, dict[str, float]]:
    """By table."""
    with tempfile.TemporaryDirectory(prefix="clinic-bench-") as name:
        sink, folder = Sink(), Path(name)
        builds = {"": Build(ROOT, "ours", folder, sink.port)}
        if base:
            builds[" of the earlier build"] = Build(base, "base", folder, sink.port)
        intake_found = dict(intake(builds, Build(ROOT, "one", folder, sink.port, has_tables=False)))
        return {"intake": intake_found, "delivery": dict(delivery(builds, sink))}


def intake(builds: dict[str, Build], one: Build) -> Found:
    """Web servers alone, without workers, which would send meanwhile."""
    rates: dict[str, list[float]] = {}
    with ExitStack() as running:
        ports = {f"post{whose}": running.enter_context(build.web()) for whose, build in builds.items()}
        ports["post with one INSERT"] = running.enter_context(one.web("bench.one_insert:application"))
        for port in ports.values():
            posts_per_second(port, 2)
        # In turns, so that whatever else the machine does falls on all of them.
        for _ in range(ROUNDS):
            for name, port in ports.items():
                rates.setdefault(name, []).append(posts_per_second(port, SECONDS))
    yield from compared({name: statistics.median(values) for name, values in rates.items()}, "post", "posts/s")


def delivery(builds: dict[str, Build], sink: Sink) -> Found:
    rates: dict[str, list[float]] = {**{f"delivery{whose}": [] for whose in builds}, RAW: []}
    for build in builds.values():
        with build.web() as port:
            posts_per_second(port, STOCKING_SECONDS)
    # In turns, as the posts; raw right after ours, whose size it has.
    for _ in range(ROUNDS):
        for whose, build in reversed(builds.items()):
            rates[f"delivery{whose}"].append(delivered(build, TURN_SECONDS))
        rates[RAW].append(raw(sink, TURN_SECONDS))
    yield from compared({name: statistics.median(values) for name, values in rates.items()}, "delivery", "mails/s")
    yield "submit to SMTP, idle, p95, seconds", submit_to_smtp(builds[""], sink)


def delivered(build: Build, seconds: float = DELIVERING_SECONDS) -> float:
    """By one process, of the packets that the posts have left; from the first on, so without its start."""
    if not build.ask(WAITING):
        raise RuntimeError("no packet is left to deliver")
    began = time.time()
    with build.running("manage.py", "deliver_mail", "--forever"):
        while not build.ask(SENT, began):
            time.sleep(0.2)
        time.sleep(seconds)
    return float(build.ask(RATE, began))


def raw(sink: Sink, seconds: float = RAW_SECONDS) -> float:
    command = [sys.executable, "-m", "bench.raw_smtp", str(sink.port), str(sink.bytes_of_last), str(seconds)]
    return float(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)


def submit_to_smtp(build: Build, sink: Sink) -> float:
    build.ask(
        "WITH left_over AS (UPDATE mailings_outgoingemail SET state = 'cancelled' WHERE state = 'queued') SELECT 1"
    )
    with build.web() as port, build.worker():
        waits = sorted(one_submit(port, sink, f"idle{number}@example.org") for number in range(SUBMITS))
    return waits[SUBMITS * 95 // 100 - 1]


def one_submit(port: int, sink: Sink, address: str) -> float:
    began = time.time()
    with socket.create_connection(("127.0.0.1", port), timeout=30) as sock:
        sock.sendall(a_post(address))
        check(sock.recv(65_536))
    while address not in sink.taken and time.time() - began < 30:
        time.sleep(0.002)
    time.sleep(0.3)
    return sink.taken.get(address, began + 30) - began


def compared(rates: dict[str, float], what: str, unit: str) -> Found:
    yield from ((f"{name}, {unit}", rate) for name, rate in rates.items())
    yield from ((f"{what} / {name}", rates[what] / rate) for name, rate in rates.items() if name != what)


def rows(
    measured: dict[str, float], targets: Mapping[str, float] = TARGETS, at_most: Set[str] = AT_MOST
) -> list[dict[str, Any]]:
    return [
        {"what": name, "value": round(value, 3), **judged(value, targets.get(name), is_most=name in at_most)}
        for name, value in measured.items()
    ]


def judged(value: float, target: float | None, *, is_most: bool) -> dict[str, Any]:
    fits = target is None or (value <= target if is_most else value >= target)
    return {"target": target, "is_most": is_most, "within_target": fits}


def table(found: list[dict[str, Any]]) -> str:
    lines = [["", "measured", "target", ""], ["---", "---:", "---:", "---"], *map(line, found)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def line(row: dict[str, Any]) -> list[str]:
    if row["target"] is None:
        return [row["what"], f"{row['value']:,.2f}", "–", ""]
    sign = "≤" if row["is_most"] else "≥"
    return [row["what"], f"{row['value']:,.2f}", f"{sign} {row['target']:g}", verdict(row)]


def verdict(row: dict[str, Any]) -> str:
    return "ok" if row["within_target"] else "beyond its target"


INTRODUCTIONS = {
    "intake": """# Intake

The packet form, posted by eight visitors who wait for each answer, each post from a new address; the median of several
turns, web server alone. *One INSERT* is Django without middleware and one row, on the same server and options.""",
    "delivery": """# Delivery

Packets with their PDF, sent by one process (`manage.py deliver_mail`) to a mail server that takes everything at once.
*Raw smtplib* sends ready bytes of the same size over one connection. All of them run in turns, a few seconds each, and
the median counts. *Submit* is from the post to the mail server's answer, by a worker with nothing else to do.""",
}
