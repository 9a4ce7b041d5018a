from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from foundation.models import ConsentWording
from foundation.numbers import number
from foundation.tokens import read_token
from foundation.views import PublicFormView, private_page, suggestion_from, unknown_link
from mailings.models import OutgoingEmail
from newsletters import actions
from newsletters.forms import NewsletterForm
from newsletters.models import Subscriber
from newsletters.preferences import of_nobody, preferences_path

NEWSLETTER = ConsentWording.Kind.NEWSLETTER


class NewsletterView(PublicFormView):
    form_class = NewsletterForm
    page = "newsletters/newsletter.html"
    panel = "newsletters/newsletter_panel.html"
    thanks_panel = "newsletters/check_your_email_panel.html"
    thanks_view = "newsletters:check-your-email"

    def store(self, form: NewsletterForm, held_reason: str) -> None:
        actions.request_newsletter(
            address=form.cleaned_data["email"],
            wording=form.shown_wordings([NEWSLETTER])[NEWSLETTER],
            source_path=form.cleaned_data["source_path"],
            held_reason=held_reason,
            language=form.cleaned_data["language"],
        )


@require_safe
def check_your_email(request: HttpRequest) -> HttpResponse:
    return render(request, "newsletters/check_your_email.html", {"suggestion": suggestion_from(request.GET)})


def subscribed(request: HttpRequest, subscriber: Subscriber) -> HttpResponse:
    context = {"preferences_path": preferences_path(subscriber)}
    return private_page(request, "newsletters/subscribed.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    identifier = read_token("confirm", token)
    outgoing = OutgoingEmail.objects.of_somebody().filter(uuid=identifier).first() if identifier else None
    if outgoing is None:
        return out_of_date(request, status=404) if identifier else unknown_link(request)
    if request.method != "POST":
        return ask_to_confirm(request, Subscriber.objects.filter(confirmation=outgoing).first())
    carried = number(request.POST.get("wording", ""))
    shown = ConsentWording.objects.shown(NEWSLETTER, carried) if carried else None
    subscriber = actions.confirm_subscription(confirmation=outgoing.uuid, wording=shown)
    return subscribed(request, subscriber) if subscriber else out_of_date(request)


def ask_to_confirm(request: HttpRequest, here: Subscriber | None) -> HttpResponse:
    """No button that would be answered by "out of date"."""
    if here and here.state == Subscriber.State.CONFIRMED:
        return subscribed(request, here)
    if here is None or not actions.may_still_confirm(here):
        return out_of_date(request)
    # Who was invited reads here what the button agrees to.
    agrees = ConsentWording.objects.to_show(NEWSLETTER) if here.consent_id is None else None
    return private_page(request, "newsletters/confirm.html", {"wording": agrees})


def out_of_date(request: HttpRequest, status: int = 410) -> HttpResponse:
    return private_page(request, "newsletters/link_out_of_date.html", {}, status=status)


@method_decorator(csrf_exempt, name="dispatch")
class UnsubscribeView(View):
    """The token is the proof; RFC 8058 posts come from the mail provider, with no page of ours before them."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        subscriber = self.find(token)
        if subscriber is None:
            return of_nobody(request, token, "unsubscribe")
        return private_page(request, "newsletters/unsubscribe.html", {"done": actions.has_left(subscriber)})

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        subscriber = self.find(token)
        if subscriber is None:
            return of_nobody(request, token, "unsubscribe")
        actions.unsubscribe(subscriber=subscriber.uuid)
        return private_page(request, "newsletters/unsubscribe.html", {"done": True})

    def find(self, token: str) -> Subscriber | None:
        identifier = read_token("unsubscribe", token)
        return Subscriber.objects.filter(uuid=identifier).first() if identifier else None
