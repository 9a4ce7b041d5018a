"""Rows of several models from a statement of our own.

Django makes its statement anew for each question, which for five tables takes longer than Postgres takes to answer.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import connection
from django.db.models import Model


class Part:
    """What is read of one model, under its name in the statement. Whatever else is asked of the row is read then."""

    def __init__(self, model: type[Model], name: str, *columns: str) -> None:
        self.model = model
        self.fields = [field for field in model._meta.concrete_fields if field.attname in {"id", *columns}]
        self.names = [field.attname for field in self.fields]
        self.columns = ", ".join(f"{name}_{field.column}" for field in self.fields)

    def row(self, values: Iterator[Any]) -> Any:
        """None where there was nothing to join."""
        found = [_read(field, next(values)) for field in self.fields]
        return None if found[0] is None else self.model.from_db(connection.alias, self.names, found)


def _read(field: Any, value: Any) -> Any:
    return field.from_db_value(value, None, connection) if hasattr(field, "from_db_value") else value


def columns_of(parts: Iterable[Part]) -> str:
    return ", ".join(part.columns for part in parts)
