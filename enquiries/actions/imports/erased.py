"""Who was erased and stands in a list all the same."""

from collections.abc import Iterable
from datetime import date

from django.db import connection

from enquiries.actions.imports.candidates import by_phone
from enquiries.models import ErasedPerson, Lead
from foundation.models import ClinicProfile
from foundation.tokens import hash_address


def note_erased(*, address: str, family: Iterable[Lead]) -> None:
    """family: as they were before. Again only changes the day."""
    people = {address.lower(), *(by_phone(lead.phone, lead.name) for lead in family)}
    people |= {lead.email or "" for lead in family}
    today = ClinicProfile.objects.current().today()
    rows = [ErasedPerson(person_hash=hash_address(person), erased_on=today) for person in people - {""}]
    ErasedPerson.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["person_hash"], update_fields=["erased_on"]
    )


def erased_among(people: Iterable[str]) -> dict[str, date]:
    """people: by the keys of their rows."""
    hashes = {hash_address(person): person for person in people if person}
    with connection.cursor() as cursor:
        cursor.execute(ERASED, [list(hashes)])
        return {hashes[person_hash]: erased_on for person_hash, erased_on in cursor.fetchall()}


# One value for all of them: as one each, thousands are written out for longer than they are looked for.
ERASED = "SELECT person_hash, erased_on FROM enquiries_erasedperson WHERE person_hash = ANY(%s)"
