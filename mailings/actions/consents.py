"""The proof of what somebody agreed to."""

from typing import Any

from django.db import transaction

from mailings.models import Consent, ConsentWording


@transaction.atomic
def record_consent(
    *,
    address: str,
    wording: ConsentWording,
    source_path: str = "",
    given: str = Consent.Given.WEB,
    by: Any = None,
) -> Consent:
    return Consent.objects.create(
        email=address, wording=wording, source_path=source_path[:500], given=given, recorded_by=by
    )


@transaction.atomic
def add_wording(*, kind: str, text: str) -> ConsentWording:
    """From now on the forms show this text. Earlier wordings stay: people agreed to them."""
    newest = ConsentWording.objects.select_for_update().filter(kind=kind).order_by("-number").first()
    return ConsentWording.objects.create(kind=kind, text=text, number=newest.number + 1 if newest else 1)
