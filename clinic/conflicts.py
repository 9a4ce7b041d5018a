"""Two people on one page of the staff site: the second save takes nothing back that the first one changed.

What a page showed comes back with its post, a digest for each field. What only others changed since is put into the
post; what both changed is asked about. A post without what was seen, as a program makes it, compares nothing. Leads,
articles and issues have pages of their own, which ask in their own words.
"""

import json
from collections.abc import Iterator
from hashlib import sha256
from http import HTTPStatus
from typing import Any, NamedTuple, cast

from django.contrib.admin import ModelAdmin
from django.contrib.admin.options import TO_FIELD_VAR
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

from clinic.middleware import SAFE_METHODS
from clinic.posted_values import Page, Row, Values, key_of

SEEN = "_seen"
# Of 256 bits enough that no two texts of one field are taken for each other.
DIGITS = 24


class Conflict(NamedTuple):
    """What two people changed."""

    name: str
    label: str
    theirs: str
    yours: str


def guard(model_admin: ModelAdmin) -> None:
    """Of each page of one row, since each shows what somebody else may change meanwhile."""
    form_class, view, render = model_admin.get_form, model_admin.changeform_view, model_admin.render_change_form

    def get_form(request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        found = form_class(request, obj, change=change, **kwargs)
        return asking(found) if conflicts_of(request) else found

    def changeform_view(
        request: HttpRequest, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if object_id is None or SEEN not in request.POST or "_saveasnew" in request.POST:
            return view(request, object_id, form_url, extra_context)
        with transaction.atomic():
            settle(model_admin, request, object_id)
            answer = view(request, object_id, form_url, extra_context)
        if conflicts_of(request):
            answer.status_code = HTTPStatus.CONFLICT
        return answer

    def render_change_form(request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        obj = kwargs.get("obj")
        if obj is not None and kwargs.get("change") and model_admin.has_change_permission(request, obj):
            # Not of a post that was refused, whose form has put into the row what was typed.
            seen = as_seen(page_in(context)) if request.method in SAFE_METHODS else request.POST.get(SEEN)
            context.update(seen=seen, conflicts=conflicts_of(request))
        return render(request, context, *args, **kwargs)

    own = {"get_form": get_form, "changeform_view": changeform_view, "render_change_form": render_change_form}
    vars(model_admin).update(own)


def conflicts_of(request: HttpRequest) -> list[Conflict]:
    return cast(list[Conflict], vars(request).get("conflicts", []))


def asking(form: Any) -> Any:
    """The same form, which saves nothing this time."""

    class Asking(form):
        def clean(self) -> Any:
            raise ValidationError(
                _("Somebody else changed this while you were typing. Nothing of yours is saved yet."), code="conflict"
            )

    return Asking


def settle(model_admin: ModelAdmin, request: HttpRequest, object_id: str) -> None:
    """One after the other, so that nobody saves between the look at what changed and the saving."""
    by = request.POST.get(TO_FIELD_VAR, request.GET.get(TO_FIELD_VAR))
    obj = model_admin.get_object(request, unquote(object_id), by)
    if obj is None or not model_admin.has_change_permission(request, obj):
        return
    # Not the key, so that rows that point here can be added meanwhile.
    if not type(obj)._base_manager.select_for_update(of=("self",), no_key=True).filter(pk=obj.pk):
        return
    obj.refresh_from_db()
    request.POST = post = request.POST.copy()  # type: ignore[assignment]
    vars(request)["conflicts"] = merge(page_of(model_admin, request, obj), post)


def page_of(model_admin: ModelAdmin, request: HttpRequest, obj: Any) -> Page:
    """As it stands, for whoever asks: what they may not change is no part of it."""
    shown = flatten_fieldsets(model_admin.get_fieldsets(request, obj))
    form = model_admin.get_form(request, obj, change=True, fields=shown)(instance=obj)
    formsets = [
        formset(instance=obj, prefix=formset.get_default_prefix(), queryset=inline.get_queryset(request))
        for formset, inline in model_admin.get_formsets_with_inlines(request, obj)
        if inline.has_change_permission(request, obj)
    ]
    return Page(form, shown, formsets)


def page_in(context: Any) -> Page:
    """As it was just made for somebody's look."""
    shown = flatten_fieldsets(context["adminform"].fieldsets)
    rows = [inline.formset for inline in context["inline_admin_formsets"] if inline.has_change_permission]
    return Page(context["adminform"].form, shown, rows)


def as_seen(page: Page) -> str:
    return json.dumps({name: digest(page, name, value) for name, value in page.values().items()})


def digest(page: Page, name: str, value: Any) -> str:
    return sha256(json.dumps(page.in_order(name, value)).encode()).hexdigest()[:DIGITS]


def seen_in(post: QueryDict) -> Values | None:
    """None for what no page of ours posts."""
    try:
        found = json.loads(post.get(SEEN, ""))
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def merge(page: Page, post: QueryDict) -> list[Conflict]:
    """Puts into the post what only others changed since; returns what both did, with the form still as typed."""
    seen, now = seen_in(post), page.values()
    if seen is None:
        return []
    conflicts = list(differences(page, post, seen, now))
    told = {conflict.name: digest(page, conflict.name, now[conflict.name]) for conflict in conflicts}
    post[SEEN] = json.dumps({**seen, **told})
    return conflicts


def differences(page: Page, post: QueryDict, seen: Values, now: Values) -> Iterator[Conflict]:
    yours = page.read(post)
    for name, theirs in now.items():
        if name not in seen:
            # The page of a build before, or of before somebody was given more to change, did not have the field.
            if not page.is_in(post, name):
                page.put(post, name, theirs)
        elif seen[name] == digest(page, name, theirs) or page.same(name, yours[name], theirs):
            continue
        elif seen[name] == digest(page, name, yours[name]):
            page.put(post, name, theirs)
        else:
            if name in page.formsets:
                page.put(post, name, beside_theirs(page, post, name, theirs))
            yield Conflict(name, page.label(name), page.in_words(name, theirs), page.in_words(name, yours[name]))


def beside_theirs(page: Page, post: QueryDict, prefix: str, theirs: list[Row]) -> list[Row]:
    """The rows as typed, those that others added, and none under the number of one that is gone."""
    key = key_of(page.formsets[prefix])
    typed, there = page.rows(post, prefix), {row[key] for row in theirs}
    posted = {row[key] for row in typed}
    return [
        *({**row, key: row[key] if row[key] in there else ""} for row in typed),
        *(row for row in theirs if row[key] not in posted),
    ]
