"""What a clinic's own pages are filled in with: its details, and figures that the site itself goes by."""

import re
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

DETAILS = ("name", "email", "phone", "postal_address")
# By its name in a text, the setting: a figure that is typed is wrong once the setting is another.
FIGURES = {"kept_months": "KEPT_MONTHS", "confirm_days": "CONFIRM_LINK_DAYS"}
IN_BRACES = re.compile(r"\{([^{}]*)\}")


def filled_in(text: str, profile: Any) -> str:
    """What is in braces and none of ours stays, in a text of before it was one."""
    told = {name: str(getattr(profile, name)) for name in DETAILS} | figures()
    return IN_BRACES.sub(lambda found: told.get(found[1], found[0]), text)


def figures() -> dict[str, str]:
    return {name: str(getattr(settings, setting)) for name, setting in FIGURES.items()}


def can_be_filled_in(text: str) -> None:
    unknown = [found for found in IN_BRACES.findall(text) if found not in (*DETAILS, *FIGURES)]
    if unknown:
        known = ", ".join(f"{{{name}}}" for name in (*DETAILS, *FIGURES))
        raise ValidationError(
            _("Nothing is known by the name {%(unknown)s}. You can write: %(known)s."),
            params={"unknown": unknown[0], "known": known},
        )
