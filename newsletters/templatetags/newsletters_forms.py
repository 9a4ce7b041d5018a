"""The newsletter form, for the pages of other rooms."""

from typing import Any

from django import template

from newsletters.forms import NewsletterForm

register = template.Library()


@register.inclusion_tag("newsletters/newsletter_panel.html", takes_context=True)
def newsletter_form(context: dict[str, Any]) -> dict[str, Any]:
    form = NewsletterForm(initial={"source_path": context["request"].path})
    return {"form": form, "clinic": context["clinic"]}
