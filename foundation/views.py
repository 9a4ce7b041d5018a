"""What the public forms' pages share, and the manners of a page behind a mailed link."""

import logging
from collections.abc import Mapping
from functools import cache, partial
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import get_script_prefix, reverse
from django.utils.cache import patch_vary_headers
from django.views import View

from foundation.budgets import over_budget
from foundation.domains import COMMON_DOMAINS, suggest_domain
from foundation.forms import PublicForm
from foundation.outage import OUTAGES, again, cause, note_outage

logger = logging.getLogger(__name__)


class PublicFormView(View):
    """GET shows the form; POST stores it and leads on. A request by htmx gets the panel instead of the page."""

    form_class: type[PublicForm]
    page = ""
    panel = ""
    thanks_panel = ""
    thanks_view = ""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request, self.form_class(initial={"source_path": request.path}), 200)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.form_class(request.POST)
        if not form.is_valid():
            return self.answer(request, form, 422)
        try:
            # The same words twice are one enquiry.
            again(partial(self.weigh_and_store, form, request.client_network))  # type: ignore[attr-defined]
        except OUTAGES as error:
            logger.error("a form could not be stored: %s", cause(error))
            note_outage()
            return self.answer(request, form, 503)
        except Exception:  # whatever it is, the person keeps what they typed
            logger.exception("a form could not be stored")
            return self.answer(request, form, 503)
        return self.thank(request, self.told(form))

    def weigh_and_store(self, form: Any, network: str) -> None:
        # What is held anyway draws on no budget: robots in the trap must not use up that of people.
        self.store(form, form.suspicion() or over_budget(network))

    def store(self, form: Any, held_reason: str) -> None:
        """held_reason: the HeldReason why staff should look before anything is mailed; empty for nearly everybody."""
        raise NotImplementedError

    def answer(self, request: HttpRequest, form: PublicForm, status: int) -> HttpResponse:
        template = self.panel if request.htmx else self.page  # type: ignore[attr-defined]
        response = render(request, template, {"form": form, "outage": status == 503}, status=status)
        if status == 503:
            response.headers["Retry-After"] = "30"
        patch_vary_headers(response, ["HX-Request"])
        return response

    def told(self, form: Any) -> dict[str, str]:
        """What the thank-you page's address says: by what was posted alone, for it must not say whom we know."""
        suggestion = suggest_domain(form.cleaned_data["email"])
        return {"domain": suggestion} if suggestion else {}

    def thank(self, request: HttpRequest, told: dict[str, str]) -> HttpResponse:
        if request.htmx:  # type: ignore[attr-defined]
            # A script follows a redirect unseen, so it gets the panel at once.
            response = render(request, self.thanks_panel, self.thanks_context(told))
            patch_vary_headers(response, ["HX-Request"])
            return response
        query = f"?{urlencode(told)}" if told else ""
        return HttpResponseRedirect(address_of(self.thanks_view) + query, status=303)

    @staticmethod
    def thanks_context(told: Mapping[str, str]) -> dict[str, Any]:
        return {"suggestion": suggestion_from(told)}


def address_of(view: str) -> str:
    return _address(view, get_script_prefix())


# To look it up anew takes a fiftieth of a post.
@cache
def _address(view: str, _prefix: str) -> str:
    return reverse(view)


def suggestion_from(told: Mapping[str, str]) -> str | None:
    """The domain in a thank-you page's address, if it is one that we ourselves suggest."""
    domain = told.get("domain", "")
    return domain if domain in COMMON_DOMAINS else None


def private_page(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """A page behind a mailed link: for this reader, not for caches or search engines."""
    response = render(request, template, context, status=status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def unknown_link(request: HttpRequest, status: int = 404) -> HttpResponse:
    return private_page(request, "foundation/unknown_link.html", {}, status=status)
