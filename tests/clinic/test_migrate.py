import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.test import override_settings

from clinic.embedded.migration_lint import lint
from clinic.management.commands import migrate

# An app of its own, whose tables no other test knows.
FIRST = """
from django.db import migrations, models
class Migration(migrations.Migration):
    initial = True
    operations = [migrations.CreateModel("Bed", fields=[
        ("id", models.BigAutoField(primary_key=True)), ("ward", models.CharField(max_length=20))])]
"""
NEXT = """
from django.db import migrations, models
class Migration(migrations.Migration):
    {attributes}
    dependencies = [("{app}", "0001_tables")]
    operations = [{operation}]
"""
NEW_COLUMN = 'migrations.AddField("Bed", "floor", models.IntegerField(null=True))'


class App:
    """Migrations that a test writes."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self.migrations = folder / name / "migrations"
        self.migrations.mkdir(parents=True)
        for package in (self.migrations, self.migrations.parent):
            (package / "__init__.py").touch()
        (self.migrations / "0001_tables.py").write_text(FIRST)

    def add(self, name: str, operation: str, attributes: str = "") -> None:
        text = NEXT.format(app=self.name, operation=operation, attributes=attributes)
        (self.migrations / f"{name}.py").write_text(text)

    def migrate(self, output: StringIO | None = None) -> str:
        output = output or StringIO()
        call_command("migrate", self.name, verbosity=1, stdout=output)
        return output.getvalue()

    def applied(self) -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM django_migrations WHERE app = %s ORDER BY id", [self.name])
            return [name for (name,) in cursor.fetchall()]


@pytest.fixture
def app(
    transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[App]:
    # Python keeps what it imported, so each test has its own.
    app = App(tmp_path, f"hospital{abs(hash(request.node.name))}")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(migrate, "SECONDS_BETWEEN_LOOKS", 0.05)
    monkeypatch.setattr(migrate, "LOCK_SECONDS", 0.3)
    monkeypatch.setattr(migrate, "PAUSES_SECONDS", [0.2, 0.2])
    with override_settings(INSTALLED_APPS=[*settings.INSTALLED_APPS, app.name]):
        yield app
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {app.name}_bed")
        cursor.execute("DELETE FROM django_migrations WHERE app = %s", [app.name])


@contextmanager
def another_connection() -> Iterator[Any]:
    other = connections["default"].copy()
    try:
        yield other.cursor()
    finally:
        other.close()


def test_our_migrate_is_the_one_that_runs() -> None:
    from django.core.management import get_commands

    assert get_commands()["migrate"] == "clinic"


def test_of_two_migrators_one_waits_and_both_succeed(app: App) -> None:
    app.add("0002_slow", "migrations.RunSQL('SELECT pg_sleep(1)', '')")
    outputs: list[str] = []

    def run() -> None:
        outputs.append(app.migrate())
        connection.close()

    both = [threading.Thread(target=run) for _migrator in range(2)]
    for migrator in both:
        migrator.start()
    for migrator in both:
        migrator.join()
    assert sorted("waiting for it" in output for output in outputs) == [False, True]
    assert sorted("No migrations to apply" in output for output in outputs) == [False, True]
    assert app.applied() == ["0001_tables", "0002_slow"]


def test_who_waits_too_long_for_another_migrator_does_nothing_and_says_so(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "MINUTES_FOR_ANOTHER", 0)
    with another_connection() as other:
        other.execute("BEGIN; SELECT pg_advisory_xact_lock(%s)", [migrate.LOCK])
        with pytest.raises(CommandError, match="Another migrate has been running"):
            app.migrate()
    assert app.applied() == []


READ = "SELECT * FROM {table}"
WRITE = "LOCK TABLE {table} IN ROW EXCLUSIVE MODE"
LONG_SECONDS = 15


@contextmanager
def table_in_use(app: App, how: str = READ) -> Iterator[threading.Event]:
    """As by a report that somebody reads, until the event is set, or the end, or for long."""
    begun, enough = threading.Event(), threading.Event()

    def use() -> None:
        with another_connection() as other:
            other.execute(f"BEGIN; {how.format(table=f'{app.name}_bed')}")
            begun.set()
            enough.wait(LONG_SECONDS)

    user = threading.Thread(target=use)
    user.start()
    begun.wait(LONG_SECONDS)
    yield enough
    enough.set()
    user.join()


class ReadBySomebody(StringIO):
    """Who ends what keeps the table when told that it is in use."""

    def __init__(self, enough: threading.Event) -> None:
        super().__init__()
        self.enough = enough

    def write(self, text: str) -> int:
        if "A table is in use; trying again" in text:
            self.enough.set()
        return super().write(text)


ATOMICITY = ["", "atomic = False"]


@pytest.mark.parametrize("attributes", ATOMICITY)
def test_a_table_in_use_for_long_ends_migrate_with_a_sentence_and_nothing_changed(app: App, attributes: str) -> None:
    app.migrate()
    app.add("0002_floor", NEW_COLUMN, attributes)
    with table_in_use(app) as enough:
        with pytest.raises(CommandError, match="Another transaction keeps a table"):
            app.migrate()
        assert not enough.is_set()
    assert app.applied() == ["0001_tables"]


@pytest.mark.parametrize("attributes", ATOMICITY)
def test_a_table_in_use_for_a_moment_is_waited_for(app: App, attributes: str) -> None:
    app.migrate()
    app.add("0002_floor", NEW_COLUMN, attributes)
    with table_in_use(app) as enough:
        app.migrate(ReadBySomebody(enough))
        assert enough.is_set()
    assert app.applied() == ["0001_tables", "0002_floor"]


def test_visitors_wait_behind_a_migration_no_longer_than_its_lock_timeout(app: App) -> None:
    app.migrate()
    app.add("0002_floor", NEW_COLUMN)
    waits = []
    stop = threading.Event()

    def visit() -> None:
        with another_connection() as visitor:
            while not stop.is_set():
                began = time.monotonic()
                visitor.execute(f"SELECT count(*) FROM {app.name}_bed")
                waits.append(time.monotonic() - began)
                time.sleep(0.01)

    visitor = threading.Thread(target=visit)
    with table_in_use(app):
        visitor.start()
        with pytest.raises(CommandError):
            app.migrate()
        stop.set()
        visitor.join()
    # They did wait, or the test saw nothing.
    assert 0.2 < max(waits) < LONG_SECONDS / 3


def test_an_index_made_beside_the_site_waits_for_a_table_in_use_as_long_as_it_takes(app: App) -> None:
    app.migrate()
    index = f"CREATE INDEX CONCURRENTLY {app.name}_ward ON {app.name}_bed (ward)"
    app.add("0002_index", f"migrations.RunSQL({index!r}, '')", "atomic = False")
    with table_in_use(app, WRITE) as enough:
        # Longer than the limit that the other statements have.
        threading.Timer(1, enough.set).start()
        app.migrate()
    assert app.applied() == ["0001_tables", "0002_index"]


@pytest.mark.parametrize(
    "operation",
    [
        'migrations.AddField("Bed", "floor", models.IntegerField(default=1))',
        'migrations.RemoveField("Bed", "ward")',
        'migrations.RenameField("Bed", "ward", "room")',
        'migrations.AddIndex("Bed", models.Index(fields=["ward"], name="bed_ward"))',
    ],
)
def test_the_linter_catches_what_would_break_the_site_that_still_serves(app: App, operation: str) -> None:
    app.add("0002_bad", operation)
    assert lint((app.name,)) == [f"{app.name}.0002_bad"]


def test_the_linter_lets_a_new_column_with_a_default_of_the_database_pass(app: App) -> None:
    app.add("0002_good", 'migrations.AddField("Bed", "floor", models.IntegerField(db_default=1))')
    assert lint((app.name,)) == []
