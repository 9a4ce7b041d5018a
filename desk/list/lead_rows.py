"""The rows of the list of leads.

Django's own tag asks of every cell anew how it is to be shown, which at fifty rows takes ten times as long as to find
the leads among a million.
"""

from collections.abc import Callable, Iterator
from html import escape
from typing import Any

from django.contrib.admin.templatetags.admin_list import result_headers
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from desk import words
from enquiries.models import Lead, tags_of
from foundation.admin.keyset import KeysetChangeList

TICK = "action_checkbox"
TICK_CELL = '<td class="action-checkbox"><input type="checkbox" name="_selected_action" value="'
TICK_NAME = '" class="action-select" aria-label="'
NAME_CELL = '<th class="field-{}" scope="row"><a href="'
TAGS = ' <span class="tags">{}</span>'
CELL = '<td class="field-{}">'

# Each writes HTML.
Cell = Callable[[Lead], str]


def of_list(changelist: KeysetChangeList) -> dict[str, Any]:
    """What the template shows as a table."""
    return {"headers": list(result_headers(changelist)), "rows": rows(changelist)}


def rows(changelist: KeysetChangeList) -> Iterator[SafeString]:
    first, *others = [str(name) for name in changelist.list_display if name != TICK]
    cells = [name_cell(changelist, first), *(cell(changelist, name) for name in others)]
    if TICK in changelist.list_display:
        cells.insert(0, tick_cell())
    for lead in changelist.result_list:
        yield mark_safe("".join(shown(lead) for shown in cells))  # noqa: S308 - each cell is escaped where it is made


def tick_cell() -> Cell:
    words = _("Select %(lead)s")
    return lambda lead: f'{TICK_CELL}{lead.pk}{TICK_NAME}{escape(words % {"lead": lead})}"></td>'


def name_cell(changelist: KeysetChangeList, name: str) -> Cell:
    value, kept = value_of(changelist, name), changelist.preserved_filters
    # Made once: to find the page of a number takes longer than to write its row.
    before, after = reverse("admin:enquiries_lead_change", args=[0]).split("0")
    tail = f"{after}?{kept}" if kept else after
    tags = tags_of(changelist.result_list)
    begin, end = f"{format_html(NAME_CELL, name)}{escape(before)}", f'{escape(tail)}">'
    return lambda lead: f"{begin}{lead.pk}{end}{escaped(value(lead))}</a>{tags_under(tags.get(lead.pk, []))}</th>"


def tags_under(names: list[str]) -> SafeString | str:
    return format_html(TAGS, ", ".join(names)) if names else ""


def cell(changelist: KeysetChangeList, name: str) -> Cell:
    value, begin = value_of(changelist, name), format_html(CELL, name)
    return lambda lead: f"{begin}{escaped(value(lead))}</td>"


def escaped(value: Any) -> str:
    """What conditional_escape says; that makes a SafeString of each, at four hundred cells a page."""
    return str(value.__html__()) if hasattr(value, "__html__") else escape(str(value))


def value_of(changelist: KeysetChangeList, name: str) -> Callable[[Lead], Any]:
    """A column is a method of the admin, or else a moment of the lead, whose day is enough."""
    method = getattr(changelist.model_admin, name, None)
    return method or (lambda lead: words.day(getattr(lead, name)))
