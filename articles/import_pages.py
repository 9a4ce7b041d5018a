"""The clinic's export brought in from a browser: the file, then what would become of it, then it is done.

Between the pages the text waits in the form itself: no file is kept, and several hosts need not share one.
"""

from collections import Counter
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.actions import import_articles
from articles.importing import MOST_BYTES, Reading, Unreadable, plain_text, read
from articles.importing.report import Outcome, Status
from articles.importing.unsure import at_line
from articles.models import Article, SectionKind
from foundation.actors import acting
from foundation.forms import TypedText
from foundation.templatetags.pills import pill

Admin = admin.ModelAdmin


class FileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("The export, as plain text"),
        help_text=gettext_lazy("At most 1 MB. Each article is its title, its text and a last line “Source:”."),
        widget=forms.ClearableFileInput(attrs={"accept": ".txt,text/plain"}),
        allow_empty_file=True,
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        data = file.read(MOST_BYTES + 1)
        try:
            self.reading, self.text = read(data), plain_text(data)
        except Unreadable as error:
            raise ValidationError(str(error)) from None
        return file


class TextForm(forms.Form):
    """The same text again, once somebody has seen what becomes of it."""

    text = TypedText(strip=False, widget=forms.Textarea(attrs={"hidden": True}))

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        try:
            self.reading = read(text.encode())
        except Unreadable as error:
            raise ValidationError(str(error)) from None
        return text


def import_page(request: HttpRequest, *, model_admin: Admin) -> HttpResponse:
    if not (model_admin.has_add_permission(request) and model_admin.has_change_permission(request)):
        raise PermissionDenied
    if "text" in request.POST:
        return bring_in(request, model_admin)
    form = FileForm(request.POST or None, request.FILES or None) if request.method == "POST" else FileForm()
    if form.is_valid():
        return preview(request, model_admin, form.text, form.reading)
    return page(request, model_admin, "upload", form=form)


def bring_in(request: HttpRequest, model_admin: Admin) -> HttpResponse:
    form = TextForm(request.POST)
    if not form.is_valid():
        return page(request, model_admin, "upload", form=FileForm(), refused=form.errors["text"])
    outcomes = import_articles(articles=form.reading.articles, by=acting(request))
    messages.success(
        request, _("Imported as drafts: %(counts)s. Nothing was published.") % {"counts": counted(outcomes)}
    )
    return redirect("admin:articles_article_changelist")


def preview(request: HttpRequest, model_admin: Admin, text: str, reading: Reading) -> HttpResponse:
    outcomes = import_articles(articles=reading.articles, by=acting(request), dry_run=True)
    return page(
        request,
        model_admin,
        "preview",
        articles=[shown(outcome) for outcome in outcomes],
        counts=counted(outcomes),
        dropped_blocks=reading.dropped_blocks,
        warnings=[at_line(warning) for warning in reading.warnings],
        any_new=any(outcome.status != Status.UNCHANGED for outcome in outcomes),
        confirm=TextForm(initial={"text": text}),
    )


def counted(outcomes: list[Outcome]) -> str:
    found = Counter(outcome.status for outcome in outcomes)
    return ", ".join(f"{found[status]} {status.label}" for status in Status if found[status])


def shown(outcome: Outcome) -> dict[str, Any]:
    article = outcome.article
    return {
        "title": article.title,
        "slug": outcome.slug,
        "status": pill(outcome.status.value, outcome.status.label),
        "warnings": [at_line(warning) for warning in outcome.warnings],
        "sections": [(section, SectionKind(section.kind).label) for section in article.sections],
        "citation": [(label, cited(article.citation[name])) for name, label in CITED.items()],
        "truncated": article.citation["authors_truncated"],
    }


CITED = {
    "authors": gettext_lazy("Authors"),
    "title": gettext_lazy("Title of the paper"),
    "journal": gettext_lazy("Journal"),
    "year": gettext_lazy("Year"),
    "volume": gettext_lazy("Volume"),
    "issue": gettext_lazy("Issue"),
    "pages": gettext_lazy("Pages or article number"),
    "doi": "DOI",
    "pmid": "PMID",
    "pmcid": "PMCID",
}


def cited(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value or "")


def page(request: HttpRequest, model_admin: Admin, name: str, **context: Any) -> HttpResponse:
    frame = {**model_admin.admin_site.each_context(request), "opts": Article._meta, "title": _("Import articles")}
    wrong = request.method == "POST" and name == "upload"
    template = f"admin/articles/article/import_{name}.html"
    return TemplateResponse(request, template, {**frame, **context}, status=422 if wrong else 200)
