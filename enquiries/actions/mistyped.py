"""An address that somebody mistyped is another one's, also where they have written from the right one since."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from enquiries.actions.events import note_event
from enquiries.actions.leads import ERASED, locked_families
from enquiries.models import Lead, LeadEvent
from foundation.actors import Actor
from foundation.addresses import lock_address
from mailings.models import Consent
from newsletters.actions import move_sign_up

Kind = LeadEvent.Kind
# Between the address before and after, as in each correction; erasing either of the two finds it by that.
ARROW, NOTHING = " → ", "–"


@transaction.atomic
def take_address_off(*, lead: Lead, by: Actor) -> Lead:
    """Of a merged lead: what comes from there is not this person's, nor is what its owner says of our mail.

    Raises ValidationError for one that stands by itself: its address is corrected.
    """
    rows = locked_families(lead)
    found = rows[lead.pk]
    if found.erased_at:
        raise ValidationError(ERASED)
    if not found.merged_into_id or not found.email:
        raise ValidationError(_("Only a lead that is merged into another one can be without its address."))
    address, found.email = found.email, None
    found.save(update_fields=["email"])
    note_event(found, Kind.ADDRESS_CORRECTED, by=by, text=f"{address}{ARROW}{NOTHING}", mistyped=True)
    for one in rows.values():
        _mail_to_its_own(one, found)
    _take_sign_up_along(found, address, by)
    return found


def _mail_to_its_own(lead: Lead, without: Lead) -> None:
    if lead.mailed_as_id == without.pk:
        lead.mailed_as = None
        lead.save(update_fields=["mailed_as"])


def _take_sign_up_along(lead: Lead, address: str, by: Actor) -> None:
    to = Lead.objects.get(pk=lead.pk).survivor().mail_address
    if to:
        ticked = Consent.objects.filter(newsletter_enquiries__lead=lead)
        move_sign_up(address=address, to=to, consents=ticked, by=by)


def corrected_since(address: str, moment: datetime) -> int | None:
    """The lead with which staff said so, by number; None where a lead has that address by now."""
    if Lead.objects.filter(email=address).exists():
        return None
    said = LeadEvent.objects.filter(kind=Kind.ADDRESS_CORRECTED, at__gt=moment, text__startswith=f"{address}{ARROW}")
    return said.values_list("lead", flat=True).first()


def lock_what_was_taken_off(lead: Lead) -> str:
    """The address that an undo may give back; empty where none was taken off, or its owner was erased since."""
    address = ""
    taken = lead.events.filter(kind=Kind.ADDRESS_CORRECTED, data__mistyped=True).first()
    if taken and not Lead.objects.filter(pk=lead.pk, email__isnull=False).exists():
        first, _arrow, _after = taken.text.partition(ARROW)
        address = first if "@" in first else ""
    lock_address(address)
    return address


def give_address_back(lead: Lead, address: str, by: Actor) -> None:
    """Raises ValidationError when somebody else has it by now and the lead could not be reached."""
    if address and lead.email is None and not Lead.objects.filter(email=address).exists():
        lead.email = address
        lead.save(update_fields=["email"])
        note_event(lead, Kind.ADDRESS_CORRECTED, by=by, text=f"{NOTHING}{ARROW}{address}")
    elif not lead.email and not lead.phone:
        raise ValidationError(
            _("Its address was taken off, and is somebody else's by now: nobody could reach it, so it stays merged.")
        )
