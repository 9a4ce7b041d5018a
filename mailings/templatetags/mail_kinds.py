from typing import Any

from django import template

from mailings.emails import kinds
from mailings.models import OutgoingEmail

register = template.Library()


@register.filter
def kind_label(outgoing: OutgoingEmail) -> Any:
    """What kind of mail this is, in words; its bare name when no room sends that kind any more."""
    kind = kinds.get(outgoing.kind)
    return kind.label if kind else outgoing.kind
