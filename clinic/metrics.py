"""What a monitoring system may know: how much waits and whether mail flows; never whose."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from ipaddress import ip_network

from django.conf import settings
from django.db.models import Count
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from clinic.models import JobTick
from clinic.requests import REGISTRY
from enquiries.models import Enquiry
from mailings.models import Channel, MailEvent, OutgoingEmail, ProviderPause, Suppression
from newsletters.models import Subscriber

logger = logging.getLogger(__name__)

# Loopback and private networks. Python's is_private holds for documentation and reserved addresses too.
OURS = [
    ip_network(text)
    for text in ("127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fe80::/10")
]


def metrics(request: HttpRequest) -> HttpResponse:
    address = getattr(request, "client_address", None)
    if address is None or not any(address in network for network in OURS):
        return answer("not found\n", 404)
    try:
        # Rendered from Postgres at each request: workers have no page to ask, and no process knows of the others.
        registry = CollectorRegistry()
        registry.register(ClinicCollector())
        # Only requests are this process's own count.
        texts = generate_latest(registry), generate_latest(REGISTRY)
        return answer(b"".join(texts), 200, CONTENT_TYPE_PLAIN_0_0_4)
    except Exception as error:  # whatever the driver says, there is nothing to tell
        logger.error("no metrics: %s", type(error).__name__)
        return answer("database unreachable\n", 503)


def answer(content: str | bytes, status: int, content_type: str = "text/plain") -> HttpResponse:
    return HttpResponse(content, status=status, content_type=content_type, headers={"Cache-Control": "no-store"})


class ClinicCollector(Collector):
    """Each value from an index over what is left to do, never from a count of everything."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield waiting()
        yield from single_numbers()
        yield suppressed()
        yield enquiries_of_a_day()
        yield results_of_a_day()
        yield from of_jobs()


def waiting() -> GaugeMetricFamily:
    words = "Mails that are still to go out, by state and kind."
    found = GaugeMetricFamily("clinic_outbox_mails", words, labels=["state", "kind"])
    rows = OutgoingEmail.objects.waiting().order_by().values_list("state", "kind").annotate(Count("pk"))
    for state, kind, count in rows:
        found.add_metric([state, kind], count)
    return found


def single_numbers() -> Iterator[GaugeMetricFamily]:
    mails = OutgoingEmail.objects
    now = timezone.now()
    oldest = mails.oldest_due(now)
    channel = Channel.objects.now()
    uncertain = mails.did_not_arrive().filter(state=OutgoingEmail.State.UNCERTAIN)
    numbers = {
        "clinic_outbox_oldest_due_seconds": (
            "How long the mail that has waited longest could have gone out; 0 when none could.",
            (now - oldest).total_seconds() if oldest else 0,
        ),
        "clinic_outbox_uncertain_mails": ("Mails that may not have arrived; staff decide.", uncertain.count()),
        "clinic_mail_channel_paused": ("1 while sending waits for a person.", channel.paused_at is not None),
        "clinic_mail_providers_paused": (
            "Providers that refuse our mail, to whom it waits for a person.",
            ProviderPause.objects.standing().count(),
        ),
        "clinic_mail_channel_failures": ("Failures to reach the mail server in a row.", channel.failures),
        "clinic_held_enquiries": ("Enquiries that wait for a decision of staff.", Enquiry.objects.held().count()),
        "clinic_held_subscribers": ("Sign-ups that wait for a decision of staff.", Subscriber.objects.held().count()),
    }
    for name, (words, value) in numbers.items():
        yield GaugeMetricFamily(name, words, value=float(value))


def suppressed() -> GaugeMetricFamily:
    words = "Addresses that may not be mailed, by reason."
    found = GaugeMetricFamily("clinic_suppressed_addresses", words, labels=["reason"])
    rows = dict(Suppression.objects.standing().order_by().values_list("reason").annotate(Count("pk")))
    for reason in Suppression.Reason.values:
        found.add_metric([reason], rows.get(reason, 0))
    return found


DAY = timedelta(days=1)


def enquiries_of_a_day() -> GaugeMetricFamily:
    """A gauge and no counter: a counter over all rows would read all of them."""
    words = "Forms sent in the last 24 hours, by form and verdict."
    found = GaugeMetricFamily("clinic_enquiries_24h", words, labels=["form", "verdict"])
    newest = Enquiry.objects.filter(received_at__gte=timezone.now() - DAY).order_by()
    for form, verdict, count in newest.values_list("form", "verdict").annotate(Count("pk")):
        found.add_metric([form, verdict], count)
    return found


def results_of_a_day() -> GaugeMetricFamily:
    words = "What became of mails in the last 24 hours, by result; a mail that was tried again counts once for each."
    found = GaugeMetricFamily("clinic_mail_results_24h", words, labels=["result"])
    newest = MailEvent.objects.filter(at__gte=timezone.now() - DAY).order_by()
    counts = dict(newest.values_list("kind").annotate(Count("pk")))
    for kind in MailEvent.Kind.values:
        found.add_metric([kind], counts.get(kind, 0))
    return found


def of_jobs() -> Iterator[GaugeMetricFamily]:
    """A job that stopped ticking means that no beat runs; one that ticks and does not end well, that it fails."""
    ticks = GaugeMetricFamily(
        "clinic_job_last_tick_seconds", "Seconds since each periodic job last ticked.", labels=["job"]
    )
    ends = GaugeMetricFamily(
        "clinic_job_last_success_seconds", "Seconds since each periodic job last ended well.", labels=["job"]
    )
    # By the clock that wrote them: this host's may be wrong.
    for tick in JobTick.objects.annotate(now=Now()):
        ticks.add_metric([tick.job], (tick.now - tick.ticked_at).total_seconds())
        if tick.job in settings.CELERY_BEAT_SCHEDULE:
            ends.add_metric([tick.job], (tick.now - tick.ended_at).total_seconds())
    yield from (ticks, ends)
