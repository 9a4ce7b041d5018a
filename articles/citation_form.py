"""A citation as fields, by the table of `citations.fields`, and how pasted ones fill them."""

from typing import Any

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from articles.citations.fields import BY_NAME, FIELDS, Field
from articles.citations.formats import read_any
from articles.citations.notices import Said
from articles.citations.records import Reading
from articles.form_fields import line, lines, shaped
from articles.models import Paper
from articles.raised import lost_powers

# A library of some hundred papers; more is a mistake.
MOST_PASTED = 500_000
SAID = {
    "retraction": _("Its record says that the journal has retracted it"),
    "concern": _("Its record says that the journal has published a concern about it"),
    "correction": _("Its record says that the journal has corrected it"),
    "reinstatement": _("Its record says that the journal has reinstated it"),
}
POWER_LOST = _("A power may have been lost in its title: “%(words)s”. Look into the paper, and write 10⁶ or 10^6.")
NOT_READ = {
    "no_end": _("Line %(line)s: a record has no end. What stood there was read."),
    "no_record": _("Line %(line)s: this belongs to no record and was not read."),
    "other_type": _("Line %(line)s: this is of another kind than a journal's article; look whether all of it came."),
    "not_json": _("This is no complete JSON."),
    "not_printed": _("Line %(line)s: no citation was found in what stands here."),
    "no_citation": _("No citation was found in it. Paste one as it is printed, or a file in one of the formats."),
}


def citation_fields() -> dict[str, forms.Field]:
    return {field.name: _form_field(field) for field in FIELDS}


def _form_field(field: Field) -> forms.Field:
    kind = field.json.get("type")
    if kind == "array":
        return lines(field.label, 4, help_text=field.help)
    if kind == "boolean":
        return forms.BooleanField(label=field.label, required=False, help_text=field.help)
    if kind == "integer":
        bounds = {"min_value": field.json["minimum"], "max_value": field.json["maximum"]}
        return forms.IntegerField(label=field.label, required=False, help_text=field.help, **bounds)
    shape = shaped(field.shape) if field.shape else {}
    return line(field.label, help_text=field.help, max_length=longest(field.name), **shape)


def longest(name: str) -> int:
    """How much the paper's column of this name holds; a line of the schema holds no more than 400."""
    return min(getattr(Paper._meta.get_field(name), "max_length", None) or 400, 400)


class FurtherPaperForm(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {**citation_fields(), **self.fields}


class PasteForm(forms.Form):
    paste = forms.CharField(
        label=_("Paste a citation"),
        required=False,
        max_length=MOST_PASTED,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("As it is printed, or what PubMed, Zotero or a journal give: .nbib, RIS, BibTeX, CSL-JSON."),
    )
    paste_file = forms.FileField(
        label=_("Or upload the file"), required=False, help_text=_("One file of up to half a megabyte.")
    )

    def clean_paste_file(self) -> Any:
        file = self.cleaned_data["paste_file"]
        if file and file.size > MOST_PASTED:
            raise forms.ValidationError(_("This file is too large for a list of citations."))
        return file

    def reading(self) -> Reading:
        file = self.cleaned_data.get("paste_file")
        return read_any(file.read() if file else self.cleaned_data["paste"])


class LeftPasteForm(PasteForm):
    """As it comes along with a save: whatever still stands in it would be forgotten."""

    def clean_paste(self) -> str:
        if self.cleaned_data["paste"]:
            raise forms.ValidationError(_("The pasted citation was not used yet: press Fill in, or empty the field."))
        return ""

    def clean_paste_file(self) -> None:
        # A save is no multipart: of a chosen file it carries the name.
        if self.data.get("paste_file"):
            raise forms.ValidationError(
                _("The file was not used yet: choose it again and press Fill in, or save without it.")
            )


def known(citation: dict[str, Any]) -> dict[str, Any]:
    """As an article's content holds it: what is not known is absent."""
    return {name: value for name, value in citation.items() if value is not None}


def sentences(reading: Reading) -> list[str]:
    """What became of the paste: what was read, what the paper lacks, and what was not read."""
    count = len(reading.citations)
    found = ngettext("%d citation was read.", "%d citations were read.", count) % count
    told = [
        words for place, one in enumerate(reading.citations) for words in _told(one, reading.notices.get(place, []))
    ]
    return [found, *told, *(NOT_READ[why] % {"line": at} for at, why in reading.unread)]


def _told(citation: dict[str, Any], said: list[Said]) -> list[str]:
    lost = [POWER_LOST % {"words": words} for words, _at in lost_powers(citation["title"] or "")]
    return [_lacks(citation), *lost, *(f"{SAID[one.nature]}: “{_named(citation)}”." for one in said)]


def _named(citation: dict[str, Any]) -> str:
    return citation["title"] or citation["doi"] or citation["pmid"] or "–"


def _lacks(citation: dict[str, Any]) -> str:
    absent = [str(BY_NAME[name].label) for name in ("authors", "title", "journal", "year") if not citation[name]]
    title = _named(citation)
    if absent:
        return gettext("“%(title)s”: not found: %(names)s.") % {"title": title, "names": ", ".join(absent)}
    return gettext("“%(title)s”: look it over, then save.") % {"title": title}
