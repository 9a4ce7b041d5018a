"""What articles draw on: topics, words, papers and reviewers."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import URLField
from django.http import HttpRequest
from django.utils.translation import gettext, gettext_lazy

from articles.actions import move_reviews_due
from articles.models import GlossaryTerm, Paper, Reviewer, Synonym, Topic
from foundation.forms import TYPED_TEXT


@admin.register(Topic)
class TopicAdmin(admin.ModelAdmin):
    formfield_overrides = TYPED_TEXT
    list_display = ("name", "slug", "kind", "risk", "description")
    prepopulated_fields = {"slug": ("name",)}

    def get_readonly_fields(self, request: HttpRequest, obj: Topic | None = None) -> tuple[str, ...]:
        """Articles and links name a topic by its slug."""
        return ("slug",) if obj else ()

    def get_prepopulated_fields(self, request: HttpRequest, obj: Topic | None = None) -> Any:
        return {} if obj else self.prepopulated_fields

    def save_model(self, request: HttpRequest, obj: Topic, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if "risk" in form.changed_data:
            move_reviews_due(topic=obj)

    def has_delete_permission(self, request: HttpRequest, obj: Topic | None = None) -> bool:
        in_use = obj is not None and obj.articles.exists()
        return super().has_delete_permission(request, obj) and not in_use


@admin.register(Synonym)
class SynonymAdmin(admin.ModelAdmin):
    list_display = ("words",)
    search_fields = ("words",)


@admin.register(GlossaryTerm)
class GlossaryTermAdmin(admin.ModelAdmin):
    list_display = ("term", "meaning", "synonyms")
    search_fields = ("term", "synonyms", "meaning")
    fields = ("term", "slug", "synonyms", "meaning")
    prepopulated_fields = {"slug": ("term",)}

    def get_readonly_fields(self, request: HttpRequest, obj: GlossaryTerm | None = None) -> tuple[str, ...]:
        """Pages elsewhere may lead to it."""
        return ("slug",) if obj else ()

    def get_prepopulated_fields(self, request: HttpRequest, obj: GlossaryTerm | None = None) -> Any:
        return {} if obj else self.prepopulated_fields


class PaperForm(forms.ModelForm):
    """What Postgres holds of the two numbers is said here in words, beside the field it is about."""

    def clean(self) -> Any:
        typed = super().clean() or self.cleaned_data
        doi, pmid = typed.get("doi"), typed.get("pmid", "")
        if not (doi or pmid or self.errors):
            self.add_error("doi", gettext("Write its DOI or its PMID: nothing else says which paper it is."))
        elif pmid and not doi and Paper.objects.filter(doi=None, pmid=pmid).exclude(pk=self.instance.pk).exists():
            self.add_error("pmid", gettext("There is a paper with this PMID already."))
        return typed


@admin.register(Paper)
class PaperAdmin(admin.ModelAdmin):
    form = PaperForm
    formfield_overrides = TYPED_TEXT
    list_display = ("title", "journal", "year", "doi", "pmid")
    # Articles bring them, one to a name.
    readonly_fields = ("authors",)
    search_fields = ("title", "doi", "pmid")


@admin.register(Reviewer)
class ReviewerAdmin(admin.ModelAdmin):
    formfield_overrides = {**TYPED_TEXT, URLField: {"assume_scheme": "https"}}
    list_display = ("name", "credentials", "role", "is_of_the_clinic", "account")
    list_select_related = ("account",)
    prepopulated_fields = {"slug": ("name",)}
    fieldsets = (
        (None, {"fields": ("name", "slug", "credentials", "role", "languages", "photo")}),
        (gettext_lazy("Where it can be looked up"), {"fields": ("registration", "register_url")}),
        (gettext_lazy("On the page About us"), {"fields": ("is_of_the_clinic", "position")}),
        (gettext_lazy("If they review articles"), {"fields": ("account", "conflicts")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Reviewer | None = None) -> tuple[str, ...]:
        """Articles, machines and whoever kept the link know their page by its slug."""
        return ("slug",) if obj else ()

    def get_prepopulated_fields(self, request: HttpRequest, obj: Reviewer | None = None) -> Any:
        return {} if obj else self.prepopulated_fields

    def has_delete_permission(self, request: HttpRequest, obj: Reviewer | None = None) -> bool:
        return False
