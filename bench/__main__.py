"""`./run bench`: measures public pages and enquiries beside what they are held against, and staff's pages."""

import argparse
import logging
import sys
from pathlib import Path

import django
from django.conf import settings


def main() -> int:
    django.setup()
    # The pages as they are, not their static files under hashed names, which would need collecting first.
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.ROOT_URLCONF = "bench.urls"
    # A line for each request would bury the table.
    logging.disable(logging.INFO)
    from django.core.management import call_command

    for command in ("migrate", "sync_roles", "load_first_content"):
        call_command(command, verbosity=0)
    options = asked()
    verdicts = [TABLES[name](options) for name in TABLES if options.only in ("", name)]
    return 0 if all(verdicts) else 1


def pages(options: argparse.Namespace) -> bool:
    from bench import page_speed, results

    found = page_speed.rows(dict(page_speed.measure(options.base, options.articles)))
    print(results.write_pages(found))  # noqa: T201 - the table is what this is for
    return all(row["within_target"] for row in found)


def flow(options: argparse.Namespace) -> bool:
    from bench import flow, results

    found = {name: flow.rows(measured) for name, measured in flow.measure(options.base).items()}
    for name, table in found.items():
        print(results.write_flow(name, table))  # noqa: T201 - the tables are what this is for
    return all(row["within_target"] for table in found.values() for row in table)


def newsletter(options: argparse.Namespace) -> bool:
    from bench import newsletter, results

    found = newsletter.rows(newsletter.measure(options.ledger, options.recipients))
    print(results.write_newsletter(found))  # noqa: T201 - the table is what this is for
    return all(row["within_target"] for row in found)


def search(options: argparse.Namespace) -> bool:
    from bench import results, searching

    sizes = [max(1, options.articles // 10), options.articles]
    found = searching.rows(searching.measure(sizes))
    print(results.write_search(found, sizes))  # noqa: T201 - the table is what this is for
    return all(row["within_target"] for row in found)


def staff_list(options: argparse.Namespace) -> bool:
    from django.core.management import call_command

    from bench import measure, results
    from bench.tasks import tasks

    client, measured, there = measure.make_staff(), {}, 0
    for size in options.sizes:
        call_command("make_sample_leads", str(size - there), seed=size)
        there = size
        measured[size] = measure.measure(client)
    much_faster = {task.name for task in tasks() if task.much_faster}
    found = list(results.rows(measured, much_faster))
    print(results.write(found))  # noqa: T201
    return all(row["within_targets"] for row in found)


def staff_pages(options: argparse.Namespace) -> bool:
    """There is nothing to say of them without an earlier build."""
    from bench import results, staff_beside

    if options.base is None:
        return True
    found = staff_beside.rows(staff_beside.measure(options.base, options.leads))
    print(results.write_staff_pages(found))  # noqa: T201 - the table is what this is for
    return all(row["within_target"] for row in found)


def editing(options: argparse.Namespace) -> bool:
    from bench import editing, results

    found = list(editing.rows(editing.measure()))
    print(results.write_editing(found))  # noqa: T201 - the table is what this is for
    return all(row["within_target"] for row in found)


def packet(options: argparse.Namespace) -> bool:
    from bench import packet, results

    found = packet.rows(packet.measure())
    print(results.write_packet(found))  # noqa: T201 - the table is what this is for
    return all(row["within_target"] for row in found)


# Sample articles stay: first comes what reads the opening ones alone, and each goes on from the number before.
TABLES = {
    "editing": editing,
    "packet": packet,
    "flow": flow,
    "newsletter": newsletter,
    "search": search,
    "pages": pages,
    "staff": staff_list,
    "staff pages": staff_pages,
}


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    parser.add_argument("--only", default="", choices=TABLES, help="one table")
    parser.add_argument("--sizes", default="10000,1000000", help="how many leads, the smallest first")
    parser.add_argument("--leads", default="100000", help="how many leads beside the earlier build, the smallest first")
    parser.add_argument(
        "--articles", type=int, default=10_000, help="how many articles are read for their memory, and searched"
    )
    parser.add_argument("--ledger", type=int, default=1_000_000, help="how many mails went out before an issue")
    parser.add_argument("--recipients", type=int, default=100_000, help="how many get the larger issue")
    parser.add_argument("--base", type=Path, help="a worktree of an earlier build, with its .venv, to run beside ours")
    options = parser.parse_args()
    options.sizes, options.leads = numbers(parser, options.sizes), numbers(parser, options.leads)
    return options


def numbers(parser: argparse.ArgumentParser, text: str) -> list[int]:
    found = [int(number) for number in text.split(",")]
    if found != sorted(set(found)) or found[0] < 1:
        parser.error("--sizes and --leads are numbers, the smallest first")
    return found


if __name__ == "__main__":
    sys.exit(main())
