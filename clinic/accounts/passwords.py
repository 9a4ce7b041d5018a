"""What no list of common passwords knows: the words anybody would try first here."""

import re
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from foundation.models import ClinicProfile

EVERYWHERE = ["clinic", "staff", "admin", "password", "passwort", "welcome", "letmein", "qwerty", "summer", "winter"]
# Fewer letters than this beside the known words are no secret.
LETTERS_OF_ONES_OWN = 6


class OwnWordsValidator:
    def validate(self, password: str, user: Any = None) -> None:
        left = password.lower()
        for word in sorted(known_words(), key=len, reverse=True):
            left = left.replace(word, "")
        if len(re.sub(r"[\W\d_]", "", left)) < LETTERS_OF_ONES_OWN and left != password.lower():
            raise ValidationError(_("This is hardly more than the clinic's name or a usual word."), "own_words")

    def get_help_text(self) -> str:
        return _("Not the clinic's name with a number behind it; three or four words of your own are good.")


def known_words() -> set[str]:
    named = re.findall(r"\w{4,}", f"{ClinicProfile.objects.current().name} {settings.SITE_HOST}".lower())
    return {*EVERYWHERE, *named}
