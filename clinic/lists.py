"""What the address and the ticks of any list of the staff site may say; a browser sends nothing else."""

import logging
from contextlib import nullcontext
from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import BadRequest, FieldDoesNotExist, PermissionDenied, SuspiciousOperation
from django.core.paginator import InvalidPage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from clinic.middleware import SAFE_METHODS
from clinic.slow_statements import bounded
from foundation.numbers import is_number
from foundation.outage import OUTAGES

logger = logging.getLogger(__name__)

# A page that is no longer there, or a name that no field has: Django shows the list without them.
LEADS_TO_THE_LIST = (InvalidPage, FieldDoesNotExist)


class UnreadableFilter(BadRequest):
    template = "400_filter.html"


def guard(model_admin: ModelAdmin) -> None:
    """Of each list, since each takes any lookup over its fields."""
    build, act = model_admin.get_changelist_instance, model_admin.response_action

    def get_changelist_instance(request: HttpRequest) -> Any:
        # What is only looked at has its bound already, from the door of the staff site.
        with nullcontext() if request.method in SAFE_METHODS else bounded():
            return read_or_refuse(build, request)

    def response_action(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse | None:
        if all(map(is_number, request.POST.getlist(ACTION_CHECKBOX_NAME))):
            return act(request, *args, **kwargs)
        messages.warning(request, _("Choose some rows of the list first."))
        return redirect(request.get_full_path())

    vars(model_admin).update(get_changelist_instance=get_changelist_instance, response_action=response_action)


def read_or_refuse(build: Any, request: HttpRequest) -> Any:
    """Of a value that a lookup cannot take, Django, psycopg and Postgres each raise whatever they stumble over."""
    try:
        return build(request)
    except (PermissionDenied, SuspiciousOperation, *OUTAGES):
        raise
    except Exception as error:
        if not request.GET or isinstance(error.__context__, LEADS_TO_THE_LIST):
            raise
        # By its kind alone, since what it says quotes what was looked for.
        logger.warning("a filter could not be read: %s", type(error).__name__)
        raise UnreadableFilter from error
