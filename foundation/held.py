"""Why a post of a public form waits for staff. Whoever posts it reads another language than whoever looks at it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class HeldReason(models.TextChoices):
    HIDDEN_FIELD = "hidden_field", _("a field that people cannot see was filled in")
    LINK_IN_NAME = "link_in_name", _("the name holds a link")
    MANY_LINKS = "many_links", _("the message holds many links")
    # In the words of the numbers in foundation/budgets.py.
    BUSY_NETWORK = "busy_network", _("more than 30 forms in an hour came from the same internet connection")
    BUSY_HOUR = "busy_hour", _("more than 300 forms came in within an hour")


def held_because(reason: str) -> str:
    """For staff. What was held before there were codes says it in its own words, maybe of another language."""
    return str(HeldReason(reason).label) if reason in HeldReason.values else reason
