import ast
import os
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.db.migrations.recorder import MigrationRecorder

from clinic.embedded import kept_tables
from clinic.embedded.processes import ROOT
from clinic.embedded.pytest_plugin import GIVEN, TEMPLATE

MADE_OF = [
    *("requirements.lock", "clinic/settings.py", "room/migrations/0001_tables.py", "room/sql/refuse_change.sql"),
    *("foundation/stored_functions.py", "room/models.py", "room/models/leads.py"),
]


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    for name in MADE_OF:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("as it was")
    monkeypatch.setattr(kept_tables, "ROOT", tmp_path)
    return tmp_path


@pytest.mark.skipif(GIVEN in os.environ, reason="this run is on a database that it was given")
def test_a_run_begins_with_tables_that_were_made_before_it(db: None) -> None:
    assert os.environ[TEMPLATE] == "clinic"
    kept = kept_tables.KEPT / kept_tables.fingerprint()
    migrated_at = MigrationRecorder.Migration.objects.latest("applied").applied
    assert migrated_at < datetime.fromtimestamp(kept.stat().st_ctime, UTC)


@pytest.mark.parametrize("name", MADE_OF)
def test_whatever_the_tables_are_made_of_asks_for_new_ones_when_it_changes(checkout, name):
    before = kept_tables.fingerprint()
    (checkout / name).write_text("edited")
    assert kept_tables.fingerprint() != before


def test_a_new_migration_asks_for_new_tables_and_a_new_page_for_none(checkout):
    before = kept_tables.fingerprint()
    (checkout / "room" / "views.py").touch()
    assert kept_tables.fingerprint() == before
    (checkout / "room" / "migrations" / "0002_more.py").touch()
    assert kept_tables.fingerprint() != before


def test_all_that_migrations_are_made_of_is_looked_at() -> None:
    looked_at = {path for pattern in kept_tables.SOURCES for path in ROOT.glob(pattern)}
    made_of = {*ROOT.glob("*/sql/*.sql")}
    for migration in ROOT.glob("*/migrations/*.py"):
        for name in imported(ast.parse(migration.read_text(encoding="utf-8"))):
            module = ROOT.joinpath(*name.split("."))
            made_of |= {path for path in (module.with_suffix(".py"), module / "__init__.py") if path.is_file()}
    assert made_of - looked_at == set()


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
