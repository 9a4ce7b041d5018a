"""What a monitoring system may know: how much waits and whether mail flows; never whose."""

import logging
from collections.abc import Iterator
from ipaddress import ip_network

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from enquiries.models import Enquiry
from mailings.models import Channel, OutgoingEmail, Subscriber, Suppression

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
        # Rendered from Postgres at each request: web processes come and go, and each would count for itself.
        registry = CollectorRegistry()
        registry.register(ClinicCollector())
        return answer(generate_latest(registry), 200, CONTENT_TYPE_PLAIN_0_0_4)
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
            "How long the mail that has waited longest could have gone out; 0 when none waits.",
            (now - oldest).total_seconds() if oldest else 0,
        ),
        "clinic_outbox_uncertain_mails": ("Mails that may not have arrived; staff decide.", uncertain.count()),
        "clinic_mail_channel_paused": ("1 while sending waits for a person.", channel.paused_at is not None),
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
