"""How fast public pages are: beside an empty view, a plain file and an earlier build, in one run."""

import io
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.test import RequestFactory

from articles.models import Article
from articles.sections import html_of
from bench.load import requests_per_second
from bench.page_servers import PLAIN, Ports, servers
from clinic import pages
from clinic.wsgi import application
from foundation import outage

PAGE = "/research/neural-progenitors-progressive-ms/"
SLUG = PAGE.split("/")[2]
ROUNDS, SECONDS = 3, 3
PUBLISHES = 15
TARGETS = {
    "article / empty view": 0.70,
    "article through nginx / plain file through nginx": 0.80,
    "first render after a publish, ms of processor": 15,
    "memory with all articles read, MB": 32,
}
# Of the rest, more is better.
AT_MOST = {"first render after a publish, ms of processor", "memory with all articles read, MB"}


def measure(base: Path | None, articles: int) -> Iterator[tuple[str, float]]:
    with tempfile.TemporaryDirectory(prefix="clinic-bench-") as folder, servers(base, Path(folder)) as ports:
        yield from speeds(ports)
    yield "first render after a publish, ms of processor", first_render()
    yield "memory with all articles read, MB", memory(articles)


def speeds(ports: Ports) -> Iterator[tuple[str, float]]:
    asked = {"article": (ports.ours, PAGE), "empty view": (ports.empty, "/")}
    if ports.nginx:
        asked["article through nginx"] = (ports.nginx, PAGE)
        asked["plain file through nginx"] = (ports.nginx, f"{PLAIN}page.html")
    if ports.base:
        asked["article of the earlier build"] = (ports.base, PAGE)
    # In turns, so that whatever else the machine does falls on all of them.
    found: dict[str, list[float]] = {name: [] for name in asked}
    for _ in range(ROUNDS):
        for name, (port, path) in asked.items():
            found[name].append(requests_per_second(port, path, seconds=SECONDS))
    median = {name: statistics.median(values) for name, values in found.items()}
    yield from ((f"{name}, requests/s", value) for name, value in median.items())
    yield "article / empty view", median["article"] / median["empty view"]
    if ports.nginx:
        ratio = median["article through nginx"] / median["plain file through nginx"]
        yield "article through nginx / plain file through nginx", ratio
    if ports.base:
        yield "article / article of the earlier build", median["article"] / median["article of the earlier build"]


def read(path: str) -> None:
    environ = RequestFactory()._base_environ(PATH_INFO=path, HTTP_HOST="127.0.0.1", HTTP_ACCEPT_ENCODING="br")
    # An empty one stands there, by which staff are told from visitors.
    del environ["HTTP_COOKIE"]
    environ["wsgi.input"] = io.BytesIO()
    found: Any = application(environ, lambda status, _headers: check(status, path))
    b"".join(found)


def check(status: str, path: str) -> None:
    if not status.startswith("200"):
        raise RuntimeError(f"{path} answered {status}")


def first_render() -> float:
    """In this process, of an article of which nothing is remembered: the median."""
    times = []
    for _ in range(PUBLISHES):
        Article.objects.filter(slug=SLUG).update(changed_by=None)
        html_of.cache_clear()
        outage.look_again()
        began = time.process_time()
        read(PAGE)
        times.append((time.process_time() - began) * 1000)
    return statistics.median(times)


def memory(count: int) -> float:
    """How much this process grew by reading all of so many articles once."""
    samples = Article.objects.filter(slug__startswith="sample-")
    call_command("make_sample_articles", str(max(0, count - samples.count())))
    outage.look_again()
    addresses = [f"/research/sample-{number}/" for number in range(1, count + 1)]
    for address in addresses[:50]:
        read(address)
    pages.forget()
    before = resident()
    for address in addresses:
        read(address)
    return (resident() - before) / 1024 / 1024


def resident() -> int:
    pages_of_memory = int(Path("/proc/self/statm").read_text().split()[1])
    return pages_of_memory * 4096


def rows(measured: dict[str, float]) -> list[dict[str, Any]]:
    return [{"what": name, "value": round(value, 2), **judged(name, value)} for name, value in measured.items()]


def judged(name: str, value: float) -> dict[str, Any]:
    if name not in TARGETS:
        return {"target": None, "within_target": True}
    target = TARGETS[name]
    return {"target": target, "within_target": value <= target if name in AT_MOST else value >= target}


def table(found: list[dict[str, Any]]) -> str:
    lines = [["", "measured", "target", ""], ["---", "---:", "---:", "---"], *map(line, found)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def line(row: dict[str, Any]) -> list[str]:
    if row["target"] is None:
        return [row["what"], f"{row['value']:,.2f}", "–", ""]
    sign = "≤" if row["what"] in AT_MOST else "≥"
    verdict = "ok" if row["within_target"] else "beyond its target"
    return [row["what"], f"{row['value']:,.2f}", f"{sign} {row['target']:g}", verdict]


INTRODUCTION = """# Pages

One article page, asked for by eight readers who wait for each answer, compressed by brotli as browsers ask for it; the
median of several turns. *Empty view* is Django without middleware, on the same server and options; *plain file*
is as long as the page, beside it in the shipped nginx. Compare ratios: the readers run on the same processors."""
