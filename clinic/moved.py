"""Admin pages of models that stand in another room now: a bookmark, or a form in an open tab, goes on working."""

from functools import partial
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path

MOVED = {
    "articles/clinicprofile": "foundation/clinicprofile",
    "mailings/consentwording": "foundation/consentwording",
    "mailings/subscriber": "newsletters/subscriber",
}


def lead_on(request: HttpRequest, rest: str, new: str) -> HttpResponse:
    """Also a form that is posted: the method and what was typed go along."""
    if {".", ".."} & set(rest.split("/")):
        # A browser would resolve it, and take what was typed to wherever that leads.
        raise Http404
    query = f"?{request.META['QUERY_STRING']}" if request.META["QUERY_STRING"] else ""
    return HttpResponseRedirect(f"/admin/{new}/{quote(rest)}{query}", preserve_request=True)


def urls() -> list[Any]:
    return [path(f"admin/{old}/<path:rest>", partial(lead_on, new=new)) for old, new in MOVED.items()] + [
        path(f"admin/{old}/", partial(lead_on, rest="", new=new)) for old, new in MOVED.items()
    ]
