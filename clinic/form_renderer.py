"""Plain boxes, selects and empty lists of errors without a template.

Each takes Django two or three templates, and the page of a lead has some fifty: a tenth of its time.
"""

from collections.abc import Callable
from typing import Any

from django.forms.renderers import TemplatesSetting
from django.utils.functional import Promise
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

FOLDER = "django/forms/widgets/"
BOXES = ("text", "number", "email", "url", "hidden", "date", "datetime", "time", "checkbox", "input")
ERRORS = "django/forms/errors/list/ul.html"
OPTION = f"{FOLDER}select_option.html"


class Renderer(TemplatesSetting):
    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> SafeString:
        if template_name == ERRORS and not context["errors"]:
            return mark_safe("")
        plain = PLAIN.get(template_name)
        written = plain(context["widget"]) if plain else None
        return mark_safe(written if written else super().render(template_name, context, request))  # noqa: S308


def text(value: Any) -> str:
    return conditional_escape(value if hasattr(value, "__html__") else str(value))


def attributes(widget: dict[str, Any]) -> str:
    parts = (
        f" {text(name)}" if value is True else f' {text(name)}="{text(value)}"'
        for name, value in widget["attrs"].items()
        if value is not False
    )
    return "".join(parts)


def box(widget: dict[str, Any]) -> str:
    value = "" if widget["value"] is None else f' value="{text(widget["value"])}"'
    return f'<input type="{text(widget["type"])}" name="{text(widget["name"])}"{value}{attributes(widget)}>'


def text_area(widget: dict[str, Any]) -> str:
    value = text(widget["value"]) if widget["value"] else ""
    # As a template is, without the line break at its end.
    return f'<textarea name="{text(widget["name"])}"{attributes(widget)}>\n{value}</textarea>'


def select(widget: dict[str, Any]) -> str | None:
    """None for one with groups, with options of its own looks, or with labels that a language writes in its own way."""
    every = [option for _name, options, _index in widget["optgroups"] for option in options]
    if any(name is not None for name, _options, _index in widget["optgroups"]) or not all(map(is_plain, every)):
        return None
    options = "".join(f"\n  {one_option(option)}\n" for option in every)
    return f'<select name="{text(widget["name"])}"{attributes(widget)}>{options}\n</select>'


def is_plain(option: dict[str, Any]) -> bool:
    return option["template_name"] == OPTION and isinstance(option["label"], str | Promise)


def one_option(option: dict[str, Any]) -> str:
    return f'<option value="{text(option["value"])}"{attributes(option)}>{text(option["label"])}</option>'


PLAIN: dict[str, Callable[[dict[str, Any]], str | None]] = {
    **{f"{FOLDER}{name}.html": box for name in BOXES},
    f"{FOLDER}textarea.html": text_area,
    f"{FOLDER}select.html": select,
}
