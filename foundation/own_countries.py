"""The countries that a clinic names first, typed as their codes."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django_countries import countries


def codes_in(text: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r"[^\s,;]+", text.upper())))


def are_countries(text: str) -> None:
    unknown = [code for code in codes_in(text) if code not in countries.countries]
    if unknown:
        raise ValidationError(
            _("%(codes)s: no country has this code. Write two letters for each, such as US, CA, GB.")
            % {"codes": ", ".join(unknown)}
        )
