"""`python -m bench.issue VERB`, in a build's environment: launches an issue, or measures what it costs. Prints JSON."""

import json
import re
import sys
import time
import uuid
from pathlib import Path
from typing import Any

import django
from django.conf import settings

ARTICLES = 4
CLAIMS = 40


def launch() -> dict[str, Any]:
    """To everybody who is on the list."""
    from newsletters.actions import launching

    freeze, seconds = launching.freeze, []

    def timed(newsletter: Any) -> int:
        began = time.perf_counter()
        count = freeze(newsletter)
        seconds.append(time.perf_counter() - began)
        return count

    launching.freeze = timed
    launched = begun(*four_eyes())
    return {"recipients": launched.candidates, "freeze_seconds": seconds[0], "memory": memory()}


def four_eyes() -> list[Any]:
    from django.contrib.auth import get_user_model

    from foundation.models import ClinicProfile

    ClinicProfile.objects.update(postal_address="1 Example Street, Example Town")
    users: Any = get_user_model()._default_manager
    return [users.create_superuser(f"{name}-{uuid.uuid4()}@clinic.example", name=name) for name in ("Wim", "Mia")]


def drafted(writer: Any) -> Any:
    """An issue of four articles."""
    from articles.models import Article
    from newsletters import actions

    overturned = {"live_revision__content__newer_evidence__contains": [{"effect": "overturns"}]}
    four = Article.objects.published().exclude(**overturned).order_by("slug")[:ARTICLES]
    return actions.save_newsletter(by=writer, articles=four, subject="What we read this month")


def begun(writer: Any, sender: Any) -> Any:
    """On its way."""
    from newsletters import actions
    from newsletters.snapshots import as_text, fingerprint, snapshot

    draft = drafted(writer)
    approved = actions.approve(newsletter=draft, sha256=fingerprint(as_text(snapshot(draft))), by=sender)
    launched = actions.launch(newsletter=approved, sha256=approved.frozen_sha256, by=sender)
    actions.begin_due(launched.scheduled_for)
    launched.refresh_from_db()
    return launched


def claims() -> dict[str, Any]:
    """Of whole batches, in milliseconds; each is handed back."""
    from mailings import delivery

    times = []
    for _claim in range(CLAIMS):
        lease, began = uuid.uuid4(), time.perf_counter()
        claimed = delivery.claim(lease, delivery.BATCH)
        times.append((time.perf_counter() - began) * 1000)
        delivery.hand_back(lease, claimed)
        if len(claimed) != delivery.BATCH:
            raise RuntimeError("nothing is left to claim")
    return {"p95": sorted(times)[CLAIMS * 95 // 100 - 1]}


# Of a hundred one came back, and of ten thousand nobody can say of one.
WENT_OUT = """
UPDATE mailings_outgoingemail SET sent_at = created_at, attempts = 1,
    state = CASE WHEN id %% 10000 = 1 THEN 'uncertain' WHEN id %% 100 = 0 THEN 'bounced' ELSE 'sent' END
WHERE mailing_id = %s
"""


def ledger(size: str) -> dict[str, Any]:
    """So many mails that went out before: whole issues, each to everybody who reads it."""
    from django.db import connection

    from newsletters import actions

    staff, mails = four_eyes(), 0
    with connection.cursor() as cursor:
        while mails < int(size):
            newsletter = begun(*staff)
            cursor.execute(WENT_OUT, [newsletter.mailing_id])
            mails += newsletter.candidates
            actions.end_finished()
        # What Postgres does by itself after years of mails, it would do here beside what is measured.
        for table in ("mailings_outgoingemail", "newsletters_newsletterrecipient"):
            cursor.execute(f"VACUUM (ANALYZE) {table}")
        cursor.execute("SELECT count(*) FROM mailings_outgoingemail")
        return {"mails": cursor.fetchone()[0]}


def drain(seconds: str) -> dict[str, Any]:
    """As the command does it, for so long."""
    from django.utils import timezone

    from mailings import delivery
    from mailings.models import OutgoingEmail

    before, began = timezone.now(), time.perf_counter()
    ends_at = began + float(seconds)
    while time.perf_counter() < ends_at and delivery.drain(lambda: time.perf_counter() >= ends_at):
        pass
    took = time.perf_counter() - began
    sent = OutgoingEmail.objects.filter(state="sent", sent_at__gte=before).count()
    return {"sent": sent, "rate": sent / took, "processor": time.process_time(), "memory": memory()}


def memory() -> float:
    """At its highest, in MB. Not by getrusage, which counts whoever started us, too."""
    [highest] = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    return int(highest) / 1024


VERBS = {verb.__name__: verb for verb in (launch, claims, ledger, drain)}

if __name__ == "__main__":
    django.setup()
    # A preflight reads pages; their static files under hashed names would need collecting first.
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    print(json.dumps(VERBS[sys.argv[1]](*sys.argv[2:])))  # noqa: T201 - for whoever started it
