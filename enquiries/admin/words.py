"""How facts about a lead read in lists and on its page."""

from datetime import date

from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_countries import countries

from articles.templatetags.pills import pill
from enquiries.models import Lead

NOTHING = "–"


def country(code: str) -> str:
    return countries.name(code) or code or NOTHING


def due(lead: Lead, today: date) -> SafeString | str:
    """The date of the next action; what is overdue says so in words, for those who do not see colours."""
    if lead.next_action_on is None or not lead.is_open:
        return NOTHING
    days = (today - lead.next_action_on).days
    if days < 0:
        return date_format(lead.next_action_on)
    if days == 0:
        return pill("today", _("today"))
    late = ngettext("overdue by %(days)d day", "overdue by %(days)d days", days) % {"days": days}
    return format_html("{} {}", date_format(lead.next_action_on), pill("overdue", late))
