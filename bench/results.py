"""The table: for people on the terminal and in RESULTS.md, for machines in results.json."""

import json
import os
import platform
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench import editing, flow, newsletter, packet, page_speed, searching, staff_beside

FOLDER = Path(__file__).parent
SLOWER_AT_MOST, OF_STOCK_AT_MOST = 1.5, 0.1
MACHINE = f"{os.cpu_count()} processors, {platform.machine()}, Python {platform.python_version()}"
# In the order of RESULTS.md.
TABLES = ("pages", "intake", "delivery", "newsletter", "search", "editing", "packet", "staff list", "staff pages")

# By size, by task, the milliseconds of "ours" and "stock".
Measured = dict[int, dict[str, dict[str, float | None]]]


def measured_on() -> str:
    """With what else ran beside it: on a busy machine only ratios say something."""
    return f"Measured on: {MACHINE}; load of the last quarter of an hour {os.getloadavg()[2]:.1f}."


def rows(measured: Measured, much_faster: set[str]) -> Iterator[dict[str, Any]]:
    small, large = min(measured), max(measured)
    for task, times in measured[large].items():
        ours, stock = times["ours"] or 0, times["stock"]
        slower, of_stock = ours / (measured[small][task]["ours"] or 1), ours / stock if stock else None
        fits = slower <= SLOWER_AT_MOST and (task not in much_faster or (of_stock or 0) <= OF_STOCK_AT_MOST)
        yield {
            "task": task,
            "milliseconds": {str(size): measured[size][task]["ours"] for size in sorted(measured)},
            "stock_milliseconds": {str(size): measured[size][task]["stock"] for size in sorted(measured)},
            "slower": round(slower, 2),
            "of_stock": round(of_stock, 3) if of_stock is not None else None,
            "within_targets": fits,
        }


def table(found: list[dict[str, Any]]) -> str:
    sizes = list(found[0]["milliseconds"])
    largest = f"{int(sizes[-1]):,}"
    heads = ["", *(f"{int(size):,} leads" for size in sizes), "slower by", f"stock at {largest}", "of stock", ""]
    lines = [heads, ["---", *["---:"] * (len(heads) - 2), "---"], *(line(row, sizes) for row in found)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def line(row: dict[str, Any], sizes: list[str]) -> list[str]:
    stock = row["stock_milliseconds"][sizes[-1]]
    return [
        row["task"],
        *(f"{row['milliseconds'][size]:.1f} ms" for size in sizes),
        f"× {row['slower']:.2f}",
        f"{stock:,.1f} ms" if stock else "–",
        f"{row['of_stock']:.3f}" if row["of_stock"] is not None else "–",
        "ok" if row["within_targets"] else "beyond its target",
    ]


def write(found: list[dict[str, Any]]) -> str:
    """Returns what it wrote, for the terminal."""
    targets = {"slower": SLOWER_AT_MOST, "of_stock": OF_STOCK_AT_MOST}
    text = "\n\n".join([INTRODUCTION, table(found), measured_on()])
    keep("staff list", text, {"machine": MACHINE, "targets": targets, "rows": found})
    return table(found)


def write_staff_pages(found: list[dict[str, Any]]) -> str:
    text = "\n\n".join([staff_beside.INTRODUCTION, staff_beside.table(found), measured_on()])
    keep("staff pages", text, {"machine": MACHINE, "rows": found})
    return staff_beside.table(found)


def write_editing(found: list[dict[str, Any]]) -> str:
    text = "\n\n".join([editing.INTRODUCTION, editing.table(found), measured_on()])
    keep("editing", text, {"machine": MACHINE, "rows": found})
    return editing.table(found)


def write_packet(found: list[dict[str, Any]]) -> str:
    text = "\n\n".join([packet.INTRODUCTION, editing.table(found), measured_on()])
    keep("packet", text, {"machine": MACHINE, "rows": found})
    return editing.table(found)


def write_pages(found: list[dict[str, Any]]) -> str:
    text = "\n\n".join([page_speed.INTRODUCTION, page_speed.table(found), measured_on()])
    keep("pages", text, {"machine": MACHINE, "rows": found})
    return page_speed.table(found)


def write_search(found: list[dict[str, Any]], sizes: list[int]) -> str:
    shown = searching.table(found, sizes)
    text = "\n\n".join([searching.INTRODUCTION, shown, measured_on()])
    keep("search", text, {"machine": MACHINE, "sizes": sizes, "rows": found})
    return shown


def write_flow(name: str, found: list[dict[str, Any]]) -> str:
    text = "\n\n".join([flow.INTRODUCTIONS[name], flow.table(found), measured_on()])
    keep(name, text, {"machine": MACHINE, "rows": found})
    return flow.table(found)


def write_newsletter(found: list[dict[str, Any]]) -> str:
    text = "\n\n".join([newsletter.INTRODUCTION, flow.table(found), measured_on()])
    keep("newsletter", text, {"machine": MACHINE, "rows": found})
    return flow.table(found)


def keep(name: str, text: str, data: dict[str, Any]) -> None:
    """A table that was not measured this time stays as it was printed last."""
    path = FOLDER / "results.json"
    before = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    every = {**{table: before[table] for table in TABLES if table in before}, name: {**data, "text": text}}
    path.write_text(json.dumps(every, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    texts = [every[table]["text"] for table in TABLES if table in every]
    (FOLDER / "RESULTS.md").write_text("\n\n".join(texts) + "\n", encoding="utf-8")


INTRODUCTION = f"""# The staff's list of leads, at two sizes

Written by `./run bench`: the median time of a whole request, signed in, in one process with nothing else to do. *Stock*
is Django's own `ModelAdmin` on the same table in the same run, with the same columns, `search_fields` and a filter.

Targets: at most {SLOWER_AT_MOST} times slower at the larger size; searches and the deep page at most {OF_STOCK_AT_MOST}
of stock. Compare ratios: the milliseconds are of the machine below."""
