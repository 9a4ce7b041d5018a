"""Who gets the newsletter, what they chose and what we hold of them, and what becomes of each issue."""

from newsletters.actions.approving import approve, approved_already, back_to_draft, wrote
from newsletters.actions.composing import discard, save_newsletter, send_test
from newsletters.actions.counting import count_follow
from newsletters.actions.digests import (
    begin_due_digest,
    heed_digest_result,
    hold_due_digest,
    pause_digest,
    resume_digest,
)
from newsletters.actions.erasing import erase_subscriber
from newsletters.actions.exporting import export_subscriber
from newsletters.actions.hashing import fill_hashes
from newsletters.actions.imports import forget_subscriber_lists, hold_subscribers, import_subscribers
from newsletters.actions.launching import begin_due, launch, launched_already, take_back
from newsletters.actions.moves import moved_already
from newsletters.actions.preferences import choose, pause_newsletters, resume_newsletters
from newsletters.actions.restoring import hold_due
from newsletters.actions.sending_again import send_issue_again, sent_again_already, who_gets_it_again
from newsletters.actions.steering import cancel, end_finished, heed_result, pause, pause_stopped, resume
from newsletters.actions.subscriptions import (
    confirm_link_is_fresh,
    confirm_subscription,
    end_subscription,
    forget_old_subscribers,
    has_left,
    has_left_since,
    may_still_confirm,
    move_sign_up,
    put_back,
    read_on,
    release_subscriber,
    request_newsletter,
    sign_up,
    take_off,
    unsubscribe,
    wants_newsletter,
)

__all__ = [
    "approve",
    "approved_already",
    "back_to_draft",
    "begin_due",
    "begin_due_digest",
    "cancel",
    "choose",
    "confirm_link_is_fresh",
    "confirm_subscription",
    "count_follow",
    "discard",
    "end_finished",
    "end_subscription",
    "erase_subscriber",
    "export_subscriber",
    "fill_hashes",
    "forget_old_subscribers",
    "forget_subscriber_lists",
    "has_left",
    "has_left_since",
    "heed_digest_result",
    "heed_result",
    "hold_due",
    "hold_due_digest",
    "hold_subscribers",
    "import_subscribers",
    "launch",
    "launched_already",
    "may_still_confirm",
    "move_sign_up",
    "moved_already",
    "pause",
    "pause_digest",
    "pause_newsletters",
    "pause_stopped",
    "put_back",
    "read_on",
    "release_subscriber",
    "request_newsletter",
    "resume",
    "resume_digest",
    "resume_newsletters",
    "save_newsletter",
    "send_issue_again",
    "send_test",
    "sent_again_already",
    "sign_up",
    "take_back",
    "take_off",
    "unsubscribe",
    "wants_newsletter",
    "who_gets_it_again",
    "wrote",
]
