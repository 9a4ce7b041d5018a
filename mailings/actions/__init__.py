"""What happens to mail and to who gets it. Each is one transaction; each can be repeated without harm.

Whatever touches an address begins with lock_address, in every room: in one order, none waits for another in a ring.
"""

from mailings.actions.channel import is_refused_for_policy, note_success, note_trouble, resume_channel
from mailings.actions.consents import add_wording, record_consent
from mailings.actions.outbox import may_go_again, queue_email, send_again, settle
from mailings.actions.reports import Report, note_report
from mailings.actions.subscribers import (
    confirm_link_is_fresh,
    confirm_subscription,
    forget_old_subscribers,
    release_subscriber,
    request_newsletter,
    sign_up,
    unsubscribe,
)
from mailings.actions.suppression import disown_email, lift_suppression, stop_mail, suppress, write_off

__all__ = [
    "Report",
    "add_wording",
    "confirm_link_is_fresh",
    "confirm_subscription",
    "disown_email",
    "forget_old_subscribers",
    "is_refused_for_policy",
    "lift_suppression",
    "may_go_again",
    "note_report",
    "note_success",
    "note_trouble",
    "queue_email",
    "record_consent",
    "release_subscriber",
    "request_newsletter",
    "resume_channel",
    "send_again",
    "settle",
    "sign_up",
    "stop_mail",
    "suppress",
    "unsubscribe",
    "write_off",
]
