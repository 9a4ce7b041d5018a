from django import template

from foundation.models import ConsentWording

register = template.Library()


@register.simple_tag
def current_wordings() -> list[ConsentWording]:
    shown = [ConsentWording.objects.to_show(kind) for kind in ConsentWording.Kind.values]
    return [wording for wording in shown if wording]
