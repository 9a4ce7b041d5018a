"""The public forms' shared manners, and the newsletter's pages."""

import logging
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from articles.models import OUTAGES, note_outage
from mailings import actions, limits, rules
from mailings.forms import NewsletterForm, PublicForm
from mailings.models import ConsentWording, OutgoingEmail, Subscriber
from mailings.tokens import read_token

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
            # What is held anyway draws on no budget: robots in the trap must not use up that of people.
            self.store(form, form.suspicion() or limits.over_budget(request.client_network))  # type: ignore[attr-defined]
        except OUTAGES as error:
            logger.error("a form could not be stored: %s", type(error).__name__)
            note_outage()
            return self.answer(request, form, 503)
        except Exception:  # whatever it is, the person keeps what they typed
            logger.exception("a form could not be stored")
            return self.answer(request, form, 503)
        return self.thank(request, rules.suggest_domain(form.cleaned_data["email"]))

    def store(self, form: Any, held_reason: str) -> None:
        """held_reason: why staff should look before anything is mailed; empty for nearly everybody."""
        raise NotImplementedError

    def answer(self, request: HttpRequest, form: PublicForm, status: int) -> HttpResponse:
        template = self.panel if request.htmx else self.page  # type: ignore[attr-defined]
        response = render(request, template, {"form": form, "outage": status == 503}, status=status)
        if status == 503:
            response.headers["Retry-After"] = "30"
        patch_vary_headers(response, ["HX-Request"])
        return response

    def thank(self, request: HttpRequest, suggestion: str | None) -> HttpResponse:
        if request.htmx:  # type: ignore[attr-defined]
            # A script follows a redirect unseen, so it gets the panel at once.
            response = render(request, self.thanks_panel, {"suggestion": suggestion})
            patch_vary_headers(response, ["HX-Request"])
            return response
        query = f"?domain={suggestion}" if suggestion else ""
        return HttpResponseRedirect(reverse(self.thanks_view) + query, status=303)


def suggestion_from(request: HttpRequest) -> str | None:
    """The domain in a thank-you page's address, if it is one that we ourselves suggest."""
    domain = request.GET.get("domain", "")
    return domain if domain in rules.COMMON_DOMAINS else None


class NewsletterView(PublicFormView):
    form_class = NewsletterForm
    page = "mailings/newsletter.html"
    panel = "mailings/newsletter_panel.html"
    thanks_panel = "mailings/check_your_email_panel.html"
    thanks_view = "mailings:check-your-email"

    def store(self, form: NewsletterForm, held_reason: str) -> None:
        actions.request_newsletter(
            address=form.cleaned_data["email"],
            wording=form.shown_wording(ConsentWording.Kind.NEWSLETTER),
            source_path=form.cleaned_data["source_path"],
            held_reason=held_reason,
            language=form.cleaned_data["language"],
        )


@require_safe
def check_your_email(request: HttpRequest) -> HttpResponse:
    return render(request, "mailings/check_your_email.html", {"suggestion": suggestion_from(request)})


def private_page(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """A page behind a mailed link: for this reader, not for caches or search engines."""
    response = render(request, template, context, status=status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def unknown_link(request: HttpRequest, status: int = 404) -> HttpResponse:
    return private_page(request, "mailings/unknown_link.html", {}, status=status)


def is_confirmed(outgoing: OutgoingEmail) -> bool:
    return Subscriber.objects.filter(confirmation=outgoing, state=Subscriber.State.CONFIRMED).exists()


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    identifier = read_token("confirm", token)
    outgoing = OutgoingEmail.objects.of_somebody().filter(uuid=identifier).first() if identifier else None
    if outgoing is None:
        return unknown_link(request)
    if request.method != "POST":
        page = "subscribed" if is_confirmed(outgoing) else "confirm"
        return private_page(request, f"mailings/{page}.html", {})
    subscriber = actions.confirm_subscription(confirmation=outgoing.uuid)
    if subscriber is None:
        return private_page(request, "mailings/link_out_of_date.html", {}, status=410)
    return private_page(request, "mailings/subscribed.html", {})


@method_decorator(csrf_exempt, name="dispatch")
class UnsubscribeView(View):
    """The token is the proof; RFC 8058 posts come from the mail provider, with no page of ours before them."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        subscriber = self.find(token)
        if subscriber is None:
            return unknown_link(request)
        done = subscriber.state == Subscriber.State.UNSUBSCRIBED
        return private_page(request, "mailings/unsubscribe.html", {"done": done})

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        subscriber = self.find(token)
        if subscriber is None:
            return unknown_link(request)
        actions.unsubscribe(subscriber=subscriber.uuid)
        return private_page(request, "mailings/unsubscribe.html", {"done": True})

    def find(self, token: str) -> Subscriber | None:
        identifier = read_token("unsubscribe", token)
        return Subscriber.objects.filter(uuid=identifier).first() if identifier else None


@require_http_methods(["GET", "HEAD", "POST"])
def not_me(request: HttpRequest, token: str) -> HttpResponse:
    identifier = read_token("not-me", token)
    outgoing = OutgoingEmail.objects.of_somebody().filter(uuid=identifier).first() if identifier else None
    if outgoing is None:
        return unknown_link(request)
    if request.method == "POST":
        actions.disown_email(outgoing=outgoing.uuid)
    return private_page(request, "mailings/not_me.html", {"done": request.method == "POST"})
