"""The functions that Postgres runs: each stands whole in <room>/sql/<name>.sql; a test compares it with the database.

To change one, edit its file, and put `stored_function("enquiries", "erase_person")` among the operations of a new
migration, behind the columns that the function names. On a new site the migrations that loaded it before load the text
of today, too; that does no harm, since plpgsql looks a column up when it runs and not when it is made. Nothing else
says what a function does: no migration holds its text or patches another's.
"""

from pathlib import Path

from django.db.migrations import RunSQL

ROOT = Path(__file__).parent.parent


def stored_function(room: str, name: str, *, before: str = RunSQL.noop) -> RunSQL:
    """Makes the function as its file says. before: what makes it as it was, or drops it, on the way back."""
    return RunSQL(text_of(room, name), before)


def content_trigger(table: str, *, frame: bool = False) -> RunSQL:
    """Whatever is written to the table moves the content version. frame: it stands on every public page."""
    word = "'frame'" if frame else ""
    return RunSQL(
        f"CREATE TRIGGER {table}_moves_content AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION move_content_version({word})",
        f"DROP TRIGGER {table}_moves_content ON {table}",
    )


def change_trigger(table: str, *columns: str, function: str = "note_content_change") -> RunSQL:
    """Whatever becomes other in the table is written down with its time, for the map of the site.

    columns: those that readers see, or "by column", each as one of its own; all of them, as one, where none is named.
    """
    words = ", ".join(f"'{column}'" for column in columns)
    return RunSQL(
        f"CREATE TRIGGER {table}_notes_change AFTER INSERT OR UPDATE OR DELETE ON {table}"
        f" FOR EACH ROW EXECUTE FUNCTION {function}({words})",
        f"DROP TRIGGER {table}_notes_change ON {table}",
    )


def text_of(room: str, name: str) -> str:
    return (ROOT / room / "sql" / f"{name}.sql").read_text(encoding="utf-8")
