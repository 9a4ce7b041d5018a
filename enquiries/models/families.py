"""Whoever is merged is one person with whom they live on in: who that is, each time by one query."""

from collections.abc import Iterable

from django.db import connection

# Each behind whom it lives on in.
MERGED_INTO = """
WITH RECURSIVE merged AS (
    SELECT id, 1 AS depth FROM enquiries_lead WHERE merged_into_id = %s
    UNION ALL SELECT lead.id, depth + 1 FROM enquiries_lead AS lead JOIN merged ON lead.merged_into_id = merged.id
) SELECT lead.* FROM enquiries_lead AS lead JOIN merged USING (id) ORDER BY depth, id
"""
WITH_ALL_OF_THEIRS = """
WITH RECURSIVE above AS (
    SELECT id, merged_into_id FROM enquiries_lead WHERE id = ANY(%s)
    UNION SELECT lead.id, lead.merged_into_id FROM enquiries_lead AS lead JOIN above ON lead.id = above.merged_into_id
), family AS (
    SELECT id FROM above WHERE merged_into_id IS NULL
    UNION SELECT lead.id FROM enquiries_lead AS lead JOIN family ON lead.merged_into_id = family.id
) SELECT id, coalesce(email, '') FROM enquiries_lead JOIN family USING (id) ORDER BY id
"""


def addresses_in_families(leads: Iterable[int]) -> dict[int, str]:
    """By number, of these and of all that are one with them; empty for who has none."""
    with connection.cursor() as cursor:
        cursor.execute(WITH_ALL_OF_THEIRS, [list(leads)])
        return dict(cursor.fetchall())
