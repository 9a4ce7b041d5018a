from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from foundation.templatetags.pills import pill
from mailings.emails import kinds
from mailings.models import OutgoingEmail

register = template.Library()


@register.filter
def kind_label(outgoing: OutgoingEmail) -> Any:
    """What kind of mail this is, in words; its bare name when no room sends that kind any more."""
    kind = kinds.get(outgoing.kind)
    return kind.label if kind else outgoing.kind


@register.filter
def state_pill(outgoing: OutgoingEmail) -> SafeString:
    """Its state in colour; what was kept back for its address is told apart from what nobody wanted any more."""
    if outgoing.state == OutgoingEmail.State.CANCELLED and outgoing.forbidden:
        return pill("forbidden", _("may not be mailed"))
    return pill(outgoing.state, outgoing.get_state_display())


@register.filter
def recipient(outgoing: OutgoingEmail) -> str:
    return _("erased person") if outgoing.is_erased else outgoing.email
