"""An article as it stands in the fields, before anybody says that it is right: to be looked at, never to be stored."""

from collections import defaultdict
from typing import Any

from django.utils.translation import gettext as _

from articles.cleaned_content import written
from articles.editor_form import MOST_SECTIONS, Editor
from articles.models import SectionKind

# Of what a field refuses for these alone, what was typed can be read all the same.
LENGTHS = {"min_length", "max_length"}


def typed_content(editor: Editor) -> dict[str, Any]:
    """Whatever is wrong is left out, and what a page cannot do without is filled in."""
    content = editor.assembled(readable(editor.form), readable_rows)
    content["title"] = content["title"] or _("No title yet")
    nothing = {"kind": SectionKind.UNSORTED.value, "heading": _("No heading yet"), "body": ""}
    content["sections"] = [{**nothing, **section} for section in content["sections"]]
    # Which way newer evidence points is nothing to be guessed.
    newer = [each for each in content.get("newer_evidence", []) if {"text", "effect"} <= each.keys()]
    return {**content, "newer_evidence": newer}


def readable(form: Any) -> dict[str, Any]:
    """What its fields make of what was typed; nothing of those that make nothing of it."""
    found = defaultdict(str, form.cleaned_data if form.is_valid() else getattr(form, "cleaned_data", {}))
    for name, errors in form.errors.as_data().items():
        if name in form.fields and {error.code for error in errors} <= LENGTHS:
            found[name] = form[name].data.strip()
    return found


def readable_rows(formset: Any) -> list[dict[str, Any]]:
    """In the order of their numbers; each bears the name that its fields begin with, which leads from page to field."""
    found = [(form.prefix, readable(form)) for form in formset if formset.is_bound]
    found.sort(key=lambda each: order if isinstance(order := each[1]["ORDER"], int) else MOST_SECTIONS)
    kept = [(prefix, row) for prefix, row in found if not row["DELETE"]]
    return [{"id": prefix, **said} for prefix, row in kept if (said := written(row)) and said.keys() != {"kind"}]
