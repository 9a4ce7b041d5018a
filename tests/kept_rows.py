"""Rows as they were once made by the site's own code, for tests that find its tables empty."""

from collections.abc import Container

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Model

# A flush makes these anew, under other numbers than those that the rows kept point at, and other content.
MADE_BY_A_FLUSH = ("django_content_type", "auth_permission", "foundation_contentversion")


def read() -> dict[str, bytes]:
    """Of each table that has any; those of the tables that a flush empties."""
    names = sorted(connection.introspection.django_table_names(only_existing=True, include_views=False))
    return {name: rows for name in names if (rows := rows_of(name))}


def rows_of(name: str) -> bytes:
    with connection.cursor() as cursor, cursor.copy(f"COPY {quoted(name)} TO STDOUT") as copied:
        return b"".join(map(bytes, copied))


def put_back(tables: dict[str, bytes]) -> None:
    """Where a row of another has the number of one of these, Postgres refuses them all."""
    with transaction.atomic(), connection.cursor() as cursor:
        # What triggers write and look for was written and found when these rows were made.
        cursor.execute("SET LOCAL session_replication_role = replica")
        for name in MADE_BY_A_FLUSH:
            cursor.execute(f"DELETE FROM {quoted(name)}")
        for name, rows in tables.items():
            with cursor.copy(f"COPY {quoted(name)} FROM STDIN") as copied:
                copied.write(rows)
        cursor.execute("SET LOCAL session_replication_role = origin")
        # A test that takes migrations back made tables anew, which number from one.
        for statement in connection.ops.sequence_reset_sql(no_style(), models_of(tables)):
            cursor.execute(statement)
    ContentType.objects.clear_cache()


def models_of(tables: Container[str]) -> list[type[Model]]:
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.db_table in tables]


def quoted(name: str) -> str:
    return connection.ops.quote_name(name)
