"""Forgetting a person: because they ask, or because the time that the privacy page names is over."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from enquiries.actions.imports import forget_lists, note_erased
from enquiries.actions.leads import lock_addresses
from enquiries.actions.saved_views import forget_searches
from enquiries.models import Enquiry, Lead, LeadEvent
from enquiries.signals import person_erased
from foundation.actors import JOB, Actor
from foundation.addresses import lock_address, with_ascii_domain
from foundation.tokens import hash_address
from newsletters.actions import forget_old_subscribers

# "For 24 months after the last contact", says the privacy page.
KEPT_AFTER_LAST_CONTACT = timedelta(days=730)
TOO_OLD = "too_old"
Kind = LeadEvent.Kind
CONTACT = [
    *(Kind.ENQUIRY, Kind.CONSENT, Kind.PACKET_DOWNLOADED, Kind.DISOWNED, Kind.CALL, Kind.MAIL, Kind.NOTE),
    # Its rows may be dated years ago: nobody who was brought in today is erased tonight.
    Kind.IMPORTED,
]
MERGES = [Kind.MERGED, Kind.UNMERGED]


@transaction.atomic
def erase_person(
    *,
    address: str = "",
    lead: Lead | None = None,
    by: Actor = JOB,
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
    note_erased(address=address, family=family)
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
    quiet = Lead.objects.filter(~Exists(contacts().filter(lead=OuterRef("pk"), at__gte=before)))
    old = quiet.filter(erased_at=None, merged_into=None, created_at__lt=before).order_by("pk")
    erased = sum(_erase_if_old(lead, before) for lead in old)
    return erased + erase_old_strangers(before) + forget_old_subscribers(before=before)


def contacts() -> QuerySet[LeadEvent]:
    """What the person did, and talks with them; what staff do for themselves, such as handing over, is none."""
    in_vain = Q(kind=Kind.CALL, data__outcome=LeadEvent.Outcome.NO_ANSWER)
    return LeadEvent.objects.filter(~in_vain, kind__in=CONTACT)


def _erase_if_old(lead: Lead, before: datetime) -> bool:
    """Asks again under the lock: people write while this goes on."""
    if not _is_old(lead, before):
        return False
    with transaction.atomic():
        # In the order of erase_person: lists, addresses, rows.
        forget_lists(all_of_them=True)
        lock_addresses(lead)
        found = Lead.objects.select_for_update(of=("self",)).get(pk=lead.pk)
        is_old = found.erased_at is None and found.merged_into_id is None and _is_old(found, before)
        if is_old:
            erase_person(lead=found, keep_subscription=True, because=TOO_OLD)
        return is_old


def _is_old(lead: Lead, before: datetime) -> bool:
    return not any(_was_in_contact(member, before) for member in lead.family())


def _was_in_contact(lead: Lead, since: datetime) -> bool:
    # A held enquiry is contact too, though it is on no timeline yet.
    wrote = Q(email=lead.email) if lead.email else Q(lead=lead)
    return (
        lead.created_at >= since
        or Enquiry.objects.filter(wrote, received_at__gte=since).exists()
        or contacts().filter(lead=lead, at__gte=since).exists()
        or _was_spoken_with_as_another(lead, since)
    )


def _was_spoken_with_as_another(lead: Lead, since: datetime) -> bool:
    """While a merge stood that was undone later, calls and mails stand with whom they had been merged into."""
    merges = LeadEvent.objects.filter(kind__in=MERGES, data__merged=lead.pk).order_by("at", "pk")
    begun: dict[int, datetime] = {}
    for event in merges:
        if event.kind == Kind.MERGED:
            begun[event.lead_id] = event.at
        elif (began := begun.pop(event.lead_id, None)) and event.at >= since:
            talks = contacts().filter(lead=event.lead_id, at__range=(max(began, since), event.at))
            if talks.exists():
                return True
    return False


def erase_old_strangers(before: datetime) -> int:
    """Who wrote what was held or discarded, and so has no lead."""
    strangers = Enquiry.objects.exclude(email="").exclude(email__in=Lead.objects.exclude(email=None).values("email"))
    newest = strangers.order_by().values("email").annotate(newest=Max("received_at"), leads=Count("lead"))
    old = list(newest.filter(newest__lt=before, leads=0).values_list("email", flat=True))
    return sum(_erase_stranger_if_old(address, before) for address in old)


@transaction.atomic
def _erase_stranger_if_old(address: str, before: datetime) -> bool:
    # In the order of erase_person: lists, then addresses.
    forget_lists(all_of_them=True)
    lock_address(address)
    has_lead = Lead.objects.filter(email=address).exists()
    if has_lead or Enquiry.objects.filter(email=address, received_at__gte=before).exists():
        return False
    erase_person(address=address, keep_subscription=True, because=TOO_OLD)
    return True
