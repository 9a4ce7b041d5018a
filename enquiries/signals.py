"""What this room tells the one above it, inside the transaction of the act: whoever listens writes it down or stops it.

Each carries by (an Actor) and request (None outside a page).
"""

from django.dispatch import Signal

# Carries row: the lead or enquiry whose page shows what the person wrote.
health_text_opened = Signal()
# Carry lead (None for somebody known by address alone) and address_hash ("" for somebody without an address).
person_exported = Signal()
# Carries leads, too: how many were erased; and because, when nobody asked for it.
person_erased = Signal()
# Carries run, and leads: of how many.
bulk_run_begun = Signal()
# Carries purpose, in the words of whoever takes the list out; filters, of which the list was made; and leads: how many.
leads_exported = Signal()
# Carries leads: how many the web server was handed in the end, more than which nobody got; and whole: whether that was
# all of them. Whether they arrived nobody hears: the web server takes what it is given, also of who hung up.
export_ended = Signal()
# Carries held, the import; and leads: how many of it are gone again.
import_undone = Signal()
# Carries held, the import; rows, first and last as the file numbers them; and leads: how many of these are new.
leads_imported = Signal()
