"""Saved views: chips above the list of leads, one's own and apart from them what colleagues share."""

import re
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.admin.views.main import ORDER_VAR, SEARCH_VAR
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from enquiries import actions
from enquiries.actions.saved_views import GONE_VIEW
from enquiries.models import FOLLOWS_UP, SavedView
from foundation.actors import acting
from foundation.admin.keyset import AFTER, BEFORE

Admin = admin.ModelAdmin
# Which page, and what Django puts behind an address that was wrong: no part of what somebody looks for.
PASSING = {AFTER, BEFORE, "p", "e"}
ORDER = re.compile(r"-?\d{1,2}(\.-?\d{1,2})*")
LONGEST = SavedView._meta.get_field("query").max_length or 0


def normal(query: QueryDict, model_admin: Admin) -> str | None:
    """In one order and without pages, so that a view is known again; None with what is no part of the list."""
    # Of a name that stands twice the last one counts, as in the list.
    pairs = ((name, str(value).strip()) for name, value in query.items())
    kept = {name: value for name, value in pairs if value and name not in PASSING}
    text = urlencode(sorted(kept.items()))
    is_ours = set(kept) <= parameters(model_admin) and ORDER.fullmatch(kept.get(ORDER_VAR, "0"))
    return text if is_ours and len(text) <= LONGEST else None


def parameters(model_admin: Admin) -> set[str]:
    filters: Any = model_admin.list_filter
    return {SEARCH_VAR, ORDER_VAR, *(found.parameter_name for found in filters)}


def of_list(request: HttpRequest, model_admin: Admin) -> dict[str, Any]:
    """For the template of the list."""
    query = normal(request.GET, model_admin)
    known = list(SavedView.objects.for_account(request.user))
    views = [view for view in known if view.owner_id == request.user.pk]
    shared = [view for view in known if view.owner_id != request.user.pk]
    current = next((view for view in [*views, *shared] if view.query == query), None)
    return {
        "views": views,
        "shared_views": shared,
        "to_take_back": [view for view in shared if actions.may_take_back(view, acting(request))],
        "may_share": request.user.has_perm(FOLLOWS_UP),
        "current_view": current,
        "query_to_save": query if query and current not in views else "",
        "query_of_list": query or "",
    }


def save(request: HttpRequest, *, model_admin: Admin) -> HttpResponse:
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    query = asked(request, model_admin)
    if request.method == "POST":
        try:
            keep(request, query)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
    return back(request, query)


def keep(request: HttpRequest, query: str) -> None:
    if not query:
        raise ValidationError(_("Filter or search the list first; then it can be saved as a view."))
    view = actions.save_view(owner=request.user, name=request.POST.get("name", ""), query=query)
    messages.success(request, _("“%(view)s” is kept above the list.") % {"view": view})


def change(request: HttpRequest, *, model_admin: Admin, pk: int) -> HttpResponse:
    """Renames, deletes or shares one's own. Of somebody else's a manager may end the sharing."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    view = SavedView.objects.for_account(request.user).filter(pk=pk).first()
    if request.method == "POST":
        try:
            apply(request, view)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
    return back(request, asked(request, model_admin))


def apply(request: HttpRequest, view: SavedView | None) -> None:
    if view is None:
        raise ValidationError(GONE_VIEW)
    if "take_back" in request.POST:
        actions.take_back_view(view=view, by=acting(request))
        messages.success(request, _("“%(view)s” is shared no more; whoever made it keeps it.") % {"view": view})
    elif view.owner_id != request.user.pk:
        raise ValidationError(_("This view is a colleague's: only they can change it."))
    elif "share" in request.POST:
        actions.share_view(view=view, by=acting(request))
        messages.success(request, _("“%(view)s” stands above everybody's list now.") % {"view": view})
    elif "delete" in request.POST:
        actions.delete_view(view=view)
        messages.success(request, _("“%(view)s” is deleted.") % {"view": view})
    else:
        actions.rename_view(view=view, name=request.POST.get("name", ""))
        messages.success(request, _("The view is renamed."))


def asked(request: HttpRequest, model_admin: Admin) -> str:
    """Of the list behind the form; never more of an address than that."""
    return normal(QueryDict(request.POST.get("query", "")), model_admin) or ""


def back(request: HttpRequest, query: str) -> HttpResponse:
    url = f"{reverse('admin:enquiries_lead_changelist')}{'?' if query else ''}{query}"
    return HttpResponseRedirect(url, status=303) if request.method == "POST" else redirect(url)
