"""Two people on one lead: what a form's writer had before them, against what stands there when they save.

A form carries the lead's version and the values of the fields it writes, as they were when its page was made. A post
without them, as a program makes it, compares nothing.
"""

from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Model
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from enquiries.models import Lead
from enquiries.models.call_hours import call_hours_in_words

PLAN = ("next_action", "next_action_on", "next_action_at")


class Conflict(NamedTuple):
    """One field that two people changed."""

    name: str
    label: Any
    theirs: str
    yours: str


def as_text(value: Any) -> str:
    """As a hidden field holds it."""
    if isinstance(value, Model):
        return str(value.pk)
    return "" if value is None else str(value)


def stored(lead: Lead, name: str) -> str:
    return as_text(getattr(lead, Lead._meta.get_field(name).attname))  # type: ignore[union-attr]


def hidden_fields(form: Any) -> dict[str, str]:
    """Whoever was told of a conflict has seen that field; of all else they have seen what their page showed."""
    now = {f"seen_{name}": stored(form.lead, name) for name in form.watches}
    if not (form.is_bound and "version" in form.data):
        return {"version": str(form.lead.version), **now}
    told = {f"seen_{conflict.name}" for conflict in form.conflicts}
    before = {name: form.data[name] for name in now if name in form.data}
    return {"version": form.data["version"], **before, **{name: now[name] for name in told}}


def conflicts(form: Any) -> list[Conflict]:
    """What both changed, to different values. What only the others changed is taken over into the cleaned data."""
    if form.data.get("version", str(form.lead.version)) == str(form.lead.version):
        return []
    return [conflict(form, name) for name in form.watches if is_in_conflict(form, name)]


def is_in_conflict(form: Any, name: str) -> bool:
    seen, now, wanted = form.data.get(f"seen_{name}"), stored(form.lead, name), form.wants(name)
    if wanted is None:
        # A page of the version before says nothing of it.
        return bool(now) and seen not in (None, now) and form.puts_aside(name)
    if now in (seen, wanted):
        return False
    if wanted == seen:
        form.cleaned_data[name] = getattr(form.lead, name)
        return False
    return True


def conflict(form: Any, name: str) -> Conflict:
    label = capfirst(str(Lead._meta.get_field(name).verbose_name))  # type: ignore[union-attr]
    theirs, yours = getattr(form.lead, name), form.cleaned_data.get(name)
    if name == "next_action":
        # Words that nobody typed are those that were put off.
        yours = yours or form.data.get("seen_next_action")
    return Conflict(name, label, in_words(name, theirs), in_words(name, yours))


def in_words(name: str, value: Any) -> str:
    if name == "stage":
        return str(Lead.Stage(value).label)
    if name == "call_hours":
        value = call_hours_in_words(value or "")
    if name == "next_action":
        value = Lead.Plan.in_words(value)
    if isinstance(value, datetime):
        return time_format(timezone.localtime(value))
    if isinstance(value, date):
        return date_format(value)
    return str(value) if value else _("nothing")
