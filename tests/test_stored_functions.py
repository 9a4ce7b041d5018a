import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunSQL

from foundation.stored_functions import text_of

ROOT = Path(__file__).parent.parent
FILES = sorted((path.parts[-3], path.stem) for path in ROOT.glob("*/sql/*.sql"))
# Landed before functions had files. They are history: what they say is not what holds.
HOLD_A_FUNCTION = {
    *("articles/0003_append_only", "clinic/0003_audit_append_only_and_cache", "mailings/0004_mail_events_append_only"),
    *("enquiries/0003_stage_moves", "enquiries/0004_erase_person", "enquiries/0010_lead_search"),
    *("enquiries/0011_first_answer", "enquiries/0012_lead_versions", "enquiries/0013_clinical_moves"),
    "enquiries/0014_merging",
}
PATCH_ANOTHER = {
    *("enquiries/0006_erasure_keeps_notices", "enquiries/0009_erasure_reaches_further", "enquiries/0014_merging"),
    *("enquiries/0018_mail_templates", "enquiries/0023_causes_of_old_mails", "clinic/0005_list_imported"),
}


def ask(sql: str, *params: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [value for (value,) in cursor.fetchall()]


def functions() -> list[str]:
    """Ours, and no extension's."""
    return ask(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND NOT EXISTS"
        " (SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = pg_proc.oid AND deptype = 'e')"
        " ORDER BY proname"
    )


def definitions(name: str) -> list[str]:
    """Whole, with what it sets while it runs; of each function of that name."""
    return ask("SELECT pg_get_functiondef(oid) FROM pg_proc WHERE proname = %s", name)


def test_each_function_of_the_database_stands_in_a_file_and_once(db: None) -> None:
    assert functions() == sorted(name for _room, name in FILES)


@pytest.mark.parametrize(("room", "name"), FILES)
def test_a_function_is_as_its_file_says(db: None, room: str, name: str) -> None:
    before = definitions(name)
    with connection.cursor() as cursor:
        cursor.execute(text_of(room, name))
    assert definitions(name) == before
    assert len(before) == 1


def migrations() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(ROOT.glob("*/migrations/[0-9]*.py")):
        yield f"{path.parts[-3]}/{path.stem}", ast.parse(path.read_text(encoding="utf-8"))


def holds_a_function(tree: ast.Module) -> bool:
    words = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return any(isinstance(text, str) and "FUNCTION" in text and "RETURNS" in text for text in words)


def patches_another(tree: ast.Module) -> bool:
    called = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    names = {node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "") for node in called}
    return bool(names & {"replace", "import_module", "__import__"})


def test_no_migration_holds_the_text_of_a_function() -> None:
    assert {name for name, tree in migrations() if holds_a_function(tree)} == HOLD_A_FUNCTION


def test_no_migration_takes_or_patches_the_text_of_another() -> None:
    assert {name for name, tree in migrations() if patches_another(tree)} == PATCH_ANOTHER


CREATED = re.compile(r"CREATE (?:OR REPLACE )?FUNCTION (\w+)\(.*?\$\$(.*?)\$\$", re.DOTALL)
DROPPED = re.compile(r"DROP FUNCTION (?:IF EXISTS )?(\w+)")
NO_CODE = re.compile(r"--.*|'[^']*'")


def ways_back() -> Iterator[tuple[str, str]]:
    """Of each migration what its way back runs, from the last to the first."""
    graph = MigrationLoader(None).graph
    order = [node for leaf in graph.leaf_nodes() for node in graph.forwards_plan(leaf)]
    for room, name in reversed(dict.fromkeys(order)):
        operations = reversed(graph.nodes[room, name].operations)
        texts = (found.reverse_sql for found in operations if isinstance(found, RunSQL))
        yield f"{room}/{name}", "\n".join(text for text in texts if isinstance(text, str))


def called_of(body: str, names: Iterable[str]) -> set[str]:
    return {name for name in names if re.search(rf"\b{name}\(", NO_CODE.sub("", body))}


def test_on_no_way_back_does_a_function_stay_that_calls_one_which_is_gone() -> None:
    every = dict(found for room, name in FILES for found in CREATED.findall(text_of(room, name)))
    standing, faults = {**every}, dict[tuple[str, str], str]()
    for migration, text in ways_back():
        standing.update(CREATED.findall(text))
        for name in DROPPED.findall(text):
            standing.pop(name, None)
        gone = every.keys() - standing.keys()
        for caller, body in standing.items():
            faults.update({(caller, name): migration for name in called_of(body, gone) if (caller, name) not in faults})
    assert faults == {}
