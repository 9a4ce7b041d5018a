"""What articles draw on beside their text: pictures."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from articles.actions import add_image, refuse_if_here
from articles.images.apart import encode
from articles.models import ArticleRevision, Image
from foundation.actors import acting
from foundation.forms import WithFile


class ImageForm(forms.ModelForm):
    class Meta:
        model = Image
        fields = ("name", "alt", "is_decorative", "credit", "licence")
        help_texts = {
            "name": _("Small letters, digits and hyphens, such as liver-lobes-drawn. Sections name the picture by it."),
            "alt": _("One or two sentences for who cannot see it: what it shows, and the number that matters."),
            "is_decorative": _(
                "Only for a picture that nobody misses who cannot see it. Then leave the line above empty."
            ),
            "credit": _("Who drew or photographed it, as the licence wants it named."),
            "licence": _("By what right we show it. A picture without a licence belongs to somebody: ask first."),
        }


class NewImageForm(WithFile, ImageForm):
    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        help_text=_(
            "JPEG, PNG or WebP, up to 10 MB. Pages get it in two smaller sizes, without what the camera wrote into it, "
            "such as the place."
        ),
    )
    field_order = ["file"]

    def clean_file(self) -> Any:
        files = encode(self.cleaned_data["file"].read())
        refuse_if_here(files)
        return files


@admin.register(Image)
class ImageAdmin(admin.ModelAdmin):
    list_display = ("name", "small", "alt_words", "credit", "licence", "created_at")
    search_fields = ("name", "alt", "credit")
    list_per_page = 30

    def get_queryset(self, request: HttpRequest) -> QuerySet[Image]:
        return cast(Any, super().get_queryset(request)).with_files()

    def get_form(self, request: HttpRequest, obj: Image | None = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, form=ImageForm if obj else NewImageForm, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Image | None = None) -> Any:
        return ("shown", *ImageForm.Meta.fields) if obj else ("file", *ImageForm.Meta.fields)

    def get_readonly_fields(self, request: HttpRequest, obj: Image | None = None) -> tuple[str, ...]:
        """Editors know it by its name."""
        return ("shown", "name") if obj else ()

    def save_model(self, request: HttpRequest, obj: Image, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
        else:
            add_image(image=obj, files=form.cleaned_data["file"], by=acting(request))

    def has_delete_permission(self, request: HttpRequest, obj: Image | None = None) -> bool:
        is_used = obj is not None and is_shown(obj)
        return super().has_delete_permission(request, obj) and not is_used

    @admin.display(description=_("picture"))
    def small(self, image: Image) -> SafeString:
        return shown(image, "thumbnail")

    @admin.display(description=_("picture"))
    def shown(self, image: Image) -> SafeString:
        return shown(image, "library-picture")

    @admin.display(description=_("what it shows"))
    def alt_words(self, image: Image) -> Any:
        return image.alt or _("nothing that the text needs")


def is_shown(image: Image) -> bool:
    in_articles = ArticleRevision.objects.filter(content__sections__contains=shows(image))
    return in_articles.exists() or image.people.exists()


def shows(image: Image) -> list[dict[str, Any]]:
    """A part of the sections of whatever revision shows it."""
    return [{"image": {"sha256": image.sha256}}]


def shown(image: Image, kind: str) -> SafeString:
    file = image.files.all()[0]
    return format_html(
        '<img class="{}" src="{}" alt="{}" width="{}" height="{}" loading="lazy">',
        *(kind, file.get_absolute_url(), image.alt, file.width, file.height),
    )
