"""Forgetting a person: because they ask, or because the time that the privacy page names is over."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Exists, Max, OuterRef
from django.utils import timezone

from enquiries.actions.imports import forget_lists
from enquiries.actions.views import forget_searches
from enquiries.models import Enquiry, Lead
from enquiries.signals import person_erased
from foundation.addresses import lock_address, with_ascii_domain
from foundation.tokens import hash_address
from newsletters.actions import forget_old_subscribers

# "For 24 months after the last contact", says the privacy page.
KEPT_AFTER_LAST_CONTACT = timedelta(days=730)
TOO_OLD = "too_old"


@transaction.atomic
def erase_person(
    *,
    address: str = "",
    lead: Lead | None = None,
    by: Any = None,
    request: Any = None,
    keep_subscription: bool = False,
    because: str = "",
) -> int:
    """Erases by address, or a lead that has none; returns how many leads that was. Again changes nothing.

    Whoever is merged with them is the same person, and goes too, each under its own address.
    Consent proof and suppression stay, as hashes. keep_subscription: a confirmed subscriber still gets the newsletter.
    because: why, when it was not asked for.
    """
    # First of all: an import locks its list before any address, and nobody knows whom a held list names.
    forget_lists(all_of_them=True)
    if lead:
        # It may have been corrected since whoever asks loaded the lead.
        lead.refresh_from_db(fields=["email"])
    address = with_ascii_domain(address.strip() or (lead.email if lead else "") or "")
    address_hash = hash_address(address) if address else ""
    family = merged_with(address, lead)
    # An enquiry that is just coming in is either erased too or comes after.
    lock_address(*{address, *(member.email or "" for member in family)})
    forget_searches(address=address, leads=family)
    leads = len(family)
    # Who was merged goes before whom they were merged into, which would take them along.
    for member in reversed(family):
        _erase(member.email or "", member.pk, keep_subscription)
    if address and not any(member.email == address.lower() for member in family):
        _erase(address, None, keep_subscription)
    told = {"by": by, "request": request, "lead": lead, "address_hash": address_hash}
    person_erased.send(sender=Lead, leads=leads, because=because, **told)
    return leads


def merged_with(address: str, lead: Lead | None) -> list[Lead]:
    found = lead or (Lead.objects.filter(email=address).first() if address else None)
    return found.survivor().family() if found else []


def _erase(address: str, pk: int | None, keep_subscription: bool) -> None:
    address_hash = hash_address(address) if address else ""
    with connection.cursor() as cursor:
        cursor.execute("SELECT erase_person(%s, %s, %s, %s)", [address or None, pk, address_hash, keep_subscription])


def erase_old(now: datetime | None = None) -> int:
    """Erases whoever has not been in contact for 24 months; returns how many people that was."""
    before = (now or timezone.now()) - KEPT_AFTER_LAST_CONTACT
    # A held enquiry is contact too, though it is on no timeline yet.
    wrote = Enquiry.objects.filter(email=OuterRef("email"), received_at__gte=before)
    merged = Lead.objects.filter(merged_into=OuterRef(OuterRef("pk"))).values("email")
    wrote_as_merged = Enquiry.objects.filter(email__in=merged, received_at__gte=before)
    leads = Lead.objects.filter(~Exists(wrote), ~Exists(wrote_as_merged), erased_at=None, merged_into=None)
    old = list(leads.annotate(last_contact=Max("events__at")).filter(last_contact__lt=before))
    for lead in old:
        erase_person(lead=lead, keep_subscription=True, because=TOO_OLD)
    return len(old) + erase_old_strangers(before) + forget_old_subscribers(before=before)


def erase_old_strangers(before: datetime) -> int:
    """Who wrote what was held or discarded, and so has no lead."""
    strangers = Enquiry.objects.exclude(email="").exclude(email__in=Lead.objects.exclude(email=None).values("email"))
    newest = strangers.order_by().values("email").annotate(newest=Max("received_at"), leads=Count("lead"))
    old = list(newest.filter(newest__lt=before, leads=0).values_list("email", flat=True))
    for address in old:
        erase_person(address=address, keep_subscription=True, because=TOO_OLD)
    return len(old)
