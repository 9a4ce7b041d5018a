"""The staff pages of this room; the order of these imports is the order of their queues on Today."""

# isort: off
from mailings.admin.outbox import OutgoingEmailAdmin
from mailings.admin.consents import ConsentAdmin
from mailings.admin.suppressions import SuppressionAdmin

__all__ = ["ConsentAdmin", "OutgoingEmailAdmin", "SuppressionAdmin"]
