"""The newsletter form and the consent wordings, for the pages of other rooms."""

from typing import Any

from django import template

from mailings.forms import NewsletterForm
from mailings.models import ConsentWording

register = template.Library()


@register.inclusion_tag("mailings/newsletter_panel.html", takes_context=True)
def newsletter_form(context: dict[str, Any]) -> dict[str, Any]:
    form = NewsletterForm(initial={"source_path": context["request"].path})
    return {"form": form, "clinic": context["clinic"]}


@register.simple_tag
def current_wordings() -> list[ConsentWording]:
    shown = [ConsentWording.objects.to_show(kind) for kind in ConsentWording.Kind.values]
    return [wording for wording in shown if wording]
