"""What the page of a form posts: as it stands what an untouched browser would send, of a post what it sent."""

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.forms.models import InlineForeignKeyField
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _

DELETE = "DELETE"
# More rows than any page of ours has; a post may claim millions.
MOST_ROWS = 200

Row = dict[str, str]
# Of a field its text, or the texts of all that is ticked; of the rows of one kind each with its fields.
Value = str | list[str] | list[Row]
Values = dict[str, Any]


class Page:
    """A form and its rows of nobody's post.

    shown: the names of the fields that stand on the page; the others are neither posted nor told.
    """

    def __init__(self, form: Any, shown: Iterable[str], formsets: Iterable[Any]) -> None:
        self.form = form
        names = set(shown)
        self.fields = [field for field in form if field.name in names and is_typed(field.field)]
        self.formsets = {formset.prefix: formset for formset in formsets}

    def values(self) -> Values:
        rows = {
            prefix: [row_of(formset, form) for form in formset.initial_forms]
            for prefix, formset in self.formsets.items()
        }
        return {**{field.name: stands(field) for field in self.fields}, **rows}

    def read(self, post: QueryDict) -> Values:
        """What was typed; of rows those that are to stay."""
        kept = {prefix: [row for row in self.rows(post, prefix) if not row.get(DELETE)] for prefix in self.formsets}
        return {**{field.name: typed(field, post) for field in self.fields}, **kept}

    def rows(self, post: QueryDict, prefix: str) -> list[Row]:
        """As typed, without those that were left blank; each with its number, empty for a new one."""
        formset = self.formsets[prefix]
        blank, key = row_of(formset, formset.empty_form), key_of(formset)
        names = [key, DELETE, *own_fields(formset, formset.empty_form)]
        rows = [
            {name: plain(post.get(f"{prefix}-{number}-{name}", "")) for name in names} for number in total(post, prefix)
        ]
        return [row for row in rows if row[key] or without_key(row, key) != without_key(blank, key)]

    def is_in(self, post: QueryDict, name: str) -> bool:
        if name in self.formsets:
            return f"{name}-TOTAL_FORMS" in post
        return any(key in post for key in keys(self.form[name]))

    def put(self, post: QueryDict, name: str, value: Any) -> None:
        """Into the post, as if it had been typed."""
        if name in self.formsets:
            return self.put_rows(post, name, value)
        field = self.form[name]
        parts = value if parts_of(field.field) else [value]
        for key, part in zip(keys(field), parts, strict=True):
            post.setlist(key, part if isinstance(part, list) else [part])
            # As a box without its tick is.
            if not part and (is_many(field.field) or isinstance(widget(field.field), forms.CheckboxInput)):
                del post[key]
        return None

    def put_rows(self, post: QueryDict, prefix: str, rows: list[Row]) -> None:
        for key in [key for key in post if key.startswith(f"{prefix}-")]:
            del post[key]
        number_of = key_of(self.formsets[prefix])
        known = sorted(rows, key=lambda row: not row.get(number_of))
        post.update({f"{prefix}-TOTAL_FORMS": str(len(known)), f"{prefix}-MIN_NUM_FORMS": "0"})
        post[f"{prefix}-INITIAL_FORMS"] = str(sum(bool(row.get(number_of)) for row in known))
        for number, row in enumerate(known):
            post.update({f"{prefix}-{number}-{field}": text for field, text in row.items() if text or field != DELETE})

    def label(self, name: str) -> str:
        if name in self.formsets:
            return capfirst(str(self.formsets[name].model._meta.verbose_name_plural))
        return str(self.form[name].label)

    def in_words(self, name: str, value: Any) -> str:
        if name not in self.formsets:
            return said(self.form.fields[name], value)
        formset = self.formsets[name]
        own = formset.empty_form.fields
        lines = [[said(own[key], row[key]) for key in own_fields(formset, row) if row[key]] for row in value]
        return "\n".join(" ".join(line) for line in lines) or _("nothing")

    def same(self, name: str, one: Any, other: Any) -> bool:
        return self.in_order(name, one) == self.in_order(name, other)

    def in_order(self, name: str, value: Any) -> Any:
        """Rows are the same in any order, and under any number."""
        if name not in self.formsets:
            return value
        key = key_of(self.formsets[name])
        return sorted(sorted(without_key(row, key).items()) for row in value)


