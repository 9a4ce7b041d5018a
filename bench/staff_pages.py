"""Pages of staff in a process of their own, of this build or an earlier one, asked for by their names, one a line.

It runs with the code of the build that is measured, so it names only what both have.
"""

import logging
import sys
import time
from typing import Any

import django
from django.conf import settings


def main(leads: int) -> None:
    django.setup()
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    logging.disable(logging.INFO)
    client, pages = coordinator(leads), {}
    from enquiries.models import Lead

    newest = Lead.objects.order_by("-pk")[0]
    pages = {"list": "/admin/enquiries/lead/", "Today": "/admin/", "lead page": newest.get_absolute_url()}
    print("ready", flush=True)  # noqa: T201 - whoever asks reads it
    for line in sys.stdin:
        print(seconds(client, pages[line.strip()]), flush=True)  # noqa: T201


def coordinator(leads: int) -> Any:
    """One of those who own the leads, which are made unless they are there."""
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.test import Client

    from bench.measure import make_staff

    if leads:
        client = make_staff()
        call_command("make_sample_leads", str(leads), seed=leads, stdout=sys.stderr)
        return client
    client = Client(headers={"host": settings.SITE_HOST})
    client.force_login(get_user_model()._default_manager.get(email="bench0@clinic.example"))
    return client


def seconds(client: Any, url: str) -> float:
    began = time.perf_counter()
    response = client.get(url)
    found = time.perf_counter() - began
    if response.status_code != 200:
        raise RuntimeError(f"{url} answered {response.status_code}")
    return found


if __name__ == "__main__":
    main(int(sys.argv[1]))
