"""What mailings tells the rooms above it; they connect in their apps.py."""

from django.dispatch import Signal

# Each carries outgoing: OutgoingEmail, and by: Actor, inside the transaction that writes the result.
# Not of the mails of a mailing, of which there may be a million: who sends one counts them. Nor, while nobody else
# listens, of a mail whose room has said what it writes along with the result: see mailings/trips.py.
email_sent = Signal()
email_failed = Signal()
email_cancelled = Signal()
# It was on the wire once too often without an answer: nobody knows whether it arrived, and it does not go again.
email_uncertain = Signal()
# It was sent, and later came back, or was reported as spam by who got it.
email_bounced = Signal()
email_complained = Signal()
# Staff let it go again.
email_requeued = Signal()
# Somebody said "I did not ask for this" through its link.
email_disowned = Signal()
# Carries address and reason: nothing that goes to many may go there any more. Call it under lock_address.
list_mail_stopped = Signal()
# Carries nothing: the database stands as when its backup was made, and what goes out by itself may be out since.
database_restored = Signal()
# Carries hashes of addresses: staff know that servers erred when they called these dead.
called_dead_by_mistake = Signal()