def widget(field: Any) -> Any:
    """Without the links that the admin puts around a choice of other rows."""
    return getattr(field.widget, "widget", field.widget)


def parts_of(field: Any) -> Any:
    """The widget of a field that is posted under several names, such as a day and its time; else None."""
    found = widget(field)
    return found if isinstance(found, forms.MultiWidget) else None


def is_typed(field: Any) -> bool:
    """A file comes with a post or does not; what it takes the place of is no part of the page."""
    return not field.disabled and not isinstance(widget(field), forms.FileInput)


def is_many(field: Any) -> bool:
    return bool(getattr(widget(field), "allow_multiple_selected", False))


def keys(field: Any) -> list[str]:
    """The names under which a field is posted."""
    own = parts_of(field.field)
    return [f"{field.html_name}{name}" for name in own.widgets_names] if own else [field.html_name]


def stands(field: Any) -> str | list[str]:
    own, value = widget(field.field), field.value()
    if several := parts_of(field.field):
        parts = value if isinstance(value, list | tuple) else several.decompress(value)
        return [plain(one.format_value(part)) for one, part in zip(several.widgets, parts, strict=True)]
    if isinstance(own, forms.CheckboxInput):
        return "on" if value else ""
    shown = own.format_value(value)
    if is_many(field.field):
        return sorted({str(part) for part in shown} & offered(field.field))
    return plain((shown[0] if shown else "") if isinstance(shown, list | tuple) else shown)


def offered(field: Any) -> set[str]:
    """What somebody may tick: what else is set stands on no page and comes with no post."""
    return {key for key, _label in in_a_row(field.choices)}


def in_a_row(choices: Any) -> Iterator[tuple[str, str]]:
    """Also those in groups."""
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield from in_a_row(label)
        else:
            yield str(key), str(label)


def typed(field: Any, post: QueryDict) -> str | list[str]:
    if is_many(field.field):
        return sorted(set(post.getlist(field.html_name)))
    texts = [plain(post.get(key, "")) for key in keys(field)]
    return texts if parts_of(field.field) else texts[0]


def plain(text: Any) -> str:
    """How a line ends is no change, nor is a space at the end, which a form takes off."""
    return "" if text is None else "\n".join(str(text).splitlines()).strip()


def key_of(formset: Any) -> str:
    return str(formset.model._meta.pk.name)


def own_fields(formset: Any, names: Iterable[Any]) -> list[str]:
    """Without a row's number, its tick for deletion and whose it is; names: a row, or a form of one."""
    fields = formset.empty_form.fields
    beside = {key_of(formset), DELETE} | {
        name for name, field in fields.items() if isinstance(field, InlineForeignKeyField) or not is_typed(field)
    }
    found = names.fields if isinstance(names, forms.BaseForm) else names
    return [name for name in found if name not in beside]


def row_of(formset: Any, form: Any) -> Row:
    """One field, one text: a row with a field of several values is a thing to be taught first."""
    own = {name: str(stands(form[name])) for name in own_fields(formset, form)}
    pk = form.instance.pk
    return {key_of(formset): "" if pk is None else str(pk), **own}


def without_key(row: Row, key: str) -> Row:
    return {name: text for name, text in row.items() if name not in (key, DELETE)}


def total(post: QueryDict, prefix: str) -> range:
    text = post.get(f"{prefix}-TOTAL_FORMS", "")
    return range(min(int(text), MOST_ROWS) if text.isascii() and text.isdecimal() and len(text) < 9 else 0)


def said(field: Any, value: Any) -> str:
    """In the words of the page."""
    if isinstance(value, list):
        return ", ".join(said(field, text) for text in value if text) or _("nothing")
    if isinstance(widget(field), forms.CheckboxInput):
        return _("yes") if value else _("no")
    return dict(in_a_row(getattr(field, "choices", []))).get(value, value) or _("nothing")
