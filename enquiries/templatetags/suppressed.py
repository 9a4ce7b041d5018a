"""Whose address a suppression is about: it holds a hash alone, so pages that know bring it along."""

from typing import Any, NamedTuple
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
    lead = named(Lead.objects, "lead", "enquiries.view_lead", request)
    mail = named(OutgoingEmail.objects, "mail", "mailings.view_outgoingemail", request)
    searched = parse_qs(request.GET.get("_changelist_filters", "")).get("q", [])
    found = [*(member.email for member in (lead.family() if lead else [])), mail.email if mail else ""]
    return [address for address in [*found, *(with_ascii_domain(typed.strip()) for typed in searched)] if address]


def named(rows: Any, name: str, right: str, request: HttpRequest) -> Any:
    """Nothing for who may not open its page: whoever counts up the numbers would learn whose addresses these are."""
    return rows.filter(pk=number(request.GET.get(name, ""))).first() if request.user.has_perm(right) else None
