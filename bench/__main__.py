"""`./run bench`: fills a throw-away database step by step and times the pages of staff at each size."""

import argparse
import logging
import sys

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

    from bench import measure, results
    from bench.tasks import tasks

    for command in ("migrate", "sync_roles", "load_first_content"):
        call_command(command, verbosity=0)
    client, measured, there = measure.make_staff(), {}, 0
    for size in sizes():
        call_command("make_sample_leads", str(size - there), seed=size)
        there = size
        measured[size] = measure.measure(client)
    much_faster = {task.name for task in tasks() if task.much_faster}
    found = list(results.rows(measured, much_faster))
    print(results.write(found))  # noqa: T201 - the table is what this is for
    return 0 if all(row["within_targets"] for row in found) else 1


def sizes() -> list[int]:
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    parser.add_argument("--sizes", default="10000,1000000", help="how many leads, the smallest first")
    given = [int(size) for size in parser.parse_args().sizes.split(",")]
    if given != sorted(set(given)) or given[0] < 1:
        parser.error("--sizes are two or more numbers, the smallest first")
    return given


if __name__ == "__main__":
    sys.exit(main())
