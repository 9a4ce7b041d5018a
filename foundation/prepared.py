"""Questions whose SQL is written once a process and filled in each time.

A page of staff asks dozens of them, and Django takes longer to write each anew than Postgres to answer it.
"""

import re
from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import cached_property
from itertools import chain
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Expression, IntegerField, QuerySet


class Blank(Expression):
    """What a question leaves open until it is asked: who looks, which day, from which moment on. later: added to it."""

    def __init__(self, name: str, field: Any, later: timedelta | None = None) -> None:
        super().__init__(output_field=field)
        self.name, self.later = name, later

    def __add__(self, later: Any) -> "Blank":  # type: ignore[override]
        return type(self)(self.name, self.output_field, later if self.later is None else self.later + later)

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]

    def filled_in(self, given: dict[str, Any]) -> Any:
        return given[self.name] if self.later is None else given[self.name] + self.later


class Several(Blank):
    """A blank for a list, behind an "in"."""

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return f"(SELECT unnest(%s::{self.output_field.db_type(connection)}[]))", [self]


IN_SEVERAL = re.compile(r" IN \(SELECT unnest\((%s::\w+\[\])\)\)")
MOST = Blank("most", IntegerField())


class Text:
    """A statement with its blanks."""

    def __init__(self, sql: str, values: Iterable[Any]) -> None:
        # Django knows no other way to say it behind an "in"; Postgres plans this one sooner.
        self.sql, self.values = IN_SEVERAL.sub(r" = ANY(\1)", sql), tuple(values)
        # Written once, it would be asked for ever after.
        if any(isinstance(value, date | time) for value in self.values):
            raise ValueError("a moment or a day stands in it, which has to be a Blank")
        if "AT TIME ZONE" in sql:
            raise ValueError("the zone of whoever asked first stands in it; ask for moments instead of their days")

    def filled_in(self, given: dict[str, Any]) -> tuple[str, list[Any]]:
        return self.sql, [value.filled_in(given) if isinstance(value, Blank) else value for value in self.values]


@dataclass(frozen=True)
class Found:
    """How many rows a list has, and the numbers of its first."""

    count: int
    first: list[int]


class Lists:
    """Several lists, each counted and begun, in one statement.

    make: by name each list in its order, the same whenever it is called, but for its blanks. first: of how many rows
    the numbers are wanted; None for all that are counted.
    """

    def __init__(self, make: Callable[[], dict[str, QuerySet[Any]]], *, first: int | None = 0) -> None:
        self.make, self.first = make, first

    @cached_property
    def text(self) -> Text:
        parts = [self.part(name, rows) for name, rows in self.make().items()]
        values = chain.from_iterable(values for _sql, values in parts)
        return Text(" UNION ALL ".join(sql for sql, _values in parts), values)

    def part(self, name: str, rows: QuerySet[Any]) -> tuple[str, list[Any]]:
        counted = rows if self.first else rows.order_by()
        query = counted.values_list("pk", flat=True).query
        sql, values = query.get_compiler(DEFAULT_DB_ALIAS, elide_empty=False).as_sql()
        # Of none, not even gathered: a million mails that wait are counted so at each look at Today.
        gathered = f"(array_agg(pk))[1:{self.first:d}]" if self.first else "NULL::bigint[]"
        numbers = "array_agg(pk)" if self.first is None else gathered
        # Nothing but what Django wrote and a number of our own stands in it.
        return f"SELECT %s, count(*), {numbers} FROM ({sql} LIMIT %s) AS listed(pk)", [name, *values, MOST]  # noqa: S608

    def ask(self, *, most: int | None = None, **given: Any) -> dict[str, Found]:
        """most: nothing beyond is counted."""
        with connection.cursor() as cursor:
            cursor.execute(*self.text.filled_in({**given, "most": most}))
            return {name: Found(count, numbers or []) for name, count, numbers in cursor.fetchall()}


class Rows:
    """The rows of one list. make: as of Lists; what it prefetches it fetches anew each time."""

    def __init__(self, make: Callable[[], QuerySet[Any]]) -> None:
        self.make = make

    @cached_property
    def written(self) -> tuple[QuerySet[Any], Any, Text]:
        rows = self.make()
        compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS, elide_empty=False)
        return rows, compiler, Text(*compiler.as_sql())

    def ask(self, **given: Any) -> list[Any]:
        rows, compiler, text = self.written
        asked, filled = rows.all(), copy(compiler)
        # Each thread has a connection of its own.
        filled.connection = connections[DEFAULT_DB_ALIAS]
        filled.as_sql = lambda *_args, **_more: text.filled_in(given)
        asked.query.get_compiler = lambda *_args, **_more: filled  # type: ignore[method-assign]
        return list(asked)

    def first(self, **given: Any) -> Any:
        """Of a list that ends after one row."""
        return next(iter(self.ask(**given)), None)
