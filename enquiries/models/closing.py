"""Why a lead is closed: a code where we have one, and then what somebody typed."""

import re
from collections.abc import Iterator

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override


class Closed(models.TextChoices):
    """Stands first in closed_reason, whatever language its writer reads."""

    ASKED_TO_STOP = "asked_to_stop", _("asked to stop")
    ERASED = "erased", _("this person was erased")

    @classmethod
    def read(cls, reason: str) -> "tuple[Closed | None, str]":
        """The code and the words. Also of a reason that says a code in words, as the version before kept it, and
        whoever types one may: a ban that is not understood is mail to somebody who wants none."""
        for code in cls:
            for pattern in patterns(code):
                if found := re.match(pattern, reason.strip(), re.IGNORECASE):
                    return code, reason.strip()[found.end() :]
        return None, reason.strip()

    @classmethod
    def asks_to_stop(cls, reason: str) -> bool:
        return cls.read(reason)[0] == cls.ASKED_TO_STOP

    @classmethod
    def stored(cls, reason: str) -> str:
        code, words = cls.read(reason)
        return ": ".join(filter(None, [code.value if code else "", words]))

    @classmethod
    def in_words(cls, reason: str) -> str:
        code, words = cls.read(reason)
        return ": ".join(filter(None, [str(code.label) if code else "", words]))


def patterns(code: Closed) -> Iterator[str]:
    yield rf"{code.value}(: |$)"
    for language, _name in settings.LANGUAGES:
        with override(language):
            words = map(re.escape, str(code.label).split())
        yield r"\s+".join(words) + r"\b[\s:,;.–-]*"
