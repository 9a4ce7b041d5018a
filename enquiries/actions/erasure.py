"""Forgetting a person: because they ask, or because the time that the privacy page names is over."""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Max, Q
from django.utils import timezone

from enquiries.models import Enquiry, Lead
from mailings.actions import forget_old_subscribers
from mailings.tokens import hash_address

# "For 24 months after the last contact", says the privacy page.
KEPT_AFTER_LAST_CONTACT = timedelta(days=730)


@transaction.atomic
def erase_person(*, address: str = "", lead: Lead | None = None, keep_subscription: bool = False) -> int:
    """Erases by address, or a lead that has none; returns how many leads that was. Again changes nothing.

    Consent proof and suppression stay, as hashes. keep_subscription: a confirmed subscriber still gets the newsletter.
    """
    hashed = hash_address(address) if address else ""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT erase_person(%s, %s, %s, %s)",
            [address or None, lead.pk if lead else None, hashed, keep_subscription],
        )
        return cursor.fetchone()[0]


def erase_old(now: datetime | None = None) -> int:
    """Erases whoever has not been in contact for 24 months; returns how many people that was."""
    before = (now or timezone.now()) - KEPT_AFTER_LAST_CONTACT
    leads = Lead.objects.filter(erased_at=None, merged_into=None).annotate(last_contact=Max("events__at"))
    old = list(leads.filter(last_contact__lt=before))
    for lead in old:
        erase_person(address=lead.email or "", lead=lead, keep_subscription=True)
    return len(old) + erase_old_strangers(before) + forget_old_subscribers(before=before)


def erase_old_strangers(before: datetime) -> int:
    """Enquiries that were held or discarded, and so have no lead."""
    addresses = Enquiry.objects.filter(lead=None, received_at__lt=before).exclude(email="")
    known = Q(email__in=Lead.objects.exclude(email=None).values("email"))
    old = list(addresses.exclude(known).values_list("email", flat=True).distinct())
    for address in old:
        erase_person(address=address, keep_subscription=True)
    return len(old)
