"""New rows of several tables in one trip to Postgres.

Numbered beforehand (`nextval`), they point at each other before any of them stands; foreign keys look at the end of the
transaction. Django's own way is a trip and a compilation for each, which is half of what a post of a form costs.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from itertools import groupby
from typing import Any

from django.db import connection, transaction
from django.db.models import Model
from django.db.models.expressions import DatabaseDefault


def undone_alone() -> AbstractContextManager[Any]:
    """What fails in it leaves a transaction around it as it was.

    With none around it, Postgres undoes a single statement by itself: two trips less.
    """
    return transaction.atomic() if connection.in_atomic_block else nullcontext()


def store(*rows: Model) -> None:
    """Inserts them in this order, inside the caller's transaction; those side by side of one model as one statement.

    Sends no signals. A row without a number gets one that it does not learn of.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline():
        for model, found in groupby(rows, type):
            _insert(model, list(found))
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def _insert(model: type[Model], rows: Sequence[Model]) -> None:
    has_number = rows[0].pk is not None
    fields = _fields(model, has_number)
    columns = ", ".join(f'"{field.column}"' for field, _place in fields)
    places, values = [], []
    for row in rows:
        found = [field.pre_save(row, add=True) for field, _place in fields]
        # What only Postgres knows a default of.
        left_out = [isinstance(value, DatabaseDefault) for value in found]
        pairs = list(zip(fields, found, left_out, strict=True))
        places.append(", ".join("DEFAULT" if out else place for (_field, place), _value, out in pairs))
        values += [_for_postgres(field, value) for (field, _place), value, out in pairs if not out]
    said = f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ({"), (".join(places)})'  # noqa: S608 - our tables
    with connection.cursor() as cursor:
        cursor.execute(said, values)


def _for_postgres(field: Any, value: Any) -> Any:
    return field.get_db_prep_save(value, connection=connection)


@cache
def _fields(model: type[Model], has_number: bool) -> list[tuple[Any, str]]:
    """Each with what stands for its value."""
    return [
        (field, field.get_placeholder(None, None, connection) if hasattr(field, "get_placeholder") else "%s")
        for field in model._meta.local_concrete_fields
        if not field.generated and (has_number or not field.primary_key)
    ]
