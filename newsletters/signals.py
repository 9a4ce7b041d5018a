"""What this room tells those above it, inside the transaction of the act: whoever listens writes it down or stops it.

Each carries by (an Actor) and request (None outside a page).
"""

from django.dispatch import Signal

# Carry address_hash.
subscriber_exported = Signal()
subscriber_erased = Signal()
# Carries held, the import, and rows: first and last as the file numbers them.
subscribers_imported = Signal()
# Carries purpose, in the words of whoever takes the list out, and subscribers: how many.
subscribers_exported = Signal()
