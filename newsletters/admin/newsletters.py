"""Issues of the newsletter: composed, looked at, approved by somebody else, sent."""

import re
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp, csp_update
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import BigIntegerField, DateTimeField
from django.forms import UUIDField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.clickjacking import xframe_options_sameorigin

from foundation.actors import acting
from foundation.admin.read_only import ReadOnlyAdmin
from foundation.prepared import Blank, Lists
from foundation.queue import Queue
from foundation.templatetags.pills import pill
from newsletters import actions, preflight, progress
from newsletters.admin import digests, ledger
from newsletters.admin.issue_filters import DiscardedFilter
from newsletters.admin.issue_verbs import VERBS, done_already
from newsletters.admin.issue_words import audience, for_deciding, next_step, to_decide
from newsletters.compose_form import ComposeForm, LaunchForm
from newsletters.emails import as_sent
from newsletters.models import Newsletter, NewsletterEvent, account_of
from newsletters.snapshots import as_text, fingerprint, snapshot

PAGE = "admin:newsletters_newsletter_change"
WRONG = 422
JUST_NOW = timedelta(minutes=10)
# The dark one as mail programs show it, whatever the browser of whoever looks prefers.
SCHEMES = {"light": "not all", "dark": "all"}
# As whoever does not let pictures be loaded sees it: their words.
NO_PICTURES = "no-pictures"


def waiting() -> dict[str, Any]:
    late = Newsletter.objects.late_since(Blank("late", DateTimeField()))
    fell_back = Newsletter.objects.filter(events__in=NewsletterEvent.objects.fell_back())
    found = late | Newsletter.objects.filter(state=Newsletter.State.PAUSED) | fell_back
    return {
        "newsletters": found.distinct(),
        "digests": digests.waiting(),
        **to_decide(Blank("whose", BigIntegerField())),
    }


WAITING = Lists(waiting)


