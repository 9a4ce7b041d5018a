"""What the clinic publishes. Saving makes a revision; only publishing shows it to visitors."""

from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.actions import publish, save_revision, withdraw
from articles.editor_form import Editor
from articles.import_pages import import_page
from articles.models import Article, ArticleRevision, Paper, Topic
from articles.rules import missing, missing_words
from foundation.actors import acting
from foundation.forms import TYPED_TEXT
from foundation.templatetags.pills import pill


def may_publish(request: HttpRequest) -> bool:
    return request.user.has_perm("articles.publish_article")


def state_pill(article: Article) -> str:
    return pill(article.state, article.get_state_display())


@admin.register(Article)
class ArticleAdmin(admin.ModelAdmin):
    list_display = ("__str__", "state_words", "review", "published_at", "slug")
    list_filter = ("state", "topics")
    list_select_related = ("live_revision",)
    show_facets = admin.ShowFacets.NEVER
    search_fields = ("slug", "live_revision__content__title")

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_words(self, article: Article) -> str:
        return state_pill(article)

    @admin.display(description=gettext_lazy("review"))
    def review(self, article: Article) -> str:
        return _("not reviewed by a clinician") if article.content else "–"

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        import_view = wrap(partial(import_page, model_admin=self))
        return [
            path("import/", import_view, name="articles_article_import"),
            path("<int:pk>/withdraw/", wrap(self.withdraw), name="articles_article_withdraw"),
            *super().get_urls(),
        ]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        return self.edit(request, None)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        allowed = self.has_change_permission if request.method == "POST" else self.has_view_permission
        if not allowed(request):
            raise PermissionDenied
        article = self.get_object(request, object_id)
        if article is None:
            raise Http404
        return self.edit(request, article)

    def edit(self, request: HttpRequest, article: Article | None) -> HttpResponse:
        if "publish" in request.POST and not may_publish(request):
            raise PermissionDenied
        newest = article.revisions.first() if article else None
        data = request.POST if request.method == "POST" else None
        editor = Editor(newest, data, is_new=article is None)
        if data is not None and editor.is_valid():
            saved = self.save_editor(request, editor, article)
            if saved:
                return redirect("admin:articles_article_change", saved.pk)
        return self.editor_page(request, editor, article, newest)

    def save_editor(self, request: HttpRequest, editor: Editor, article: Article | None) -> Article | None:
        """None when the content as a whole is refused; the form then says why."""
        try:
            with transaction.atomic():
                article = article or Article.objects.create(slug=editor.form.cleaned_data["slug"])
                revision = save_revision(
                    article=article, content=editor.content(), by=acting(request), begun_from=editor.begun_from()
                )
                if "publish" in request.POST:
                    publish(revision=revision, by=acting(request))
        except ValidationError as error:
            editor.form.add_error(None, error.messages)
            return None
        if "publish" in request.POST:
            messages.success(request, _("Published: visitors read revision %(number)s.") % {"number": revision.number})
        else:
            messages.success(request, _("Saved as revision %(number)s, not published.") % {"number": revision.number})
        return article

    def editor_page(
        self, request: HttpRequest, editor: Editor, article: Article | None, newest: ArticleRevision | None
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": newest.content["title"] if newest else _("Add an article"),
            "article": article,
            "state": state_pill(article) if article else "",
            "missing": [missing_words(code) for code in missing(newest.content)] if newest else [],
            "newest": newest,
            "revisions": article.revisions.select_related("created_by").defer("content") if article else [],
            "editor": editor,
            "may_publish": may_publish(request),
            "may_save": self.has_change_permission(request, article) if article else self.has_add_permission(request),
        }
        status = 422 if request.method == "POST" else 200
        return TemplateResponse(request, "admin/articles/article/editor.html", context, status=status)

    def withdraw(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not (self.has_change_permission(request) and may_publish(request)):
            raise PermissionDenied
        article = get_object_or_404(Article, pk=pk)
        if request.method == "POST":
            withdraw(article=article, by=acting(request))
            messages.success(request, _("Withdrawn: visitors no longer see it. Its revisions stay."))
        return redirect("admin:articles_article_change", pk)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """The revisions are the history."""
        return redirect("admin:articles_article_change", object_id)

    def has_delete_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return False


@admin.register(Topic)
class TopicAdmin(admin.ModelAdmin):
    formfield_overrides = TYPED_TEXT
    list_display = ("name", "slug", "description")
    prepopulated_fields = {"slug": ("name",)}

    def get_readonly_fields(self, request: HttpRequest, obj: Topic | None = None) -> tuple[str, ...]:
        """Articles and links name a topic by its slug."""
        return ("slug",) if obj else ()

    def get_prepopulated_fields(self, request: HttpRequest, obj: Topic | None = None) -> Any:
        return {} if obj else self.prepopulated_fields

    def has_delete_permission(self, request: HttpRequest, obj: Topic | None = None) -> bool:
        in_use = obj is not None and obj.articles.exists()
        return super().has_delete_permission(request, obj) and not in_use


@admin.register(Paper)
class PaperAdmin(admin.ModelAdmin):
    formfield_overrides = TYPED_TEXT
    list_display = ("title", "journal", "year", "doi")
    search_fields = ("title", "doi", "pmid")
