"""The newsletter form, for the pages of other rooms."""

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from foundation.forms import HERE, panel_at
from foundation.models import ClinicProfile
from foundation.outage import kept_with_the_frame
from newsletters.forms import NewsletterForm

register = template.Library()


@register.simple_tag(takes_context=True)
def newsletter_form(context: dict[str, Any]) -> SafeString:
    return panel_at(context["request"].path, panel())


@kept_with_the_frame
def panel() -> str:
    form = NewsletterForm(initial={"source_path": HERE})
    clinic = ClinicProfile.objects.current()
    return render_to_string("newsletters/newsletter_panel.html", {"form": form, "clinic": clinic})
