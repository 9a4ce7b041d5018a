"""Why one of many leads was left out of what was done with them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from mailings.models import Why


class LeftOut(models.TextChoices):
    """Beside these a Why of the post office."""

    ERASED = "erased", _("This person was erased.")
    MERGED = "merged", _("This lead was merged into another one.")
    CLOSED = "closed", _("It is closed.")
    CLOSED_ALREADY = "closed_already", _("It is closed already.")
    HAD_THIS_MAIL = "had_this_mail", _("This person was sent this mail within a day.")
    HAD_IT_JUST_NOW = "had_it_just_now", _("This person was sent this mail within the last ten minutes.")
    NOT_APPROVED = "not_approved", _("This mail is not approved, or was retired.")
    NO_SUCH_MOVE = "no_such_move", _("A lead cannot go there from its stage.")
    CLINICAL = "clinical", _("This is a clinical decision. Ask a colleague of the clinical group.")
    CHANGED = "changed", _("Somebody changed this lead after you chose it. Look at it, then decide again.")
    NO_PACKET_WANTED = "no_packet_wanted", _("They want no further packet, unless they ask for it again.")
    REFUSED = "refused", _("It could not be done with this lead.")

    @classmethod
    def in_words(cls, because: str) -> str:
        """Of a code; what the version before wrote is a sentence already."""
        label = {**dict(Why.choices), **dict(cls.choices)}.get(because, because)
        return str(label)

    @classmethod
    def code_of(cls, codes: "list[str | None]") -> str:
        """The first that says something; what no act for many foresaw is a refusal all the same."""
        return next((code for code in codes if code and code in {*cls.values, *Why.values}), cls.REFUSED.value)
