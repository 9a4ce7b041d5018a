"""What people chose of being contacted: by which way, or not at all."""

from collections.abc import Iterable

from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from enquiries.models.enquiries import Enquiry
from enquiries.models.leads import Lead


class ContactChoice(models.TextChoices):
    """Of a person, by what they ticked and chose on the form."""

    EITHER = "either", _("by e-mail or telephone")
    EMAIL = "email", _("by e-mail only")
    PHONE = "phone", _("by telephone")
    NONE = "none", _("no contact unless they ask")

    @classmethod
    def of(cls, way: str | None) -> "ContactChoice":
        """By what stands in contact_by, which may be whatever somebody posted."""
        return cls(way) if way in (cls.EMAIL, cls.PHONE) else cls.EITHER

    @property
    def forbids_calls(self) -> bool:
        return self in (ContactChoice.EMAIL, ContactChoice.NONE)


def contact_choice(lead: Lead) -> ContactChoice | None:
    return contact_choices([lead]).get(lead.pk)


def contact_choices(leads: Iterable[Lead]) -> dict[int, ContactChoice]:
    """By number, with what those said who were merged into them; without an entry nobody asked them by a form.

    Once asked for, contact stays allowed, in the way that was chosen last, until they take it back.
    One query, and one for each depth of merges.
    """
    whose = roots_of(lead.pk for lead in leads)
    found: dict[int, ContactChoice] = {}
    said = Enquiry.objects.filter(lead__in=whose).order_by("received_at", "pk")
    columns = ("lead", "consent_contact", "consent_contact__ended", "fields__contact_by")
    for member, consent, ended, way in said.values_list(*columns):
        for root in whose[member]:
            if consent and not ended:
                found[root] = ContactChoice.of(way)
            else:
                found.setdefault(root, ContactChoice.NONE)
    return found


def roots_of(leads: Iterable[int]) -> dict[int, set[int]]:
    """These, and by number each that was merged into one of them, with those that it lives on in."""
    whose = {lead: {lead} for lead in leads}
    level = set(whose)
    while level:
        merged = dict(Lead.objects.filter(merged_into__in=level).values_list("pk", "merged_into_id"))
        for member, into in merged.items():
            whose.setdefault(member, set()).update(whose[into])
        level = set(merged)
    return whose


def may_be_contacted() -> Q:
    """Of many leads at once: who asked to be, themselves or who was merged into them, or was never asked by a form."""
    return Q(Exact(Func(F("pk"), function="may_be_contacted", output_field=models.BooleanField()), Value(True)))
