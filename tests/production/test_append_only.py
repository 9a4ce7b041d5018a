"""What must stay as it was, tried by the role that web, worker and beat sign in as."""

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from tests.production.test_backup import PLAIN, new_server, post  # noqa: F401
from tests.production.web import Web

# A column of each that a forger would change, and which rows are final.
TABLES = {
    "enquiries_leadevent": ("text", "true"),
    "enquiries_enquiry": ("source_path", "true"),
    "enquiries_packetversion": ("sha256", "approved_at IS NOT NULL"),
    "mailings_consent": ("source_path", "true"),
    "mailings_consentwording": ("text", "true"),
    "mailings_mailevent": ("reply", "true"),
    "articles_articlerevision": ("content_sha256", "true"),
    "clinic_auditevent": ("about", "true"),
}
SETTING = "SET LOCAL clinic.erasing = 'on'; "
# What is append-only, and what is not the application's; no slip in the statement itself.
REFUSALS = ("23000", "42501")
# As Postgres would print it of the function that may.
FORGED = "PL/pgSQL function erase_person(text,bigint,text,boolean) line 1 at SQL statement"
WAYS = [
    "UPDATE {table} SET {column} = 'forged' WHERE {final}",
    "DELETE FROM {table} WHERE {final}",
    SETTING + "UPDATE {table} SET {column} = 'forged' WHERE {final}",
    SETTING + "DELETE FROM {table} WHERE {final}",
    SETTING
    + "DO $$ BEGIN EXECUTE 'UPDATE {table} SET {column} = ''forged'' WHERE {final} /*\n"
    + FORGED
    + "*/'; END $$",
    "INSERT INTO {table} SELECT * FROM {table} WHERE {final} ON CONFLICT (id) DO UPDATE SET {column} = 'forged'",
    "MERGE INTO {table} AS kept USING (SELECT id FROM {table} WHERE {final}) AS found ON found.id = kept.id"
    " WHEN MATCHED THEN UPDATE SET {column} = 'forged'",
    "WITH gone AS (DELETE FROM {table} WHERE {final} RETURNING 1) SELECT count(*) FROM gone",
    "TRUNCATE {table} CASCADE",
    "ALTER TABLE {table} DISABLE TRIGGER USER",
    "SET session_replication_role = replica; UPDATE {table} SET {column} = 'forged'",
    "SET ROLE clinic_owner; UPDATE {table} SET {column} = 'forged'",
    "CREATE OR REPLACE FUNCTION is_erasing() RETURNS boolean LANGUAGE sql AS 'SELECT true'",
    "CREATE FUNCTION pg_temp.erase_person(text, bigint, text, boolean) RETURNS void LANGUAGE plpgsql SECURITY DEFINER"
    " AS $$ BEGIN UPDATE {table} SET {column} = 'forged'; END $$",
    "CREATE TRIGGER mine BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION forget_mail()",
    "ALTER TABLE {table} OWNER TO clinic_app",
    "UPDATE pg_trigger SET tgenabled = 'D' WHERE tgrelid = '{table}'::regclass",
]


@pytest.mark.timeout(240)
def test_the_application_changes_no_record_in_any_way(
    tmp_path: Path,
    new_server: Callable[[str], dict[str, str]],  # noqa: F811
) -> None:
    server = new_server("here")
    Web(tmp_path / "web", server["owner"], **PLAIN).prepare()
    with Web(tmp_path / "web", server["app"], **PLAIN) as web:
        for name in ("zoe", "yann"):
            post(web, f"{name}@example.org")
        web.manage("deliver_mail")
        web.manage("erase_person", "yann@example.org")
    changed = [
        statement
        for table, (column, final) in TABLES.items()
        for way in WAYS
        if not is_refused(server["app"], table, final, statement := way.format(table=table, column=column, final=final))
    ]
    assert changed == []


def is_refused(url: str, table: str, final: str, statement: str) -> bool:
    """By Postgres, with an error; whatever a statement does is taken back, so that the next finds the same rows."""
    with psycopg.connect(url) as connection:
        assert connection.execute(f"SELECT FROM {table} WHERE {final}").fetchone() is not None, table
        connection.commit()
        try:
            connection.execute(statement)
        except psycopg.Error as error:
            connection.rollback()
            return error.sqlstate in REFUSALS
        connection.rollback()
    return False
