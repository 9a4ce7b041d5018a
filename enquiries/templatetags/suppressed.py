"""Whose address a suppression is about: it holds a hash alone, so pages that know bring it along."""

from typing import NamedTuple
from urllib.parse import parse_qs

from django import template
from django.http import HttpRequest

from enquiries.models import Lead
from foundation.addresses import with_ascii_domain
from foundation.numbers import number
from foundation.tokens import hash_address
from mailings.models import OutgoingEmail, Suppression

register = template.Library()


class Whose(NamedTuple):
    address: str
    lead: Lead | None


@register.simple_tag
def whose(suppression: Suppression, request: HttpRequest) -> Whose | None:
    """None where nobody said so, or where it is another's: whatever the address of the page says is held against it."""
    known = (address for address in addresses(request) if hash_address(address) == suppression.address_hash)
    address = next(known, "")
    return Whose(address, Lead.objects.filter(email=address).first()) if address else None


def addresses(request: HttpRequest) -> list[str]:
    """Of the lead, or the mail, from whose page somebody comes, and what they searched the list for."""
    lead = Lead.objects.filter(pk=number(request.GET.get("lead", ""))).first()
    mail = OutgoingEmail.objects.filter(pk=number(request.GET.get("mail", ""))).first()
    searched = parse_qs(request.GET.get("_changelist_filters", "")).get("q", [])
    found = [*(member.email for member in (lead.family() if lead else [])), mail.email if mail else ""]
    return [address for address in [*found, *(with_ascii_domain(typed.strip()) for typed in searched)] if address]
