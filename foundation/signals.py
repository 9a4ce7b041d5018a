"""What foundation tells the rooms above it; they connect in their apps.py."""

from django.dispatch import Signal

# Staff saved the profile in a browser. Carries request, for a message on the page that follows.
profile_saved = Signal()
# The clinic's clock becomes another one, in this transaction. Carries before and after, both zones, and request.
time_zone_changed = Signal()
