"""Pages of staff in a process of their own, of this build or an earlier one, asked for by their names, one a line.

It runs with the code of the build that is measured, so it names only what both have.
"""

import logging
import sys
import time
from itertools import cycle
from pathlib import Path
from typing import Any

import django
from django.conf import settings

# Newest first: from whoever wrote a moment ago to who has come some way.
LEADS = slice(0, 800, 100)


def main() -> None:
    django.setup()
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    logging.disable(logging.INFO)
    from bench.measure import make_staff

    client, pages = make_staff(), {}
    tell("ready")
    for line in sys.stdin:
        word, _, number = line.strip().partition(" ")
        match word:
            case "make":
                make(int(number))
                tell("made")
            case "look":
                pages = addresses()
                tell("looked")
            case _:
                tell(*processor(client, next(pages[line.strip()])))


def tell(*words: Any) -> None:
    print(*words, flush=True)  # noqa: T201 - whoever asks reads it


def make(number: int) -> None:
    """The same people in each build, by their seed."""
    from django.core.management import call_command

    call_command("make_sample_leads", str(number), seed=number, stdout=sys.stderr)


def addresses() -> dict[str, Any]:
    from enquiries.models import Lead

    leads = [lead.get_absolute_url() for lead in Lead.objects.order_by("-pk")[LEADS]]
    return {"list": cycle(["/admin/enquiries/lead/"]), "Today": cycle(["/admin/"]), "lead page": cycle(leads)}


def processor(client: Any, url: str) -> tuple[float, float]:
    """Seconds that one answer takes of Python and of the session in Postgres; not how long it waits for a processor."""
    session = of_session()
    began, begun_there = time.process_time(), seconds_of(session)
    response = client.get(url)
    found = time.process_time() - began, seconds_of(session) - begun_there
    if response.status_code != 200:
        raise RuntimeError(f"{url} answered {response.status_code}")
    return found


def of_session() -> Path:
    from django.db import connection

    connection.ensure_connection()
    return Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")


def seconds_of(session: Path) -> float:
    """Linux counts it in nanoseconds there, and in hundredths of a second everywhere else."""
    return int(session.read_text().split()[0]) / 1e9


if __name__ == "__main__":
    main()
