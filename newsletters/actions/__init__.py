"""Who gets the newsletter, what they chose, and what we hold of them. Each is one transaction."""

from newsletters.actions.erasing import erase_subscriber
from newsletters.actions.exporting import export_subscriber
from newsletters.actions.preferences import choose, pause_newsletters, resume_newsletters
from newsletters.actions.subscriptions import (
    confirm_link_is_fresh,
    confirm_subscription,
    end_subscription,
    forget_old_subscribers,
    release_subscriber,
    request_newsletter,
    sign_up,
    take_off,
    unsubscribe,
)

__all__ = [
    "choose",
    "confirm_link_is_fresh",
    "confirm_subscription",
    "end_subscription",
    "erase_subscriber",
    "export_subscriber",
    "forget_old_subscribers",
    "pause_newsletters",
    "release_subscriber",
    "request_newsletter",
    "resume_newsletters",
    "sign_up",
    "take_off",
    "unsubscribe",
]
