"""Forgetting a person: because they ask, or because the time that the privacy page names is over."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Exists, F, Max, OuterRef, Q
from django.utils import timezone

from enquiries.actions.imports import forget_lists, lock_lists, note_erased
from enquiries.actions.person_locks import hold_still
from enquiries.actions.saved_views import forget_searches
from enquiries.models import Enquiry, Lead, LeadEvent
from enquiries.models.lead_events import LeadEventQuerySet
from enquiries.models.merges import together
from enquiries.signals import person_erased
from foundation.actors import JOB, Actor
from foundation.addresses import lock_address
from foundation.outage import OUTAGES
from foundation.tokens import hash_address
from newsletters.actions import forget_old_subscribers, forget_subscriber_lists, wants_newsletter

logger = logging.getLogger(__name__)

TOO_OLD = "too_old"
Kind = LeadEvent.Kind
CONTACT = [
    *(Kind.ENQUIRY, Kind.CONSENT, Kind.PACKET_DOWNLOADED, Kind.CALL, Kind.MAIL),
    # Its rows may be dated years ago: nobody who was brought in today is erased tonight.
    Kind.IMPORTED,
]
TALKS = [Kind.CALL, Kind.MAIL]


@transaction.atomic
def erase_person(
    *,
    address: str = "",
    lead: Lead | None = None,
    by: Actor = JOB,
    request: Any = None,
    keep_sign_ups_since: datetime | None = None,
    because: str = "",
) -> int:
    """Erases by address, or a lead that has none; returns how many leads that was. Again changes nothing.

    Whoever is merged with them is the same person, and goes too, each under its own address.
    Consent proof and suppression stay, as hashes. keep_sign_ups_since: they grew old, so a confirmed subscriber still
    gets the newsletter, and who asked for it since then may still confirm.
    because: why, when it was not asked for.
    """
    # First of all: an import locks its list before any address, and nobody knows whom a held list names.
    forget_lists(all_of_them=True)
    forget_subscriber_lists(all_of_them=True)
    address, family = hold_still(address, lead)
    address_hash = hash_address(address) if address else ""
    forget_searches(address=address, leads=family)
    leads = len(family)
    # Who was merged goes before whom they were merged into, which would take them along.
    for member in reversed(family):
        _erase(member.email or "", member.pk, keep_sign_ups_since)
    if address and not any(member.email == address.lower() for member in family):
        _erase(address, None, keep_sign_ups_since)
    note_erased(address=address, family=family)
    told = {"by": by, "request": request, "lead": lead, "address_hash": address_hash}
    person_erased.send(sender=Lead, leads=leads, because=because, **told)
    return leads


def _erase(address: str, pk: int | None, keep_sign_ups_since: datetime | None) -> None:
    address_hash = hash_address(address) if address else ""
    keeps = keep_sign_ups_since is not None and wants_newsletter(address, keep_sign_ups_since)
    with connection.cursor() as cursor:
        cursor.execute("SELECT erase_person(%s, %s, %s, %s)", [address or None, pk, address_hash, keeps])


def erase_old(now: datetime | None = None) -> int:
    """Erases whoever has not been in contact for KEPT_MONTHS; returns how many people that was."""
    before = (now or timezone.now()) - timedelta(days=settings.KEPT_MONTHS * 365 // 12)
    # What came in as another one's enquiry and stands here since a merge is no contact with this one.
    own = Q(enquiry=None) | Q(enquiry__lead=F("lead"))
    quiet = Lead.objects.filter(~Exists(contacts().filter(own, lead=OuterRef("pk"), at__gte=before)))
    old = quiet.filter(erased_at=None, merged_into=None, created_at__lt=before).order_by("pk")
    return _each(_erase_if_old, old, before) + erase_old_strangers(before) + forget_old_subscribers(before=before)


def _each(erase: Callable[[Any, datetime], bool], people: Iterable[Any], before: datetime) -> int:
    """Who cannot be erased keeps back nobody behind them; the next night tries again."""
    erased = 0
    for person in people:
        try:
            erased += erase(person, before)
        except Exception as error:  # whatever is wrong with one, the promise to the others holds
            if isinstance(error, OUTAGES):
                raise
            logger.exception("somebody who is too old to be kept could not be erased")
    return erased


def contacts() -> LeadEventQuerySet:
    """What the person did, and talks with them. What staff note for themselves or mail to many is none."""
    # Whoever called us was in contact, though nobody of us took the call.
    ours = ~Q(data__contains={"direction": LeadEvent.Direction.THEIRS})
    in_vain = Q(kind=Kind.CALL, data__outcome=LeadEvent.Outcome.NO_ANSWER) & ours
    to_many = Q(kind=Kind.MAIL, data__has_key="bulk")
    return LeadEvent.objects.filter(~in_vain, ~to_many, kind__in=CONTACT)


def _erase_if_old(lead: Lead, before: datetime) -> bool:
    """Asks again under the lock: people write while this goes on."""
    if not _is_old(lead, before):
        return False
    with transaction.atomic():
        # In the order of erase_person. No list goes before it is sure that anybody does.
        lock_lists()
        hold_still("", lead)
        found = Lead.objects.get(pk=lead.pk)
        is_old = found.erased_at is None and found.merged_into_id is None and _is_old(found, before)
        if is_old:
            erase_person(lead=found, keep_sign_ups_since=before, because=TOO_OLD)
        return is_old


def _is_old(lead: Lead, before: datetime) -> bool:
    return not any(_was_in_contact(member, before) for member in lead.family())


def _was_in_contact(lead: Lead, since: datetime) -> bool:
    # A held enquiry is contact too, though it is on no timeline yet.
    wrote = Q(email=lead.email) if lead.email else Q(lead=lead)
    return (
        lead.created_at >= since
        or Enquiry.objects.filter(wrote, received_at__gte=since).exists()
        or contacts().of([lead]).filter(at__gte=since).exists()
        or _was_spoken_with_as_another(lead, since)
    )


def _was_spoken_with_as_another(lead: Lead, since: datetime) -> bool:
    """While a merge stood that was undone later, calls and mails stand with whom they had been merged into."""
    talks = contacts().filter(kind__in=TALKS, at__gte=since)
    return any(talks.filter(lead=merge.lead, at__range=merge.span).exists() for merge in together(lead.pk))


def erase_old_strangers(before: datetime) -> int:
    """Who wrote what was held or discarded, and so has no lead."""
    strangers = Enquiry.objects.exclude(email="").exclude(email__in=Lead.objects.exclude(email=None).values("email"))
    newest = strangers.order_by().values("email").annotate(newest=Max("received_at"), leads=Count("lead"))
    old = list(newest.filter(newest__lt=before, leads=0).values_list("email", flat=True))
    return _each(_erase_stranger_if_old, old, before)


@transaction.atomic
def _erase_stranger_if_old(address: str, before: datetime) -> bool:
    lock_lists()
    lock_address(address)
    has_lead = Lead.objects.filter(email=address).exists()
    if has_lead or Enquiry.objects.filter(email=address, received_at__gte=before).exists():
        return False
    erase_person(address=address, keep_sign_ups_since=before, because=TOO_OLD)
    return True
