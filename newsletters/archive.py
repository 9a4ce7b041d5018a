"""The issues that went out, for everybody: as they were frozen for all, so with no trace of who got them."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.models import Article, with_notices
from articles.paging import page_of
from articles.words import warnings
from foundation.models import Changes, ConsentWording
from newsletters.models import Newsletter

Kind = ConsentWording.Kind
PER_PAGE = 20


@require_safe
def archive(request: HttpRequest) -> HttpResponse:
    page = page_of(request, Newsletter.objects.archived().order_by("-number"), PER_PAGE)
    issues = list(page.object_list)
    entries = entries_of(issues)
    listed = [(found, against(entries[found.pk])) for found in issues]
    return render(request, "newsletters/archive.html", {"issues": listed, "page": page})


@require_safe
def issue(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Newsletter.objects.archived(), slug=slug)
    entries = entries_of([found])[found.pk]
    context = {"issue": found, "content": found.content, "entries": entries, "against": against(entries)}
    return render(request, "newsletters/issue.html", context)


def newest_first() -> Any:
    """For feeds and the map, by which one that was stopped would reach whoever it was kept from."""
    return Newsletter.objects.went_out().order_by("-number")


def entries_of(issues: list[Newsletter]) -> dict[int, list[dict[str, Any]]]:
    """By issue, its entries as they were sent, with what has become of their articles since.

    What was withdrawn from the site is not read here either, and what something speaks against by now says so.
    """
    contents = {found.pk: found.content for found in issues}
    named = {entry["article"] for content in contents.values() for entry in content["entries"]}
    live = {article.pk: article for article in with_notices(Article.objects.published().filter(pk__in=named))}
    return {
        pk: [{**entry, **since(live.get(entry["article"]))} for entry in content["entries"]]
        for pk, content in contents.items()
    }


def since(article: Article | None) -> dict[str, Any]:
    if article is None:
        return {"is_withdrawn": True}
    return {"warnings": warnings(article)}


def against(entries: list[dict[str, Any]]) -> list[str]:
    """Where an issue stands by its subject and first words, which were written before that was known."""
    said = [(entry["title"], what) for entry in entries for what in what_of(entry)]
    return [_("“%(title)s”: %(what)s") % {"title": title, "what": what} for title, what in said]


def what_of(entry: dict[str, Any]) -> list[str]:
    return [_("This summary was withdrawn")] if entry.get("is_withdrawn") else entry["warnings"]


def pages_for_machines(changes: Changes) -> list[tuple[str, datetime | None]]:
    """Before the first issue the archive says that there is none, as it has since its words are known."""
    issues = list(newest_first().only("slug", "sent_at").order_by("-number"))
    newest = max((found.sent_at for found in issues if found.sent_at), default=None)
    form = [changes.of_page(details=("newsletter_intro",)), ConsentWording.objects.newest_at(Kind.NEWSLETTER)]
    return [
        (reverse("newsletters:newsletter"), max(filter(None, form), default=None)),
        (reverse("newsletters:archive"), newest or changes.of_page()),
        *((found.get_absolute_url(), found.sent_at) for found in issues),
    ]
