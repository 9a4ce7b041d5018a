"""What foundation tells the rooms above it; they connect in their apps.py."""

from django.dispatch import Signal

# Staff saved the profile in a browser. Carries request, for a message on the page that follows.
profile_saved = Signal()
