"""Why a row does not become a lead. Held as codes, since whoever downloads them may read another language."""

from typing import Any, NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _

from mailings.models import Why


class RowFault(models.TextChoices):
    """Beside these a Why of the post office."""

    TWICE = "twice", _("The same person as in row %(row)d.")
    UNREACHABLE = "unreachable", _("Neither an e-mail address nor a telephone number.")
    UNREAD = "unread", _("This could not be read.")
    NOT_TAKEN = "not_taken", _("The database does not take this row.")
    TOO_LONG = "too_long", _("This is too long: %(count)d characters at most.")
    NO_ADDRESS = "no_address_in_cell", _("“%(value)s” is no e-mail address.")
    NO_NUMBER = "no_number", _("“%(value)s” is no telephone number.")
    ROUNDED_NUMBER = (
        "rounded_number",
        _("“%(value)s” lost its last digits. In the original give the column the format 0 or Text and save it anew."),
    )
    NO_COUNTRY = "no_country", _("“%(value)s” is no country that we know: write its English name or its code.")
    NO_CLEAR_DATE = "no_clear_date", _("“%(value)s” is no clear date: write it as 2026-05-31.")
    SEVERAL_DAYS = "several_days", _("“%(value)s” names several days: write one of them, as 2026-05-31.")
    STILL_TO_COME = "still_to_come", _("“%(value)s” is still to come.")
    FAR_OFF = "far_off", _("“%(value)s” is more than two years away.")
    NOBODY_HERE = "nobody_here", _("Nobody who works here has the address or the name “%(value)s”.")
    SAYS_STOP = "says_stop", _("The list says that they want no mail: “%(value)s”.")
    SAYS_DEAD = "says_dead", _("The list says that their mail comes back: “%(value)s”.")
    SAYS_COMPLAINT = "says_complaint", _("The list says that they reported mail as spam: “%(value)s”.")
    ERASED = "erased_on", _("This person was erased here on %(day)s.")


class Fault(NamedTuple):
    code: str
    # The field that its cell goes into, empty for the whole row.
    column: str = ""
    data: dict[str, Any] = {}


class Unreadable(ValueError):
    """A cell that is none of what its column holds."""

    def __init__(self, code: RowFault, **data: Any) -> None:
        super().__init__(code.value)
        self.code, self.data = code.value, data


def sentence(fault: Fault) -> str:
    label = {**dict(Why.choices), **dict(RowFault.choices)}[fault.code]
    return str(label) % fault.data if fault.data else str(label)
