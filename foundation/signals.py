"""What foundation tells the rooms above it; they connect in their apps.py."""

from typing import Any

from django.dispatch import Signal

# Staff saved the profile in a browser. Carries request, for a message on the page that follows.
profile_saved = Signal()
# The clinic's clock becomes another one, in this transaction. Carries before and after, both zones, and request.
time_zone_changed = Signal()
# Words by which the clinic speaks for itself. Carries text; receivers answer with the sentences that speak against it.
own_words_typed = Signal()


def what_speaks_against(text: str) -> list[Any]:
    return [sentence for _receiver, said in own_words_typed.send(sender=str, text=text) for sentence in said or ()]
