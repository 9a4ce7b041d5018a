"""The proof of what somebody agreed to."""

from django.db import transaction

from foundation.actors import VISITOR, Actor
from foundation.models import ConsentWording
from mailings.models import Consent


@transaction.atomic(savepoint=False)
def record_consent(
    *,
    address: str,
    wording: ConsentWording,
    source_path: str = "",
    given: str = Consent.Given.WEB,
    by: Actor = VISITOR,
) -> Consent:
    return Consent.objects.create(
        email=address, wording=wording, source_path=source_path[:500], given=given, recorded_by=by.account
    )
