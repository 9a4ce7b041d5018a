from django.db import transaction

from foundation.models import ConsentWording


@transaction.atomic
def add_wording(*, kind: str, text: str) -> ConsentWording:
    """From now on the forms show this text. Earlier wordings stay: people agreed to them."""
    newest = ConsentWording.objects.select_for_update().filter(kind=kind).order_by("-number").first()
    return ConsentWording.objects.create(kind=kind, text=text, number=newest.number + 1 if newest else 1)
