from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import uuid4

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles import article_pages, draft_pages, paste_pages, preview_pages, queue_pages
from articles.actions import close_notices, forget_draft, save_revision
from articles.admin.standing import (
    addresses_of,
    days_set,
    gone_from_list,
    lifted_from,
    may_publish,
    previews_of,
    publishing,
    review_words,
    revisions_of,
    state_pill,
)
from articles.citation_form import PasteForm, sentences
from articles.citations.records import Reading
from articles.claims_gate import claims_of
from articles.editor_form import FILL, Editor
from articles.forms import WithdrawForm
from articles.import_pages import import_page
from articles.lint_words import warnings
from articles.models import Article, ArticleRevision, authors_of, notices_of, with_notices
from articles.models.previews import PREVIEW_LINK_DAYS
from articles.rules import content_sha256, kept
from foundation.actors import Actor, acting
from foundation.queue import Queue


@admin.register(Article)
class ArticleAdmin(admin.ModelAdmin):
    list_display = ("__str__", "state_words", "review", "published_at", "slug")
    list_filter = ("state", "topics")
    list_select_related = ("live_revision",)
    show_facets = admin.ShowFacets.NEVER
    actions = ("publish_selected",)
    # Also of a draft, which has no live revision yet, and by what it was called before.
    search_fields = ("slug", "old_addresses__slug", "revisions__content__title")

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_words(self, article: Article) -> str:
        return state_pill(article)

    @admin.display(description=gettext_lazy("review"))
    def review(self, article: Article) -> str:
        return review_words(article)

    @admin.action(description=gettext_lazy("Publish the newest revision of each"), permissions=["publish"])
    def publish_selected(self, request: HttpRequest, queryset: Any) -> None:
        done, refused = article_pages.publish_each(request, queryset)
        for sentence in refused:
            messages.error(request, sentence)
        if done:
            messages.success(
                request, ngettext("%d article published.", "%d articles published.", len(done)) % len(done)
            )
        if not done and not refused:
            messages.info(request, _("Visitors read the newest revision of each already."))

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return super().changelist_view(request, {"waits": queue_pages.waits_for(request), **(extra_context or {})})

    def queues(self, request: HttpRequest) -> list[Queue]:
        """Only while there are some, for who may do something about it."""
        count, url = queue_pages.waits_for(request), reverse("admin:articles_article_queues")
        return [Queue(title=_("Articles that wait"), count=count, url=url, empty="")] if count else []

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return may_publish(request)

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        import_view = wrap(partial(import_page, model_admin=self))
        return [
            path("import/", import_view, name="articles_article_import"),
            path("paste/", wrap(paste_pages.clean), name="articles_article_paste"),
            path("preview/", wrap(preview_pages.typed), name="articles_article_preview-new"),
            path("<int:pk>/preview/", wrap(preview_pages.typed), name="articles_article_preview"),
            path("<int:pk>/withdraw/", wrap(self.withdraw), name="articles_article_withdraw"),
            path("<int:pk>/preview-revoke/", wrap(self.preview_revoke), name="articles_article_preview-revoke"),
            path("<int:pk>/draft/", wrap(draft_pages.keep), name="articles_article_draft"),
            path("<int:pk>/draft-forget/", wrap(self.draft_forget), name="articles_article_draft-forget"),
            path("<int:pk>/address/", wrap(self.address), name="articles_article_address"),
            path("<int:pk>/keep/", wrap(self.keep), name="articles_article_keep"),
            path("<int:pk>/restore/", wrap(self.restore), name="articles_article_restore"),
            path("<int:pk>/compare/", wrap(self.compare), name="articles_article_compare"),
            path("<int:pk>/notices-read/", wrap(self.notices_read), name="articles_article_notices-read"),
            path("<int:pk>/gone-notice/", wrap(self.gone_notice), name="articles_article_gone-notice"),
            path("queues/", wrap(self.queues_page), name="articles_article_queues"),
            *(
                path(f"<int:pk>/{name}/", wrap(self.act), {"name": name}, name=f"articles_article_{name}")
                for name in article_pages.VERBS
            ),
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
        newest = article.revisions.first() if article else None
        data = request.POST if request.method == "POST" else None
        if data is not None and FILL & data.keys():
            return self.fill_in(request, article, newest)
        draft = draft_pages.draft_of(request, article) if data is None and "draft" in request.GET else None
        if draft or (data is not None and not {"add_section", "put_back"}.isdisjoint(data)):
            more = 1 if data is not None and "add_section" in data else 0
            typed = draft_pages.typed(draft) if draft else data
            editor = Editor.filled_in(newest, typed, [], is_new=article is None, more_sections=more)
            return self.editor_page(request, editor, article, newest)
        if article is None and data is not None and (made := begun_already(data, acting(request))):
            messages.info(request, _("You have saved it already, as revision 1."))
            return redirect("admin:articles_article_change", made.pk)
        editor = Editor(newest, data, is_new=article is None)
        if data is not None and editor.is_valid():
            saved = self.save_editor(request, editor, article)
            if saved:
                return redirect("admin:articles_article_change", saved.pk)
        return self.editor_page(request, editor, article, newest)

    def fill_in(self, request: HttpRequest, article: Article | None, newest: ArticleRevision | None) -> HttpResponse:
        """The page again with what was pasted in its fields; nothing is saved."""
        paste = PasteForm(request.POST, request.FILES)
        reading = paste.reading() if paste.is_valid() else Reading()
        editor = Editor.filled_in(newest, request.POST, reading.citations, is_new=article is None)
        editor.pasted = sentences(reading) if paste.is_valid() else []
        # What was read whole has done its work; left in the field, it would stop the next save.
        editor.paste = PasteForm() if reading.citations and not reading.unread else paste
        for name in paste.errors:
            paste.fields[name].widget.attrs["autofocus"] = True
        return self.editor_page(request, editor, article, newest, status=200 if reading.citations else 422)

    def save_editor(self, request: HttpRequest, editor: Editor, article: Article | None) -> Article | None:
        """None when the content as a whole is refused; the form then says why."""
        try:
            with transaction.atomic():
                article = article or Article.objects.create(slug=editor.form.cleaned_data["slug"])
                revision = save_revision(
                    article=article, content=editor.content(), by=acting(request), **editor.how_it_was_saved()
                )
                forget_draft(article=article, by=acting(request))
        except ValidationError as error:
            editor.form.add_error(None, error.messages)
            return None
        messages.success(request, _("Saved as revision %(number)s, not published.") % {"number": revision.number})
        self.point_at_claims(request, revision)
        return article

    def point_at_claims(self, request: HttpRequest, revision: ArticleRevision) -> None:
        count = len(warnings(claims_of(revision)))
        if count:
            words = ngettext(
                "Look at %d kind of claim under “Review and publishing”.",
                "Look at %d kinds of claims under “Review and publishing”.",
                count,
            )
            messages.warning(request, words % count)

    def editor_page(
        self,
        request: HttpRequest,
        editor: Editor,
        article: Article | None,
        newest: ArticleRevision | None,
        status: int = 200,
        refused: ValidationError | None = None,
    ) -> HttpResponse:
        """refused: why a button did not do what it says; what was typed beside it is kept."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": newest.content["title"] if newest else _("Add an article"),
            "article": article,
            "state": state_pill(article) if article else "",
            "review": review_words(article) if article else "",
            "days": days_set(article) if article else [],
            "previews": previews_of(article) if article else [],
            "preview_days": PREVIEW_LINK_DAYS,
            "new_link": uuid4(),
            "withdrawing": WithdrawForm(
                request.POST if refused and "at" in request.POST else None, auto_id="id_withdraw_%s"
            ),
            **(addresses_of(article, request.POST if refused and "slug" in request.POST else None) if article else {}),
            "refused": refused.messages if refused else [],
            "typed": request.POST.get("note", "") if refused else "",
            "newest": newest,
            "is_mine": newest is not None and newest.created_by == acting(request).account,
            "wrote_a_part": newest is not None and acting(request).account in authors_of(newest),
            **draft_pages.offered(request, article),
            "revisions": revisions_of(article) if article else [],
            **(publishing(newest) if newest else {}),
            "notices": notices_of(with_notices([article])[0]) if article else [],
            "lifted": lifted_from(article) if article else [],
            **(gone_from_list(article) if article else {}),
            "editor": editor,
            "may_publish": may_publish(request),
            "may_save": self.has_change_permission(request, article) if article else self.has_add_permission(request),
        }
        status = 422 if editor.form.is_bound or refused else status
        return TemplateResponse(request, "admin/articles/article/editor.html", context, status=status)

    def withdraw(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.taken_off(request, pk, article_pages.take_off)

    def keep(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.taken_off(request, pk, article_pages.leave_on)

    def taken_off(self, request: HttpRequest, pk: int, act: Callable[[HttpRequest, Article], str]) -> HttpResponse:
        if not self.has_change_permission(request):
            raise PermissionDenied
        return self.pressed(request, pk, "articles.publish_article", lambda article: act(request, article))

    def act(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        verb = article_pages.VERBS[name]
        return self.pressed(request, pk, verb.permission, lambda article: article_pages.act(request, article, verb))

    def address(self, request: HttpRequest, pk: int) -> HttpResponse:
        permission = "articles.change_article"
        return self.pressed(request, pk, permission, lambda article: article_pages.move(request, article))

    def preview_revoke(self, request: HttpRequest, pk: int) -> HttpResponse:
        permission = "articles.change_article"
        return self.pressed(request, pk, permission, lambda article: article_pages.take_link_back(request, article))

    def restore(self, request: HttpRequest, pk: int) -> HttpResponse:
        permission = "articles.change_article"
        return self.pressed(request, pk, permission, lambda article: article_pages.bring_back(request, article))

    def pressed(self, request: HttpRequest, pk: int, permission: str, act: Callable[[Article], str]) -> HttpResponse:
        """A button of the article's page; opened by hand it leads back there."""
        if not (self.has_view_permission(request) and request.user.has_perm(permission)):
            raise PermissionDenied
        article = get_object_or_404(Article, pk=pk)
        if request.method == "POST":
            try:
                messages.success(request, looked_twice(article, act))
            except ValidationError as error:
                newest = article.revisions.first()
                return self.editor_page(request, Editor(newest), article, newest, refused=error)
        return redirect("admin:articles_article_change", pk)

    def draft_forget(self, request: HttpRequest, pk: int) -> HttpResponse:
        def act(article: Article) -> str:
            forget_draft(article=article, by=acting(request))
            return _("Thrown away: the page is as it was saved.")

        return self.pressed(request, pk, "articles.change_article", act)

    def notices_read(self, request: HttpRequest, pk: int) -> HttpResponse:
        def act(article: Article) -> str:
            close_notices(article=article, by=acting(request))
            return _("Noted that you looked at it. Readers go on seeing the notice.")

        return self.pressed(request, pk, "articles.change_article", act)

    def gone_notice(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.taken_off(request, pk, article_pages.rule_on_notice)

    def compare(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {**self.admin_site.each_context(request), "opts": self.opts}
        found = queue_pages.comparison(request, get_object_or_404(Article, pk=pk))
        return TemplateResponse(request, "admin/articles/article/compare.html", {**context, **found})

    def queues_page(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {**self.admin_site.each_context(request), "opts": self.opts, "title": _("Articles that wait")}
        context["queues"] = queue_pages.queues(request)
        return TemplateResponse(request, "admin/articles/article/queues.html", context)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """The revisions are the history."""
        return redirect("admin:articles_article_change", object_id)

    def has_delete_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return False


def looked_twice(article: Article, act: Callable[[Article], str]) -> str:
    """Of two clicks at once the second is refused by what the first has just done, and finds it done."""
    try:
        return act(article)
    except ValidationError:
        return act(Article.objects.get(pk=article.pk))


def begun_already(data: QueryDict, by: Actor) -> Article | None:
    """By a second click on a new article's page: at this address, word for word, and by just them."""
    made = Article.objects.filter(slug=data.get("slug", "").strip().lower()).first()
    first = made.revisions.first() if made else None
    if first is None or first.number != 1 or first.created_by != by.account:
        return None
    again = Editor(None, data)
    is_same = again.is_valid() and content_sha256(again.content()) == content_sha256(kept(first.content))
    return made if is_same else None
