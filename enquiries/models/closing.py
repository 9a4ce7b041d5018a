"""Why a lead is closed: a code where there is one, and then what somebody typed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

# Before words that begin like a code, such as "erased: by request": what somebody typed is never taken for one.
ONLY_WORDS = ": "


class Closed(models.TextChoices):
    """Stands first in closed_reason, whatever language its writer reads. Chosen, and never read out of words."""

    ASKED_TO_STOP = "asked_to_stop", _("asked to stop")
    ERASED = "erased", _("this person was erased")

    @classmethod
    def read(cls, stored: str) -> "tuple[Closed | None, str]":
        """The code and the words."""
        first, _colon, words = stored.partition(": ")
        return (cls(first), words) if first in cls.values else (None, stored.removeprefix(ONLY_WORDS))

    @classmethod
    def stored(cls, words: str, code: "Closed | None" = None) -> str:
        words = words.strip()
        if code:
            return ": ".join(filter(None, [code.value, words]))
        return f"{ONLY_WORDS}{words}" if cls.read(words)[0] else words

    @classmethod
    def in_words(cls, stored: str) -> str:
        code, words = cls.read(stored)
        return ": ".join(filter(None, [str(code.label) if code else "", words]))
