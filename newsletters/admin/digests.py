"""The monthly e-mails: how far each has come, and the two buttons that hold it and let it go on."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from foundation.actors import acting
from foundation.queue import Queue
from newsletters import actions
from newsletters.admin.issue_verbs import SEND
from newsletters.models import Digest, account_of

Admin = admin.ModelAdmin
DIGESTS = "newsletters_newsletter_digests"
# Half a year: the account of each counts all its mails.
PER_PAGE = 6
VERBS: dict[str, tuple[Callable[..., bool], Any, Any]] = {
    "pause": (actions.pause_digest, _("Paused. Other mail goes on."), _("It is paused already.")),
    "resume": (actions.resume_digest, _("It goes on."), _("It goes on already.")),
}


def urls(model_admin: Admin) -> list[Any]:
    wrap = model_admin.admin_site.admin_view
    verbs = [
        path(f"digests/<int:pk>/{name}/", wrap(partial(act, name=name)), name=f"newsletters_newsletter_digest-{name}")
        for name in VERBS
    ]
    return [path("digests/", wrap(digests), {"model_admin": model_admin}, name=DIGESTS), *verbs]


def waiting() -> QuerySet[Digest]:
    return Digest.objects.exclude(paused_because="")


def queues(count: int) -> list[Queue]:
    url = reverse(f"admin:{DIGESTS}")
    return [Queue(title=_("Monthly e-mails that wait"), count=count, url=url, empty="")] if count else []


def digests(request: HttpRequest, *, model_admin: Admin) -> HttpResponse:
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    page = Paginator(Digest.objects.prefetch_related("events__actor"), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": _("Monthly e-mails"),
        "digests": [(digest, account_of(digest)) for digest in page],
        "page": page,
        "may_send": request.user.has_perm(SEND),
    }
    return TemplateResponse(request, "admin/newsletters/newsletter/digests.html", context)


def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    if not request.user.has_perm(SEND):
        raise PermissionDenied
    action, done, already = VERBS[name]
    digest = Digest.objects.filter(pk=pk).first()
    if request.method == "POST" and digest:
        is_new = action(digest=digest, by=acting(request))
        messages.success(request, done) if is_new else messages.info(request, already)
    return redirect(f"admin:{DIGESTS}")
