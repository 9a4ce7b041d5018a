"""Launches an issue to these addresses alone: `python -m tests.faults.launch FILE`, in the site's environment.

FILE holds a JSON list of addresses, and afterwards what a test needs to steer the issue; see issues.py.
"""

import json
import sys
from pathlib import Path
from typing import Any

import django

WRITER, SENDER = "writer@clinic.example", "sender@clinic.example"


def launch(addresses: list[str]) -> dict[str, Any]:
    from django.contrib.auth import get_user_model

    from foundation.models import ClinicProfile
    from newsletters import actions
    from newsletters.models import Newsletter

    users: Any = get_user_model()._default_manager
    writer, sender = (
        users.filter(email=email).first() or users.create_superuser(email, None, name=email)
        for email in (WRITER, SENDER)
    )
    ClinicProfile.objects.update(postal_address="1 Example Street, Example Town")
    only_these_read(addresses)
    draft = actions.save_newsletter(by=writer, articles=articles(), subject="What we read: Zoë O'Brien & Sons")
    approved = actions.approve(newsletter=draft, sha256=fingerprint_of(draft), by=sender)
    launched = actions.launch(newsletter=approved, sha256=approved.frozen_sha256, by=sender)
    # As if its minute were over.
    actions.begin_due(launched.scheduled_for)
    begun = Newsletter.objects.get(pk=launched.pk)
    return {
        "number": begun.pk,
        "mailing": begun.mailing_id,
        "cookies": cookies_of(sender),
        "ways_out": ways_out(),
    }


def only_these_read(addresses: list[str]) -> None:
    """Whoever read the issue of an earlier test has left; who is just signing up still gets their mail."""
    from django.utils import timezone

    from newsletters.models import Subscriber

    now, state = timezone.now(), Subscriber.State
    Subscriber.objects.filter(state=state.CONFIRMED).update(state=state.UNSUBSCRIBED, unsubscribed_at=now)
    Subscriber.objects.bulk_create(
        [Subscriber(email=address, state=state.CONFIRMED, confirmed_at=now) for address in addresses], batch_size=1000
    )


def articles() -> list[Any]:
    from articles.models import Article

    overturned = {"live_revision__content__newer_evidence__contains": [{"effect": "overturns"}]}
    return list(Article.objects.published().exclude(**overturned).order_by("slug")[:2])


def fingerprint_of(draft: Any) -> str:
    from newsletters.snapshots import as_text, fingerprint, snapshot

    return fingerprint(as_text(snapshot(draft)))


def cookies_of(user: Any) -> str:
    from django.test import Client

    client = Client()
    client.force_login(user)
    return "; ".join(f"{name}={cookie.value}" for name, cookie in client.cookies.items())


def ways_out() -> dict[str, str]:
    """By address, the path of the link by which one leaves."""
    from urllib.parse import urlsplit

    from newsletters.emails import links_of
    from newsletters.models import Subscriber

    confirmed = Subscriber.objects.filter(state=Subscriber.State.CONFIRMED)
    return {found.email: urlsplit(links_of(found.uuid)["unsubscribe_url"]).path for found in confirmed}


if __name__ == "__main__":
    django.setup()
    file = Path(sys.argv[1])
    file.write_text(json.dumps(launch(json.loads(file.read_text()))))
