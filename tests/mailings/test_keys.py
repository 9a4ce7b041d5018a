import ast
from collections.abc import Iterator
from pathlib import Path

from tests.test_architecture import MAY_IMPORT, modules

KEY = "dedupe_key"


def readings(path: Path) -> Iterator[str]:
    """Where the key of a mail is taken from its row, or looked up by a part of it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and node.attr == KEY:
            yield f"{path}:{node.lineno}"
        elif isinstance(node, ast.keyword) and node.arg and f"{KEY}__" in node.arg:
            yield f"{path}:{node.value.lineno}"


def test_the_key_of_a_mail_is_a_lock_that_nobody_reads() -> None:
    assert [found for room in MAY_IMPORT for path in modules(room) for found in readings(path)] == []
