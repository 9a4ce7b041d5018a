"""The words of an issue as a mail shows them, and of what was done to it as staff read them."""

from datetime import timedelta
from typing import Any

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.templatetags.markdown import markdown
from foundation.templatetags.pills import pill
from newsletters.models import Newsletter, NewsletterEvent

register = template.Library()


@register.filter
def for_mail(text: str) -> SafeString:
    """Markdown with whole links: in a mail nothing says of which site a path is."""
    return mark_safe(markdown(text).replace('href="/', f'href="{settings.SITE_URL}/'))  # noqa: S308 - nh3 made it so


@register.filter
def for_text(markdown: str) -> str:
    """As typed, with whole links: those to pages of ours would lead nowhere."""
    return markdown.replace("](/", f"]({settings.SITE_URL}/")


@register.simple_tag
def whole(path: str) -> str:
    """A feed reader knows no site either."""
    return f"{settings.SITE_URL}{path}"


@register.filter
def verb_url(name: str, newsletter: Newsletter) -> str:
    return reverse(f"admin:newsletters_newsletter_{name}", args=[newsletter.pk])


@register.filter
def state_pill(newsletter: Newsletter) -> str:
    return pill(newsletter.state, newsletter.get_state_display())


@register.filter
def told(event: NewsletterEvent) -> Any:
    """A move by where it led; its reason, if it has one, in the words of today."""
    if event.kind == NewsletterEvent.Kind.SENT_AGAIN:
        number = event.data["mails"]
        again = ngettext("sent again to %(number)d person", "sent again to %(number)d people", number)
        return again % {"number": number}
    if event.kind != NewsletterEvent.Kind.MOVED:
        return event.get_kind_display()
    if (event.data.get("from"), event.data["to"]) == (Newsletter.State.DRAFT, Newsletter.State.CANCELLED):
        return _("discarded as a draft")
    because = event.data.get("because", "")
    words = [Newsletter.State(event.data["to"]).label, Newsletter.PausedBecause(because).label if because else ""]
    return ". ".join(str(word) for word in words if word)


@register.filter
def in_words(duration: timedelta) -> str:
    """Rounded up: nobody plans by the second."""
    minutes = max(1, -(-int(duration.total_seconds()) // 60))
    hours, rest = divmod(minutes, 60)
    if not hours:
        return ngettext("%d minute", "%d minutes", rest) % rest
    return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest}
