"""What this room asks the ones above it; they connect in their apps.py."""

from django.dispatch import Signal

# The map of the site is made: whoever has public pages answers with a list of paths, each with when it was changed.
# changes: when what stands on them did (foundation.models.Changes).
sitemap_asked = Signal()
