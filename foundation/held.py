"""Why a post of a public form waits for staff. Whoever posts it reads another language than whoever looks at it."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override


class HeldReason(models.TextChoices):
    HIDDEN_FIELD = "hidden_field", _("a field that people cannot see was filled in")
    LINK_IN_NAME = "link_in_name", _("the name holds a link")
    MANY_LINKS = "many_links", _("the message holds many links")
    # In the words of the numbers in foundation/budgets.py.
    BUSY_NETWORK = "busy_network", _("more than 30 forms in an hour came from the same internet connection")
    BUSY_HOUR = "busy_hour", _("more than 300 forms came in within an hour")
    # Of a sign-up: nothing may be mailed there, and whoever knows an address can type it.
    ASKED_TO_STOP = "asked_to_stop", _("they asked us to stop, and now sign up again")


def held_because(reason: str) -> str:
    """For staff. The version before held it in words: ours are known again, those of another language stay."""
    with override(None):
        said = {str(code.label): code for code in HeldReason}
    code = said.get(reason) or next((code for code in HeldReason if code.value == reason), None)
    return str(code.label) if code else reason
