"""What a subscriber may do with their subscription: the signed link is the proof, so nobody signs in."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from foundation.tokens import make_token, read_token
from foundation.views import private_page, unknown_link
from newsletters import actions
from newsletters.emails import OF_NOBODY
from newsletters.forms import PreferencesForm
from newsletters.models import Subscriber

Answer = HttpResponse
ASK_OR_ACT = ["GET", "HEAD", "POST"]


def preferences_path(subscriber: Subscriber) -> str:
    return reverse("newsletters:preferences", args=[make_token("preferences", subscriber.uuid)])


def behind(token: str) -> Subscriber | None:
    identifier = read_token("preferences", token)
    return Subscriber.objects.filter(uuid=identifier).first() if identifier else None


def of_nobody(request: HttpRequest, token: str, purpose: str = "preferences") -> Answer:
    """Whoever tries the links of a test must not think that their readers cannot leave; nor who is erased, and presses
    twice or comes by an old mail, that they are not.
    """
    if token == OF_NOBODY:
        return private_page(request, "newsletters/link_of_a_test.html", {}, status=404)
    return no_more(request) if read_token(purpose, token) else unknown_link(request)


def no_more(request: HttpRequest) -> Answer:
    return private_page(request, "newsletters/link_of_nobody.html", {}, status=404)


@require_http_methods(ASK_OR_ACT)
def preferences(request: HttpRequest, token: str) -> Answer:
    subscriber = behind(token)
    if subscriber is None:
        return of_nobody(request, token)
    if request.method != "POST":
        return show(request, subscriber)
    form = PreferencesForm(subscriber, request.POST)
    if not form.is_valid():
        return show(request, subscriber, form=form, status=422)
    actions.choose(subscriber=subscriber.uuid, **form.cleaned_data)
    return show(request, subscriber, told=told_of(form.cleaned_data["rhythm"], before=subscriber))


def told_of(rhythm: str, *, before: Subscriber) -> str:
    """Who leaves the monthly e-mail in the middle of a month would wait for what it had listed."""
    saved = _("Your choices are saved.")
    # Of a pause the page says below when it ends.
    if before.is_paused or (before.rhythm, rhythm) != (Subscriber.Rhythm.MONTHLY, Subscriber.Rhythm.EACH):
        return saved
    return saved + " " + _("The next single issue comes next; what is out already is in the archive.")


def show(
    request: HttpRequest, subscriber: Subscriber, *, told: str = "", form: Any = None, status: int = 200
) -> Answer:
    """As it stands now, whatever was done a moment ago."""
    found = Subscriber.objects.filter(pk=subscriber.pk).first()
    if found is None:
        return no_more(request)
    context = {
        "subscriber": found,
        "is_subscribed": found.state == Subscriber.State.CONFIRMED,
        "form": form or PreferencesForm(found),
        "told": told if found.state == Subscriber.State.CONFIRMED else "",
        "path": preferences_path(found),
        "unsubscribe_path": reverse("newsletters:unsubscribe", args=[make_token("unsubscribe", found.uuid)]),
    }
    return private_page(request, "newsletters/preferences.html", context, status=status)


@require_http_methods(ASK_OR_ACT)
def pause(request: HttpRequest, token: str) -> Answer:
    return pressed(request, token, actions.pause_newsletters, lambda rhythm: _("Your pause has begun."))


@require_http_methods(ASK_OR_ACT)
def resume(request: HttpRequest, token: str) -> Answer:
    return pressed(request, token, actions.resume_newsletters, what_comes_next)


def what_comes_next(rhythm: str) -> str:
    if rhythm == Subscriber.Rhythm.MONTHLY:
        return _("Your pause is over. You get the next monthly e-mail.")
    return _("Your pause is over. You get the next issue.")


def pressed(request: HttpRequest, token: str, act: Any, told: Callable[[str], str]) -> Answer:
    """A button: opened by hand, or by what looks at links, it leads back to its page."""
    subscriber = behind(token)
    if subscriber is None:
        return of_nobody(request, token)
    if request.method != "POST":
        return HttpResponseRedirect(preferences_path(subscriber))
    act(subscriber=subscriber.uuid)
    return show(request, subscriber, told=told(subscriber.rhythm))


@require_http_methods(ASK_OR_ACT)
def what_we_hold(request: HttpRequest, token: str) -> Answer:
    subscriber = behind(token)
    if subscriber is None:
        return of_nobody(request, token)
    if request.method != "POST":
        return HttpResponseRedirect(preferences_path(subscriber))
    found = actions.export_subscriber(subscriber=subscriber.uuid, request=request)
    if found is None:
        return no_more(request)
    headers = {"Content-Disposition": 'attachment; filename="newsletter.json"'}
    return JsonResponse(found, json_dumps_params={"ensure_ascii": False, "indent": 2}, headers=headers)


@require_http_methods(ASK_OR_ACT)
def erase(request: HttpRequest, token: str) -> Answer:
    """GET asks, POST erases; the link leads nowhere after that."""
    subscriber = behind(token)
    if subscriber is None:
        return of_nobody(request, token)
    done = request.method == "POST"
    if done:
        actions.erase_subscriber(subscriber=subscriber.uuid, request=request)
    return private_page(request, "newsletters/erase.html", {"done": done, "path": preferences_path(subscriber)})
