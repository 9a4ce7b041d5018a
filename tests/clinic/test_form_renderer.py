from datetime import date, time
from typing import Any

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from clinic.form_renderer import Renderer

pytestmark = pytest.mark.pure
NAME = "Zoë O'Brien & Sons <b>"
CHOICES = [("", "–"), ("a", gettext_lazy("Name")), (7, NAME), ("b", mark_safe("<i>b</i>"))]
WIDGETS: list[tuple[Any, Any]] = [
    (forms.TextInput(attrs={"class": NAME, "required": True, "hidden": False}), NAME),
    (forms.TextInput(), None),
    (forms.NumberInput(attrs={"min": 1000}), 1234567),
    (forms.EmailInput(), "zoe@example.com"),
    (forms.URLInput(), "https://example.com/?a=1&b=2"),
    (forms.HiddenInput(), ""),
    (forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), date(2026, 3, 6)),
    (forms.DateTimeInput(), None),
    (forms.TimeInput(format="%H:%M", attrs={"type": "time"}), time(9, 30)),
    (forms.CheckboxInput(), True),
    (forms.CheckboxInput(), False),
    (forms.CheckboxInput(), "yes"),
    (forms.Textarea(attrs={"rows": 3}), f"{NAME}\n</textarea>"),
    (forms.Textarea(), None),
    (forms.Select(choices=CHOICES), "a"),
    (forms.Select(choices=CHOICES), 7),
    (forms.Select(choices=[]), None),
    (forms.Select(choices=[("Group", [("a", "A")]), ("b", "B")]), "b"),
    (forms.SelectMultiple(choices=CHOICES), ["a", "b"]),
    (forms.RadioSelect(choices=CHOICES), "a"),
    (forms.CheckboxSelectMultiple(choices=CHOICES), ["b"]),
    (forms.ClearableFileInput(), None),
]


@pytest.mark.parametrize(("widget", "value"), WIDGETS)
def test_a_widget_looks_as_its_template_says(widget: Any, value: Any) -> None:
    ours, django = (widget.render(f'a"{NAME}', value, {"id": "x"}, kind()) for kind in (Renderer, TemplatesSetting))
    assert ours == django


def test_errors_look_as_their_template_says() -> None:
    class Form(forms.Form):
        name = forms.CharField(max_length=3)

    def said(kind: Any, data: Any) -> tuple[str, str, str]:
        form = Form(data, renderer=kind())
        return str(form["name"].errors), str(form.errors), str(form.non_field_errors())

    for data in (None, {"name": ""}, {"name": NAME}, {"name": "ok"}):
        assert said(Renderer, data) == said(TemplatesSetting, data)


@pytest.mark.parametrize(
    "choices", [[("Group", [])], [("a", 1.5)], [("a", date(2026, 3, 6))]], ids=["empty group", "number", "day"]
)
def test_a_select_looks_as_its_template_says(settings: Any, choices: Any) -> None:
    settings.LANGUAGE_CODE = "de"
    widget = forms.Select(choices=choices)
    assert widget.render("x", None, None, Renderer()) == widget.render("x", None, None, TemplatesSetting())
