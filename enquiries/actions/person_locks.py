"""A person as a whole, held still: their address, and all leads that are they."""

from itertools import chain

from django.db import transaction
from django.db.models import Q

from enquiries.actions.leads import ChangedMeanwhile
from enquiries.models import Enquiry, Lead
from foundation.addresses import lock_address, with_ascii_domain
from mailings.models import OutgoingEmail

Person = tuple[str, list[Lead]]


def hold_still(address: str, lead: Lead | None) -> Person:
    """As they stand. Until the end of this transaction nobody adds to them.

    What somebody saves just now is waited for; if that makes them others, they are locked anew, in the order for all.
    """
    while True:
        try:
            with transaction.atomic():
                return _locked(address, lead)
        except ChangedMeanwhile:
            continue


def _locked(address: str, lead: Lead | None) -> Person:
    """Addresses before rows: an enquiry that is just coming in is either among them or comes after."""
    found = _person(address, lead)
    addresses = _addresses(*found)
    lock_address(*addresses)
    rows = Lead.objects.select_for_update(of=("self",)).filter(pk__in=[member.pk for member in found[1]])
    list(rows.order_by("pk").values_list("pk"))
    again = _person(address, lead)
    if again != found or _addresses(*again) != addresses:
        raise ChangedMeanwhile
    return again


def _person(address: str, lead: Lead | None) -> Person:
    """They may have been corrected or merged since whoever asks loaded the lead."""
    found = Lead.objects.get(pk=lead.pk) if lead else None
    address = with_ascii_domain(address.strip() or (found.email if found else "") or "")
    found = found or (Lead.objects.filter(email=address).first() if address else None)
    return address, found.survivor().family() if found else []


def _addresses(address: str, family: list[Lead]) -> set[str]:
    """Also those of before a correction: what was asked for there, and went there, is theirs and goes with them."""
    theirs = Q(packet_delivery__lead__in=family) | Q(lead_mail__lead__in=family)
    mailed = OutgoingEmail.objects.of_somebody().filter(theirs) if family else OutgoingEmail.objects.none()
    typed = Enquiry.objects.filter(lead__in=family)
    rows = (mailed.values_list("email", flat=True), typed.values_list("email", flat=True))
    return {address, *(member.email or "" for member in family), *chain(*rows)}
