"""The clinic's mark on the page of its details: uploaded, shown as it is, taken away."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from foundation.actions import keep_logo
from foundation.models import LogoFile
from foundation.pictures.apart import files_of

PROGRAM = ["-m", "foundation.pictures.logos"]
# What a browser offers; what it posts is looked into.
PICTURES = {"accept": "image/jpeg,image/png,image/webp"}
# The field of the profile, by the field that brings it.
BROUGHT_BY = {"logo_file": "logo", "icon_file": "own_icon"}
KEPT_BY = {"logo_file": "logo_kept", "icon_file": "icon_kept"}
NOW, KEPT = _("What is shown now"), _("Chosen already; it is shown once you save")


class Unlabelled(forms.HiddenInput):
    """Its label would lead to what nobody sees, which HTML forbids."""

    def id_for_label(self, id_: str) -> str:
        return ""


class LogoForm(forms.ModelForm):
    logo_file = forms.FileField(
        label=_("Logo"),
        required=False,
        widget=forms.FileInput(attrs=PICTURES),
        help_text=_(
            "PNG, JPEG or WebP. It takes the place of the name at the top of each page and each mail; "
            "who cannot see it is told the name. Without one the name stands there in letters."
        ),
    )
    icon_file = forms.FileField(
        label=_("Icon"),
        required=False,
        widget=forms.FileInput(attrs=PICTURES),
        help_text=_("A square of 512 dots or more, for tabs and home screens. Without one it is made from the logo."),
    )
    # Of an upload that came with a post that was not saved: nobody should have to look for the file again.
    logo_kept = forms.CharField(required=False, widget=Unlabelled)
    icon_kept = forms.CharField(required=False, widget=Unlabelled)
    without_logo = forms.BooleanField(label=_("Take logo and icon away"), required=False)

    def clean_logo_file(self) -> Any:
        return self.made_of("logo_file")

    def clean_icon_file(self) -> Any:
        return self.made_of("icon_file")

    def clean_logo_kept(self) -> str:
        return self.kept("logo_file", "logo_kept")

    def clean_icon_kept(self) -> str:
        return self.kept("icon_file", "icon_kept")

    def kept(self, brought_by: str, name: str) -> str:
        """The name of what was uploaded now or with an earlier post, which the page then posts again."""
        files = self.cleaned_data.get(brought_by)
        found = keep_logo(files=files) if files else str(self.cleaned_data[name])
        found = found if LogoFile.objects.filter(logo=found).exists() else ""
        # Whoever posts through the page of the profile gets a copy that can be changed.
        if found and getattr(self.data, "_mutable", True):
            self.data[self.add_prefix(name)] = found  # type: ignore[index]
            self[brought_by].help_text = beside(self.base_fields[brought_by].help_text, found, KEPT)
        return found

    def made_of(self, name: str) -> Any:
        file = self.cleaned_data[name]
        return files_of(PROGRAM, file.read()) if file else None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in BROUGHT_BY.items():
            if (logo := getattr(self.instance, field)) and name in self.fields:
                self.fields[name].help_text = beside(self.fields[name].help_text, logo)

    def take_over_logos(self) -> None:
        for name, field in BROUGHT_BY.items():
            if self.cleaned_data.get("without_logo"):
                setattr(self.instance, field, "")
                # What an earlier post brought goes, too; what comes with this one is the new one.
                if not self.cleaned_data.get(name):
                    continue
            if kept := self.cleaned_data.get(KEPT_BY[name]):
                setattr(self.instance, field, kept)

    def save(self, commit: bool = True) -> Any:
        self.take_over_logos()
        return super().save(commit)


def beside(words: Any, logo: str, alt: Any = NOW) -> SafeString:
    address = reverse("articles:logo", args=[logo, "header", "png"])
    return format_html('{} <img class="logo-now" src="{}" alt="{}">', words, address, alt)
