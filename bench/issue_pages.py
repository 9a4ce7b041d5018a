"""`python -m bench.issue_pages`, in a build's environment: staff's pages beside a ledger of millions. Prints JSON."""

import json
from collections.abc import Iterator
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command
from django.urls import reverse

WARM_UP, REQUESTS = 3, 40


def measure() -> dict[str, float]:
    """By page, the time within which 95 of 100 whole answers came, in milliseconds."""
    from bench.measure import make_staff

    client = make_staff()
    return {name: p95(client, url) for name, url in addresses()}


def p95(client: Any, url: str) -> float:
    from bench.measure import once

    times = sorted([once(client, url) for _number in range(WARM_UP + REQUESTS)][WARM_UP:])
    return times[REQUESTS * 95 // 100 - 1] * 1000


def addresses() -> Iterator[tuple[str, str]]:
    from bench.issue import drafted, four_eyes
    from mailings.models import OutgoingEmail
    from newsletters.models import Newsletter

    yield "Today", reverse("admin:index")
    draft = drafted(four_eyes()[0])
    yield "a draft", reverse("admin:newsletters_newsletter_change", args=[draft.pk])
    past, now = (Newsletter.objects.filter(state=state).latest("number") for state in ("sent", "sending"))
    yield from of_issue(past, "an old issue")
    yield from of_issue(now, "the issue on its way")
    yield "newsletters", reverse("admin:newsletters_newsletter_changelist")
    mails = reverse("admin:mailings_outgoingemail_changelist")
    someone = OutgoingEmail.objects.filter(mailing=past.mailing_id).earliest("pk")
    narrowed = ["", "state=sent", "state=waiting", "missed=any", "kind=packet", f"q={someone.email}"]
    yield from ((f"the ledger {query.partition('@')[0]}".strip(), f"{mails}?{query}") for query in narrowed)
    yield "a mail", reverse("admin:mailings_outgoingemail_change", args=[someone.pk])
    yield from of_subscriber(someone)


def of_issue(newsletter: Any, name: str) -> Iterator[tuple[str, str]]:
    yield name, reverse("admin:newsletters_newsletter_change", args=[newsletter.pk])
    recipients = reverse("admin:newsletters_newsletter_recipients", args=[newsletter.pk])
    yield f"{name}: recipients", recipients
    yield f"{name}: who missed it", f"{recipients}?who=missed"
    yield f"{name}: an address", f"{recipients}?q=reader1"
    yield f"{name}: numbers", reverse("admin:newsletters_newsletter_numbers", args=[newsletter.pk])


def of_subscriber(outgoing: Any) -> Iterator[tuple[str, str]]:
    """Who is a lead, too."""
    from enquiries.models import Lead

    subscriber = outgoing.newsletter_recipient.subscriber
    changelist = reverse("admin:newsletters_subscriber_changelist")
    yield "subscribers", changelist
    yield "subscribers: an address", f"{changelist}?q={subscriber.email}"
    yield "a subscriber", reverse("admin:newsletters_subscriber_change", args=[subscriber.pk])
    yield "numbers of subscribers", reverse("admin:newsletters_subscriber_numbers")
    call_command("make_sample_leads", "100", verbosity=0)
    lead = Lead.objects.latest("pk")
    Lead.objects.filter(pk=lead.pk).update(email=subscriber.email)
    yield "a lead who reads it", lead.get_absolute_url()


if __name__ == "__main__":
    django.setup()
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    print(json.dumps(measure()))  # noqa: T201 - for whoever started it
