"""Two people on the clinic's details: what a page showed comes back with its post, as with a lead (desk/lead/seen.py).

Each field is told by what its page posts for it, and the rows of one kind as a whole. What only others changed is put
into the post; what both changed is asked about. A post without what was seen, as a program makes it, compares nothing.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django import forms
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

SEEN, ASKED = "seen", "is_asked_about"
# What a row posts beside its own fields.
BESIDE = {"id", "DELETE", "profile"}
MOST_ROWS = 200

Row = dict[str, str]
Values = dict[str, Any]


class Conflict(NamedTuple):
    """What two people changed."""

    name: str
    label: str
    theirs: str
    yours: str


class ProfileForm(forms.ModelForm):
    def clean(self) -> Any:
        if self.data.get(ASKED):
            raise forms.ValidationError(
                gettext_lazy("Somebody else changed this while you were typing. Nothing of yours is saved yet.")
            )
        return super().clean()


class Page:
    """The form and its rows, of nobody's post: the details as they stand."""

    def __init__(self, form: Any, formsets: Iterable[Any]) -> None:
        self.form = form
        self.formsets = {formset.prefix: formset for formset in formsets}

    def values(self) -> Values:
        fields = {field.name: posted_by(field) for field in self.form}
        rows = {
            prefix: [row_of(form, with_id=True) for form in formset.initial_forms]
            for prefix, formset in self.formsets.items()
        }
        return {**fields, **rows}

    def read(self, post: QueryDict) -> Values:
        """What was typed; of rows those that are to stay."""
        fields = {field.name: plain(post.get(field.html_name, "")) for field in self.form}
        kept = {prefix: [row for row in self.rows(post, prefix) if not row.get("DELETE")] for prefix in self.formsets}
        return {**fields, **kept}

    def rows(self, post: QueryDict, prefix: str) -> list[Row]:
        empty = self.formsets[prefix].empty_form
        names, blank = ["id", "DELETE", *own_fields(empty)], row_of(empty)
        typed = [
            {name: plain(post.get(f"{prefix}-{number}-{name}", "")) for name in names} for number in total(post, prefix)
        ]
        return [row for row in typed if row["id"] or without_id(row) != blank]

    def put(self, post: QueryDict, name: str, value: Any) -> None:
        """Into the post, as if it had been typed."""
        if name not in self.formsets:
            post[name] = value
            if not value and isinstance(self.form.fields[name].widget, forms.CheckboxInput):
                del post[name]
            return
        for key in [key for key in post if key.startswith(f"{name}-")]:
            del post[key]
        known = sorted(value, key=lambda row: not row.get("id"))
        post.update({f"{name}-TOTAL_FORMS": str(len(known)), f"{name}-MIN_NUM_FORMS": "0"})
        post[f"{name}-INITIAL_FORMS"] = str(sum(bool(row.get("id")) for row in known))
        for number, row in enumerate(known):
            post.update({f"{name}-{number}-{field}": text for field, text in row.items() if text or field != "DELETE"})

    def label(self, name: str) -> str:
        if name in self.formsets:
            return capfirst(str(self.formsets[name].model._meta.verbose_name_plural))
        return str(self.form.fields[name].label)

    def in_words(self, name: str, value: Any) -> str:
        if name not in self.formsets:
            return said(self.form.fields[name], value)
        fields = self.formsets[name].empty_form.fields
        lines = [[said(fields[key], text) for key, text in without_id(row).items() if text] for row in value]
        return "\n".join(" ".join(line) for line in lines) or _("nothing")


def posted_by(field: Any) -> str:
    value = field.value()
    if isinstance(field.field.widget, forms.CheckboxInput):
        return "on" if value else ""
    shown = field.field.widget.format_value(value)
    return plain((shown[0] if shown else "") if isinstance(shown, list | tuple) else shown)


def plain(text: Any) -> str:
    """How a line ends is no change, nor is a space at the end, which a form takes off."""
    return "" if text is None else "\n".join(str(text).splitlines()).strip()


def own_fields(form: Any) -> list[str]:
    return [name for name in form.fields if name not in BESIDE]


def row_of(form: Any, *, with_id: bool = False) -> Row:
    own = {name: posted_by(form[name]) for name in own_fields(form)}
    return {"id": str(form.instance.pk), **own} if with_id else own


def without_id(row: Row) -> Row:
    return {name: text for name, text in row.items() if name not in BESIDE}


def total(post: QueryDict, prefix: str) -> range:
    text = post.get(f"{prefix}-TOTAL_FORMS", "")
    return range(min(int(text), MOST_ROWS) if text.isascii() and text.isdecimal() and len(text) < 9 else 0)


def said(field: Any, text: str) -> str:
    if isinstance(field.widget, forms.CheckboxInput):
        return _("yes") if text else _("no")
    choices = {str(key): str(label) for key, label in getattr(field, "choices", [])}
    return choices.get(text, text) or _("nothing")


def seen_in(post: QueryDict) -> Values:
    """Empty for what no page of ours posts."""
    try:
        found = json.loads(post.get(SEEN, ""))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def same(one: Any, other: Any) -> bool:
    """Rows are the same in any order."""
    return in_order(one) == in_order(other)


def in_order(value: Any) -> Any:
    is_rows = isinstance(value, list) and all(isinstance(row, dict) for row in value)
    return sorted(json.dumps(without_id(row), sort_keys=True) for row in value) if is_rows else value


def settle(page: Page, post: QueryDict) -> list[Conflict]:
    """Puts into the post what only others changed since; returns what both did, with the form still as typed."""
    seen, now, yours = seen_in(post), page.values(), page.read(post)
    conflicts = list(differences(page, post, seen, now, yours))
    told = {conflict.name: now[conflict.name] for conflict in conflicts}
    post[SEEN] = json.dumps({**seen, **told})
    if conflicts:
        post[ASKED] = "yes"
    return conflicts


def differences(page: Page, post: QueryDict, seen: Values, now: Values, yours: Values) -> Iterator[Conflict]:
    for name in now:
        # What somebody made up in place of what the page held is as good as nothing.
        if (
            not isinstance(seen.get(name), type(now[name]))
            or same(seen[name], now[name])
            or same(yours[name], now[name])
        ):
            continue
        if same(seen[name], yours[name]):
            page.put(post, name, now[name])
        else:
            if name in page.formsets:
                page.put(post, name, beside_theirs(page.rows(post, name), seen[name], now[name]))
            yield Conflict(name, page.label(name), page.in_words(name, now[name]), page.in_words(name, yours[name]))


def beside_theirs(typed: list[Row], seen: Any, now: list[Row]) -> list[Row]:
    """The rows as typed, those that others added, and none under the number of one that is gone."""
    there, known = {row["id"] for row in now}, {row.get("id") for row in seen if isinstance(row, dict)}
    return [
        *({**row, "id": row["id"] if row["id"] in there else ""} for row in typed),
        *(row for row in now if row["id"] not in known),
    ]
