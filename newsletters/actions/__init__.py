"""Who gets the newsletter, and what becomes of each issue. Each is one transaction."""

from newsletters.actions.approving import approve, back_to_draft, wrote
from newsletters.actions.composing import save_newsletter, send_test
from newsletters.actions.launching import begin_due, launch, take_back
from newsletters.actions.steering import cancel, end_finished, heed_result, pause, resume
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
    "approve",
    "back_to_draft",
    "begin_due",
    "cancel",
    "confirm_link_is_fresh",
    "confirm_subscription",
    "end_finished",
    "end_subscription",
    "forget_old_subscribers",
    "heed_result",
    "launch",
    "pause",
    "release_subscriber",
    "request_newsletter",
    "resume",
    "save_newsletter",
    "send_test",
    "sign_up",
    "take_back",
    "take_off",
    "unsubscribe",
    "wrote",
]
