from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import Any

from django.db import connection

from enquiries.actions import erase_person
from enquiries.models import ErasedPerson
from tests.conftest import ADDRESS

MIGRATION = import_module("enquiries.migrations.0034_erased_people")


def test_who_was_erased_before_is_known_by_what_is_kept_of_their_consent(ask: Callable[..., Any]) -> None:
    ask()
    erase_person(address=ADDRESS)
    [(person, day)] = ErasedPerson.objects.values_list("person_hash", "erased_on")
    ErasedPerson.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(MIGRATION.KNOWN)
    [(known, known_day)] = ErasedPerson.objects.values_list("person_hash", "erased_on")
    # The migration counts days by the zone of the server, and the clinic by its own.
    assert known == person
    assert abs(known_day - day) <= timedelta(days=1)
