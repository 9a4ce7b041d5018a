"""What happens to mail and to who gets it. Each is one transaction; each can be repeated without harm.

Whatever touches an address begins with lock_address, in every room: in one order, none waits for another in a ring.
"""

from mailings.actions.channel import (
    EVERYTHING,
    heed_refusal,
    note_success,
    note_trouble,
    resume_channel,
    resume_provider,
)
from mailings.actions.consents import record_consent
from mailings.actions.outbox import (
    cancel_waiting,
    facts_of_email,
    may_go_again,
    queue_email,
    send_again,
    send_many_again,
    settle,
    take_back,
)
from mailings.actions.reports import Report, note_report
from mailings.actions.returns import heed_return
from mailings.actions.suppression import (
    cancel,
    disown_email,
    lift_mistaken,
    lift_stop,
    lift_suppression,
    stop_mail,
    suppress,
    write_off,
)

__all__ = [
    "EVERYTHING",
    "Report",
    "cancel",
    "cancel_waiting",
    "disown_email",
    "facts_of_email",
    "heed_refusal",
    "heed_return",
    "lift_mistaken",
    "lift_stop",
    "lift_suppression",
    "may_go_again",
    "note_report",
    "note_success",
    "note_trouble",
    "queue_email",
    "record_consent",
    "resume_channel",
    "resume_provider",
    "send_again",
    "send_many_again",
    "settle",
    "stop_mail",
    "suppress",
    "take_back",
    "write_off",
]
