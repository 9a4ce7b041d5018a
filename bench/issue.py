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
    from django.contrib.auth import get_user_model

    from articles.models import Article
    from foundation.models import ClinicProfile
    from newsletters import actions
    from newsletters.actions import launching
    from newsletters.snapshots import as_text, fingerprint, snapshot

    writer, sender = (
        get_user_model()._default_manager.create_superuser(f"{name}-{uuid.uuid4()}@clinic.example", name=name)  # type: ignore[attr-defined]
        for name in ("Wim", "Mia")
    )
    ClinicProfile.objects.update(postal_address="1 Example Street, Example Town")
    overturned = {"live_revision__content__newer_evidence__contains": [{"effect": "overturns"}]}
    four = Article.objects.published().exclude(**overturned).order_by("slug")[:ARTICLES]
    draft = actions.save_newsletter(by=writer, articles=four, subject="What we read this month")
    approved = actions.approve(newsletter=draft, sha256=fingerprint(as_text(snapshot(draft))), by=sender)
    launched = actions.launch(newsletter=approved, sha256=approved.frozen_sha256, by=sender)
    freeze, seconds = launching.freeze, []

    def timed(newsletter: Any) -> int:
        began = time.perf_counter()
        count = freeze(newsletter)
        seconds.append(time.perf_counter() - began)
        return count

    launching.freeze = timed
    actions.begin_due(launched.scheduled_for)
    launched.refresh_from_db()
    return {"recipients": launched.candidates, "freeze_seconds": seconds[0], "memory": memory()}


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


LEDGER = """
INSERT INTO mailings_outgoingemail (
    uuid, kind, audience, language, priority, email, dedupe_key, message_id, state, next_attempt_at, attempts,
    last_reply, created_at, sent_at
)
SELECT id, 'newsletter', 'person', 'en', 2, 'old' || n || '@sample.example.org', 'old:' || id,
    '<' || id || '@clinic.example>', 'sent', at, 1, '', at, at
FROM (
    SELECT n, gen_random_uuid() AS id, now() - n * interval '3 seconds' AS at FROM generate_series(1, %s) AS n
) AS old
"""


def ledger(size: str) -> dict[str, Any]:
    """So many mails that went out before."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(LEDGER, [int(size)])
        cursor.execute("ANALYZE mailings_outgoingemail")
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
