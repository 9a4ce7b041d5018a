"""Many more leads by Postgres alone: to think of each person anew would take half an hour for a million."""

from typing import Any

import psycopg
from psycopg import sql

# In each a copy is numbered behind all that is there, in the order in which the people wrote.
NUMBERED = (
    "enquiries_lead",
    "mailings_consent",
    "enquiries_enquiry",
    "mailings_outgoingemail",
    "enquiries_packetdelivery",
)
EVENTS = "enquiries_leadevent"
TABLES = (*NUMBERED, EVENTS)
POINTS_AT = {
    "id": "",
    "lead_id": "enquiries_lead",
    "enquiry_id": "enquiries_enquiry",
    "consent_contact_id": "mailings_consent",
    "outgoing_id": "mailings_outgoingemail",
}
# A telephone number of their own, so that nobody seems to be the same person: another end, as it was written.
PHONE = (
    "CASE {0} WHEN '' THEN '' ELSE left({0}, -4) || lpad(((right({0}, 4)::int + 37 * copy) % 10000)::text, 4, '0') END"
)
UUID = "md5({0} || copy)::uuid"
EMAIL = "copy || '.' || email"
IN_FIELDS, IN_DATA = PHONE.format("(fields->>'phone')"), UUID.format("(data->>'outgoing')")
OWN = {
    "uuid": UUID.format("uuid::text"),
    "email": EMAIL,
    "phone": PHONE.format("phone"),
    "dedupe_key": "dedupe_key || '.' || copy",
    "message_id": "replace(message_id, '<', '<' || copy || '.')",
    "fields": f"fields || jsonb_build_object('email', {EMAIL}, 'phone', {IN_FIELDS})",
    # What points at others within an event, as the page of a lead reads it.
    "data": (
        f"CASE WHEN data ? 'outgoing' THEN data || jsonb_build_object('outgoing', {IN_DATA})"
        " WHEN data ? 'consent' THEN data || jsonb_build_object('consent', {consent}) ELSE data END"
    ),
}
COLUMNS = """
SELECT column_name FROM information_schema.columns
WHERE table_name = %s AND table_schema = 'public' AND is_generated = 'NEVER'
"""
# But for those that a constraint stands on.
INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
WHERE indrelid = ANY(%s::regclass[])
AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""


class Copies:
    """Of the leads that a database has when this is made."""

    def __init__(self, database: str) -> None:
        self.database, self.made = database, 0
        with psycopg.connect(database) as connection:
            self.people = {table: numbers(connection, table) for table in TABLES}

    def add(self, copies: int) -> None:
        """So many of each, or none: as a restored backup, rows first, without triggers, and then the indexes."""
        if copies < 1:
            return
        with psycopg.connect(self.database) as connection:
            connection.execute("SET LOCAL session_replication_role = replica")
            connection.execute("SET LOCAL maintenance_work_mem = '512MB'")
            indexes = connection.execute(INDEXES, [list(TABLES)]).fetchall()
            for name, _definition in indexes:
                connection.execute(sql.SQL("DROP INDEX {}").format(sql.SQL(name)))
            ends = {table: numbers(connection, table)[1] for table in NUMBERED}
            for table in TABLES:
                self.add_to(connection, table, ends, copies)
            for _name, definition in indexes:
                connection.execute(definition)
        self.made += copies
        with psycopg.connect(self.database, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")

    def add_to(self, connection: Any, table: str, ends: dict[str, int], copies: int) -> None:
        names = [name for (name,) in connection.execute(COLUMNS, [table]) if (table, name) != (EVENTS, "id")]
        values = [self.value(table, name, ends, copies) for name in names]
        first, last = self.people[table]
        # Nothing but names of columns, numbers and what stands above.
        text = f"""INSERT INTO {table} ({", ".join(names)}) SELECT {", ".join(values)}
            FROM {table}, generate_series({self.made + 1}, {self.made + copies}) AS copy
            WHERE {table}.id BETWEEN {first} AND {last} ORDER BY {table}.id, copy"""  # noqa: S608
        connection.execute(text)

    def value(self, table: str, name: str, ends: dict[str, int], copies: int) -> str:
        def moved(target: str, value: str) -> str:
            first = self.people[target][0]
            return f"{ends[target]} + ({value} - {first}) * {copies} + copy - {self.made}"

        if name in POINTS_AT:
            return moved(POINTS_AT[name] or table, f"{table}.{name}")
        consent = moved("mailings_consent", "(data->>'consent')::bigint")
        return OWN.get(name, f"{table}.{name}").replace("{consent}", consent)


def numbers(connection: Any, table: str) -> tuple[int, int]:
    """The first and the last."""
    query = sql.SQL("SELECT min(id), max(id) FROM {}").format(sql.Identifier(table))
    first, last = connection.execute(query).fetchone()
    return first, last
