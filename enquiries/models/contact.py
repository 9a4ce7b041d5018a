"""What people chose of being contacted: by which way, or not at all."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Value
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from enquiries.models.ended_consents import EndedConsent
from enquiries.models.enquiries import Enquiry
from enquiries.models.leads import Lead
from foundation.prepared import Rows, Several


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


def contact_choice(lead: Lead, family: list[Lead] | None = None) -> ContactChoice | None:
    """family: where it was asked for already."""
    return _chosen(whose_words(lead, family)).get(lead.pk)


def contact_choices(leads: Iterable[Lead]) -> dict[int, ContactChoice]:
    """By number, with what those said who were merged into them; without an entry nobody asked them by a form.

    Once asked for, contact stays allowed, in the way that was chosen last, until they take it back.
    One query, and one for each depth of merges.
    """
    return _chosen(roots_of(lead.pk for lead in leads))


def _chosen(whose: dict[int, set[int]]) -> dict[int, ContactChoice]:
    found: dict[int, ContactChoice] = {}
    for member, consent, ended, way in SAID.ask(leads=list(whose)):
        for root in whose[member]:
            if consent and not ended:
                found[root] = ContactChoice.of(way)
            else:
                found.setdefault(root, ContactChoice.NONE)
    return found


def said_of_contact() -> models.QuerySet[Enquiry, Any]:
    said = Enquiry.objects.filter(lead__in=Several("leads", models.BigIntegerField())).order_by("received_at", "pk")
    return said.values_list("lead", "consent_contact", "consent_contact__ended", "fields__contact_by")


SAID = Rows(said_of_contact)


def whose_words(lead: Lead, family: list[Lead] | None) -> dict[int, set[int]]:
    """Of one lead what roots_of says of many."""
    return {member.pk: {lead.pk} for member in family} if family else roots_of([lead.pk])


def roots_of(leads: Iterable[int]) -> dict[int, set[int]]:
    """These, and by number each that was merged into one of them, with those that it lives on in."""
    whose = {lead: {lead} for lead in leads}
    level = set(whose)
    while level:
        merged = dict(MERGED.ask(leads=list(level)))
        for member, into in merged.items():
            whose.setdefault(member, set()).update(whose[into])
        level = set(merged)
    return whose


def merged() -> models.QuerySet[Lead, Any]:
    return Lead.objects.filter(merged_into__in=Several("leads", models.BigIntegerField())).values_list(
        "pk", "merged_into_id"
    )


MERGED = Rows(merged)


def may_be_contacted() -> Q:
    """Of many leads at once: who asked to be, themselves or who was merged into them, or was never asked by a form.

    Mostly their own enquiries settle it, which Postgres finds itself five times as fast as it calls the function.
    """
    ended = EndedConsent.objects.filter(consent=OuterRef("consent_contact"))
    asked = Enquiry.objects.filter(~Exists(ended), lead=OuterRef("pk"), consent_contact__isnull=False)
    function = Func(F("pk"), function="may_be_contacted", output_field=models.BooleanField())
    return Q(Exists(asked)) | Q(Exact(function, Value(True)))
