"""An article as readers would see it, of content that is not published."""

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from articles.claims_gate import claims_typed
from articles.editor_form import Editor
from articles.glossary import explained
from articles.lint_words import warnings
from articles.models import Article, PreviewLink, Topic, with_files
from articles.reading import minutes
from articles.sections import rendered, section_groups, with_bodies
from articles.typed_content import typed_content
from articles.words import is_draft_taken_back
from foundation.views import private_page, unknown_link


@require_safe
def preview(request: HttpRequest, token: str) -> HttpResponse:
    """For whoever has the link: signed, so that nobody guesses one, and a row, so that it can be taken back."""
    known = PreviewLink.objects.by_token(token).select_related("revision__article")
    link = known.open().first()
    if link is None:
        return over(request) if known.exists() else unknown_link(request)
    context = {"link": link, "article": link.revision.article, **as_read(link.revision.content, link.revision.article)}
    return private_page(request, "articles/preview.html", context)


def over(request: HttpRequest) -> HttpResponse:
    return private_page(request, "articles/preview_over.html", {}, status=HTTPStatus.GONE)


def typed(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Of what stands in the fields of the editor, right or wrong, and is written nowhere: for the script beside them,
    and in a tab of its own."""
    if not request.user.has_perm("articles.change_article" if pk else "articles.add_article"):
        raise PermissionDenied
    article = get_object_or_404(Article, pk=pk) if pk else None
    if request.method != "POST":
        return redirect("admin:articles_article_change", pk) if pk else redirect("admin:articles_article_add")
    newest = article.revisions.first() if article else None
    return private_page(
        request, "articles/typed_preview.html", as_typed(Editor(newest, request.POST, is_new=article is None), article)
    )


def as_typed(editor: Editor, article: Article | None) -> dict[str, Any]:
    content = typed_content(editor)
    wrong = dict.fromkeys(str(mistake.where) for mistake in editor.mistakes_of_content())
    claims = warnings(claims_typed(content, article))
    return {"article": article, "wrong": list(wrong), "claims": claims, **as_read(content, article)}


def as_read(content: dict[str, Any], article: Article | None) -> dict[str, Any]:
    """What the template of an article is told; a draft may lack any of it."""
    sections = with_bodies(with_files(content.get("sections", [])), explained(rendered(content)))
    slugs = content.get("topics", [])
    return {
        "content": content,
        "groups": section_groups(sections),
        "is_taken_back": is_draft_taken_back(content, article),
        "minutes": minutes(content),
        "topics": sorted(Topic.objects.filter(slug__in=slugs), key=lambda topic: slugs.index(topic.slug)),
        "is_preview": True,
    }
