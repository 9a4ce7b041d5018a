"""Forgetting a person: because they ask, or because the time that the privacy page names is over."""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Count, Exists, Max, OuterRef
from django.utils import timezone

from enquiries.models import Enquiry, Lead
from mailings.actions import forget_old_subscribers
from mailings.models import lock_address, with_ascii_domain
from mailings.tokens import hash_address

# "For 24 months after the last contact", says the privacy page.
KEPT_AFTER_LAST_CONTACT = timedelta(days=730)


@transaction.atomic
def erase_person(*, address: str = "", lead: Lead | None = None, keep_subscription: bool = False) -> int:
    """Erases by address, or a lead that has none; returns how many leads that was. Again changes nothing.

    Consent proof and suppression stay, as hashes. keep_subscription: a confirmed subscriber still gets the newsletter.
    """
    address = with_ascii_domain(address or (lead.email if lead else "") or "")
    # An enquiry that is just coming in is either erased too or comes after.
    lock_address(address)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT erase_person(%s, %s, %s, %s)",
            [address or None, lead.pk if lead else None, hash_address(address) if address else "", keep_subscription],
        )
        return cursor.fetchone()[0]


def erase_old(now: datetime | None = None) -> int:
    """Erases whoever has not been in contact for 24 months; returns how many people that was."""
    before = (now or timezone.now()) - KEPT_AFTER_LAST_CONTACT
    # A held enquiry is contact too, though it is on no timeline yet.
    wrote = Enquiry.objects.filter(email=OuterRef("email"), received_at__gte=before)
    leads = Lead.objects.filter(~Exists(wrote), erased_at=None, merged_into=None)
    old = list(leads.annotate(last_contact=Max("events__at")).filter(last_contact__lt=before))
    for lead in old:
        erase_person(lead=lead, keep_subscription=True)
    return len(old) + erase_old_strangers(before) + forget_old_subscribers(before=before)


def erase_old_strangers(before: datetime) -> int:
    """Who wrote what was held or discarded, and so has no lead."""
    strangers = Enquiry.objects.exclude(email="").exclude(email__in=Lead.objects.exclude(email=None).values("email"))
    newest = strangers.order_by().values("email").annotate(newest=Max("received_at"), leads=Count("lead"))
    old = list(newest.filter(newest__lt=before, leads=0).values_list("email", flat=True))
    for address in old:
        erase_person(address=address, keep_subscription=True)
    return len(old)
