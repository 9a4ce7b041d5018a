"""Who was erased and stands in a list all the same."""

from collections.abc import Iterable
from datetime import date

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
    found = ErasedPerson.objects.filter(person_hash__in=hashes).values_list("person_hash", "erased_on")
    return {hashes[person_hash]: erased_on for person_hash, erased_on in found}
