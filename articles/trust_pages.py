"""Pages that earn trust before any form, made of the profile's own texts; one without a text is nowhere."""

from typing import Any, NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from foundation import own_numbers
from foundation.models import ClinicProfile, ProcessStep
from foundation.outage import last_known


class TrustPage(NamedTuple):
    """name: of its address. needs: the text of the profile without which there is no such page."""

    name: str
    needs: str
    title: str | Promise
    description: str | Promise
    template: str = "text"

    @property
    def view_name(self) -> str:
        return f"articles:{self.name}"


PAGES = (
    # What is known, alone, would be an advertisement; so the page stands and falls with what is not.
    TrustPage(
        "what-is-known",
        "unknown",
        _("What is known and what is not"),
        _("What nobody knows yet about stem cell treatment, and what studies have found, in plain words."),
        template="known",
    ),
    TrustPage(
        "costs",
        "costs",
        _("What it costs"),
        _("What treatment at our clinic costs, what a quote includes, and what it does not."),
    ),
    TrustPage(
        "questions-to-ask",
        "questions_to_ask",
        _("Questions to ask any clinic"),
        _("Questions to ask us, and anyone else who offers stem cells, before you decide."),
    ),
    TrustPage(
        "how-it-works",
        "process_steps",
        _("How it works, step by step"),
        _("Each step from the first question to the follow-up, and where it can end."),
        template="steps",
    ),
)


# The foot of each page names those that there are.
@last_known(default=list, of_the_frame=True)
def steps() -> list[ProcessStep]:
    return list(ProcessStep.objects.all())


def text_of(name: str) -> Any:
    return steps() if name == "process_steps" else getattr(ClinicProfile.objects.current(), name).strip()


def price_on(page: TrustPage) -> str:
    return own_numbers.price(ClinicProfile.objects.current()) if page.needs == "costs" else ""


def pages() -> list[TrustPage]:
    return [page for page in PAGES if text_of(page.needs) or price_on(page)]


@require_safe
def show(request: HttpRequest, name: str) -> HttpResponse:
    found = next((page for page in pages() if page.name == name), None)
    if found is None:
        raise Http404
    context = {"page_of_trust": found, "text": text_of(found.needs), "price": price_on(found)}
    return render(request, f"articles/trust/{found.template}.html", context)
