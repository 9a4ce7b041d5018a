"""The pages of an issue's ledger: who got it and who did not, and sending it again to exactly those."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.forms import UUIDField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.actors import acting
from foundation.numbers import number
from newsletters import actions, ledger, preflight
from newsletters.admin.issue_verbs import SEND
from newsletters.models import Newsletter, account_of

Admin = admin.ModelAdmin
FOLDER = "admin/newsletters/newsletter"
RECIPIENTS = "newsletters_newsletter_recipients"
SEND_AGAIN = "newsletters_newsletter_send-again"
ISSUE = "admin:newsletters_newsletter_change"
MAY_GO_AGAIN = (Newsletter.State.SENDING, Newsletter.State.SENT)


def urls(model_admin: Admin) -> list[Any]:
    wrap = model_admin.admin_site.admin_view
    return [
        path("<int:pk>/recipients/", wrap(recipients), {"model_admin": model_admin}, name=RECIPIENTS),
        path("<int:pk>/send-again/", wrap(send_again), {"model_admin": model_admin}, name=SEND_AGAIN),
    ]


def may_see(request: HttpRequest) -> bool:
    """It is a list of people, and of what they read."""
    return request.user.has_perm("newsletters.view_newsletter") and request.user.has_perm("newsletters.view_subscriber")


def may_send_again(request: HttpRequest, newsletter: Newsletter) -> bool:
    return newsletter.state in MAY_GO_AGAIN and request.user.has_perm(SEND)


def recipients(request: HttpRequest, *, model_admin: Admin, pk: int) -> HttpResponse:
    if not may_see(request):
        raise PermissionDenied
    newsletter = get_object_or_404(Newsletter, pk=pk)
    if not newsletter.has_begun:
        return redirect(ISSUE, pk)
    context = shown(request, newsletter)
    may = may_send_again(request, newsletter)
    context |= {"may_send_again": may, "may_tick": may and context["who"] == "uncertain" and not context["q"]}
    return page(request, model_admin, newsletter, "recipients", _("Recipients"), context)


def shown(request: HttpRequest, newsletter: Newsletter) -> dict[str, Any]:
    """The page of the choice, or who was searched for."""
    text = request.GET.get("q", "").strip()
    who = request.GET.get("who", "")
    who = who if who in ledger.CHOICES else ""
    begins = ledger.Place.read(request.GET.get("after", ""))
    if len(text) >= ledger.SHORTEST_SEARCH:
        found = ledger.search(newsletter, text)
    else:
        found = ledger.page(newsletter, ledger.CHOICES[who][1], begins)
    return {
        "mails": [(outgoing, ledger.told(outgoing, newsletter)) for outgoing in found.mails],
        "after": found.after,
        "is_later": begins != ledger.Place(),
        "choices": choices(newsletter, who),
        "who": who,
        "q": text,
        "notice": notice(text, found, newsletter),
    }


def notice(text: str, found: ledger.Page, newsletter: Newsletter) -> str:
    if text and len(text) < ledger.SHORTEST_SEARCH:
        return _("Type an address, or at least its first three letters.")
    if text and len(found.mails) == ledger.PAGE:
        return _("These are some of them. Type more of the address.")
    if text and not found.mails:
        why = ledger.why_not_among(text.lower(), newsletter) if "@" in text else ""
        return " ".join(filter(None, [_("No recipient has an address that begins so."), why]))
    return ""


def choices(newsletter: Newsletter, who: str) -> list[dict[str, Any]]:
    """With how many there are, which one look at an index says of all."""
    account = account_of(newsletter)
    counts = {"": account.candidates, "got": account["sent"], **account}
    counts["missed"] = sum(account[state] for state in ledger.CHOICES["missed"][1])
    return [
        {"who": name, "words": words, "count": counts[name], "is_chosen": name == who}
        for name, (words, _states) in ledger.CHOICES.items()
        if counts[name] or name in ("", "missed", "got")
    ]


def send_again(request: HttpRequest, *, model_admin: Admin, pk: int) -> HttpResponse:
    """GET says how many get it, POST sends it to just these."""
    if not (may_see(request) and request.user.has_perm(SEND)):
        raise PermissionDenied
    newsletter = get_object_or_404(Newsletter, pk=pk)
    if not may_send_again(request, newsletter):
        return redirect(ISSUE, pk)
    if "ticked" in request.GET and not numbers(request.GET):
        messages.warning(request, _("Nobody is ticked."))
        return redirect(f"{reverse(f'admin:{RECIPIENTS}', args=[pk])}?who=uncertain")
    refused = sent(request, newsletter) if request.method == "POST" else []
    if request.method == "POST" and not refused:
        return redirect(f"admin:{RECIPIENTS}", pk)
    chosen = numbers(request.GET or request.POST)
    again = actions.who_gets_it_again(newsletter, chosen)
    with transaction.atomic():
        context: dict[str, Any] = {"stopped": preflight.stopped(newsletter)}
    context |= {"again": again, "people": len(again.mails), "chosen": chosen, "refused": refused, "this_page": uuid4()}
    return page(request, model_admin, newsletter, "send_again", _("Send it again?"), context, 422 if refused else 200)


def numbers(data: Any) -> list[int]:
    return list(filter(None, map(number, data.getlist("mail"))))


def sent(request: HttpRequest, newsletter: Newsletter) -> list[str]:
    """What stood in the way."""
    people, chosen, here = number(request.POST.get("people", "")), numbers(request.POST), page_of(request)
    try:
        gone = actions.send_issue_again(
            newsletter=newsletter, by=acting(request), people=people, chosen=chosen, page=here
        )
    except ValidationError as error:
        return [] if said_already(request, newsletter, here, chosen) else error.messages
    words = ngettext("It is on its way to %(number)d person.", "It is on its way to %(number)d people.", gone)
    messages.success(request, words % {"number": gone})
    return []


def page_of(request: HttpRequest) -> UUID | None:
    try:
        return UUIDField(required=False).clean(request.POST.get("page"))
    except ValidationError:
        return None


def said_already(request: HttpRequest, newsletter: Newsletter, here: UUID | None, chosen: list[int]) -> bool:
    """A second click, by which nobody would get it."""
    if actions.who_gets_it_again(newsletter, chosen).mails:
        return False
    found = actions.sent_again_already(newsletter, page=here, by=acting(request))
    if found:
        messages.info(request, _("You have sent it again already."))
    return found


def page(
    request: HttpRequest,
    model_admin: Admin,
    newsletter: Newsletter,
    name: str,
    title: str,
    context: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    frame = {**model_admin.admin_site.each_context(request), "opts": Newsletter._meta, "title": title}
    about = {**frame, "newsletter": newsletter, **context}
    return TemplateResponse(request, f"{FOLDER}/{name}.html", about, status=status)
