"""Fields that more than one staff form has."""

from typing import Any

from django import forms
from django.db import models


class TypedText(forms.CharField):
    """Browsers post two characters for each end of a line; kept so, whatever is saved untouched would be changed."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return text.replace("\r\n", "\n") if text else text


# For `formfield_overrides` of every admin that has a text to write in.
TYPED_TEXT: dict[Any, Any] = {models.TextField: {"form_class": TypedText}}
