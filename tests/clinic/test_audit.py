from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from clinic import audit
from clinic.models import AuditEvent


@pytest.fixture
def event(db: None, staff: Any) -> AuditEvent:
    return audit.note(AuditEvent.Kind.PERSON_ERASED, by=staff, about="lead 12")


@pytest.mark.parametrize("erasing", ["", "on"])
@pytest.mark.parametrize("statement", ["UPDATE clinic_auditevent SET about = ''", "DELETE FROM clinic_auditevent"])
def test_what_was_done_cannot_be_changed_even_while_erasing(event: AuditEvent, statement: str, erasing: str) -> None:
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("SELECT set_config('clinic.erasing', %s, true)", [erasing])
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            cursor.execute(statement)
    assert AuditEvent.objects.get().about == "lead 12"


def test_an_event_refuses_to_be_deleted_in_words(event: AuditEvent) -> None:
    with pytest.raises(TypeError, match="stays on record"):
        event.delete()
