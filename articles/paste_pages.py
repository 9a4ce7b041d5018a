"""What an editor pastes, cleaned here, so that no script on the page has to understand Word."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from articles.pasted import is_too_much, markdown_of


def clean(request: HttpRequest) -> HttpResponse:
    """For the script alone: the Markdown, or why the plain text is all there is."""
    if not (request.user.has_perm("articles.change_article") or request.user.has_perm("articles.add_article")):
        raise PermissionDenied
    if request.method != "POST":
        return redirect("admin:articles_article_changelist")
    html = request.POST.get("html", "")
    if is_too_much(html):
        told = _("This is too much to be cleaned at once: only its plain text was pasted. Paste it in parts.")
        return JsonResponse({"text": "", "said": told}, status=413)
    return JsonResponse({"text": markdown_of(html), "said": ""})
