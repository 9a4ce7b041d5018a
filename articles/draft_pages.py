"""Drafts of the editor: kept while somebody types, offered when they come back."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from articles.actions import keep_draft, saved_meanwhile
from articles.models import Article, Draft
from articles.words import clinic_time
from foundation.actors import acting


def keep(request: HttpRequest, pk: int) -> HttpResponse:
    """For the script alone: says in words when it was kept, and who saved another revision meanwhile."""
    if not request.user.has_perm("articles.change_article"):
        raise PermissionDenied
    article = get_object_or_404(Article, pk=pk)
    if request.method != "POST":
        return redirect("admin:articles_article_change", pk)
    begun_from = request.POST.get("begun_from", "")
    if not (begun_from.isdecimal() and len(begun_from) < 9):
        return JsonResponse({}, status=422)
    try:
        newer = keep_draft(article=article, fields=as_posted(request), begun_from=int(begun_from), by=acting(request))
    except ValidationError as error:
        return JsonResponse({"kept": "", "newer": " ".join(error.messages)})
    told = saved_meanwhile(newer, acting(request)) if newer else ""
    return JsonResponse({"kept": _("What you type is kept; it is not saved yet."), "newer": told})


def as_posted(request: HttpRequest) -> str:
    data = request.POST.copy()
    data.pop("csrfmiddlewaretoken", None)
    return data.urlencode()


def draft_of(request: HttpRequest, article: Article | None) -> Draft | None:
    return Draft.objects.filter(article=article, account=acting(request).account).first() if article else None


def typed(draft: Draft) -> QueryDict:
    return QueryDict(draft.fields)


def offered(request: HttpRequest, article: Article | None) -> dict[str, Any]:
    """Not while the page shows it, or anything else that somebody typed."""
    draft = draft_of(request, article) if request.method == "GET" and "draft" not in request.GET else None
    return {"draft": draft, "draft_kept_at": clinic_time(draft.kept_at) if draft else ""}