@admin.register(Newsletter)
class NewsletterAdmin(ReadOnlyAdmin):
    list_display = ("subject", "state_pill", "number", "candidates", "scheduled_for", "sent_at")
    list_filter = ("state", "language", DiscardedFilter)
    search_fields = ("subject",)

    @admin.display(description=_("state"), ordering="state")
    def state_pill(self, newsletter: Newsletter) -> str:
        return pill(newsletter.state, newsletter.get_state_display())

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("newsletters.add_newsletter")

    def may_change(self, request: HttpRequest) -> bool:
        return request.user.has_perm("newsletters.change_newsletter")

    def queues(self, request: HttpRequest) -> list[Queue]:
        """Only while there are some: late, paused, or stopped at their time by an article."""
        waiting = WAITING.ask(late=timezone.now() - Newsletter.LATE, whose=request.user.pk)
        url, count = reverse("admin:newsletters_newsletter_changelist"), waiting["newsletters"].count
        found = [Queue(title=_("Newsletters that wait"), count=count, url=url, empty="")] if count else []
        return [*found, *for_deciding(acting(request), waiting, url), *digests.queues(waiting["digests"].count)]

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/edit/", wrap(self.edit), name="newsletters_newsletter_edit"),
            path("<int:pk>/preview/", wrap(self.preview), name="newsletters_newsletter_preview"),
            path("<int:pk>/mail/<str:scheme>/", wrap(self.mail), name="newsletters_newsletter_mail"),
            *(
                path(f"<int:pk>/{name}/", wrap(partial(self.act, name=name)), name=f"newsletters_newsletter_{name}")
                for name in VERBS
            ),
            *ledger.urls(self),
            *digests.urls(self),
            *super().get_urls(),
        ]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        try:
            return self.compose(request, begun_on(request))
        except IntegrityError:
            # Of two clicks the other has just made it.
            return self.compose(request, begun_on(request))

    def edit(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.may_change(request):
            raise PermissionDenied
        newsletter = get_object_or_404(Newsletter, pk=pk)
        # What somebody typed meanwhile stays before them, with a sentence.
        if newsletter.state != Newsletter.State.DRAFT and request.method != "POST":
            return redirect(PAGE, pk)
        return self.compose(request, newsletter)

    def compose(self, request: HttpRequest, newsletter: Newsletter | None) -> HttpResponse:
        typed = request.POST if request.method == "POST" else None
        form = ComposeForm(typed, instance=newsletter, by=acting(request))
        if form.is_valid():
            saved = self.save_of(request, form, newsletter)
            if saved:
                messages.success(request, _("Saved. Nothing is sent before somebody else has approved it."))
                return redirect(PAGE, saved.pk)
        title = newsletter.subject if newsletter else _("New newsletter")
        context = {**self.context(request), "form": form, "newsletter": newsletter, "title": title}
        context["just_begun"] = None if newsletter or form.is_bound else just_begun_by(request)
        status = WRONG if form.is_bound else 200
        return TemplateResponse(request, "admin/newsletters/newsletter/compose.html", context, status=status)

    def save_of(self, request: HttpRequest, form: ComposeForm, newsletter: Newsletter | None) -> Newsletter | None:
        try:
            return actions.save_newsletter(
                newsletter=newsletter, by=acting(request), articles=form.articles(), **form.facts()
            )
        except ValidationError as error:
            form.add_error(None, error)
            return None

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """A page to be read, whatever is posted to it; each verb has an address of its own."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = self.get_object(request, object_id)
        if found is None:
            raise Http404
        return self.page(request, found)

    def page(
        self, request: HttpRequest, newsletter: Newsletter, refused: list[str] | None = None, **typed: LaunchForm
    ) -> HttpResponse:
        with transaction.atomic():
            context = {**self.context(request), **about(newsletter), "refused": refused, "title": newsletter.subject}
        context |= typed
        context["verbs"] = {name: verb.label for name, verb in VERBS.items() if may_press(request, newsletter, name)}
        context["next_step"] = next_step(newsletter, acting(request))
        context["may_see_recipients"] = ledger.may_see(request)
        context["may_edit"] = self.may_change(request) and newsletter.state == Newsletter.State.DRAFT
        status = WRONG if refused else 200
        return TemplateResponse(request, "admin/newsletters/newsletter/issue.html", context, status=status)

    def context(self, request: HttpRequest) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "opts": self.opts}

    def act(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        verb = VERBS[name]
        if not request.user.has_perm(verb.permission):
            raise PermissionDenied
        newsletter = get_object_or_404(Newsletter, pk=pk)
        if request.method != "POST":
            return redirect(PAGE, pk)
        form = LaunchForm(request.POST)
        typed = {"launch": form} if name == "launch" else {}
        if not form.is_valid():
            refused = [str(error) for errors in form.errors.values() for error in errors]
            return self.page(request, newsletter, refused, **typed)
        try:
            verb.act(newsletter, form, acting(request))
        except ValidationError as error:
            found = Newsletter.objects.get(pk=pk)
            already = done_already(name, found, form, acting(request))
            if not already:
                return self.page(request, found, error.messages, **typed)
            messages.info(request, already)
        else:
            messages.success(request, verb.done)
        return redirect(PAGE, pk)

    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        newsletter = get_object_or_404(Newsletter, pk=pk)
        words = preflight.as_words(newsletter.content or snapshot(newsletter))
        context = {**self.context(request), "newsletter": newsletter, "words": words, "title": newsletter.subject}
        context["has_pictures"] = "<img " in words.html
        page: Any = csp_update({"frame-src": [SELF]})
        return page(TemplateResponse)(request, "admin/newsletters/newsletter/preview.html", context)

    def mail(self, request: HttpRequest, pk: int, scheme: str) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        newsletter = get_object_or_404(Newsletter, pk=pk)
        content = as_sent(newsletter.content or snapshot(newsletter), newsletter.slug)
        html = preflight.as_words(content).html
        media = SCHEMES.get(scheme, SCHEMES["light"])
        if scheme == NO_PICTURES:
            html = re.sub(r'(<img\b[^>]*?)\ssrc="[^"]*"', r"\1", html)
        return framed(html.replace("(prefers-color-scheme: dark)", media))


def begun_on(request: HttpRequest) -> Newsletter | None:
    """What was saved from this very page already, by a second click or before the way back to it."""
    try:
        key = UUIDField(required=False).clean(request.POST.get("form_key"))
    except ValidationError:
        # Its form says so.
        return None
    return Newsletter.objects.filter(form_key=key).first() if key else None


def just_begun_by(request: HttpRequest) -> Newsletter | None:
    """Who comes here by the way back finds what they typed, on a page that is new, and means the draft of before."""
    mine = NewsletterEvent.objects.filter(kind=NewsletterEvent.Kind.SAVED, actor=acting(request).account)
    since = timezone.now() - JUST_NOW
    return Newsletter.objects.filter(state=Newsletter.State.DRAFT, created_at__gt=since, events__in=mine).first()


def framed(html: str) -> HttpResponse:
    """Without scripts, forms, an origin or any request but for a picture of ours; its style attributes work."""
    policy: Any = csp(
        {
            "sandbox": [True],
            "default-src": [NONE],
            "img-src": [settings.SITE_URL],
            "style-src": [UNSAFE_INLINE],
            "frame-ancestors": [SELF],
        }
    )
    return xframe_options_sameorigin(policy(lambda _request: HttpResponse(html)))(HttpRequest())


def may_press(request: HttpRequest, newsletter: Newsletter, name: str) -> bool:
    verb = VERBS[name]
    wrote_it = name == "approve" and actions.wrote(newsletter, acting(request))
    is_late = name == "launch" and newsletter.is_late
    here = newsletter.state in verb.states or is_late
    return here and request.user.has_perm(verb.permission) and not wrote_it


def about(newsletter: Newsletter) -> dict[str, Any]:
    """What its page says: before it begins what stands in its way, then its account."""
    content = newsletter.content or snapshot(newsletter)
    waits = not newsletter.has_begun and newsletter.state != Newsletter.State.CANCELLED
    forecast = preflight.forecast(newsletter) if waits else None
    account = account_of(newsletter) if newsletter.has_begun else None
    is_sending = newsletter.state == Newsletter.State.SENDING
    fell_back = newsletter.events.fell_back().first()
    return {
        "newsletter": newsletter,
        "sha256": newsletter.frozen_sha256 or fingerprint(as_text(content)),
        "findings": preflight.check(newsletter) if waits else [],
        "stopped": preflight.stopped(newsletter) if newsletter.has_begun else [],
        "fell_back": fell_back,
        "held": fell_back and newsletter.events.held_since(fell_back).exists(),
        "forecast": forecast,
        "ends_at": timezone.now() + forecast.duration if forecast else None,
        "account": account,
        "progress": progress.of(newsletter, account["waiting"]) if account and is_sending else None,
        "launch": LaunchForm(),
        "this_page": uuid4(),
        "history": newsletter.events.select_related("actor"),
        "content": content,
        "audience": audience(content.get("to", {})),
    }
